import { randomUUID } from 'node:crypto';
import { MongoClient, type Db } from 'mongodb';
import { inject } from 'vitest';
import { prepareStore, storeParts, type Store } from '../../store/open-store.ts';

/** A database of its own on the shared test server; `drop` removes it and closes the connection. */
export async function openTestDatabase(): Promise<{ client: MongoClient; db: Db; uri: string; name: string; drop: () => Promise<void> }> {
  const uri = inject('mongodbUri');
  const client = await MongoClient.connect(uri);
  const name = `test-${randomUUID().slice(0, 13)}`;
  const db = client.db(name);
  return {
    client,
    db,
    uri,
    name,
    drop: async () => {
      await db.dropDatabase();
      await client.close();
    },
  };
}

/** A prepared store over a database of its own; secrets can be neither sealed nor opened in it. */
export async function openTestStore(): Promise<{ store: Store; drop: () => Promise<void> }> {
  const { db, client, drop } = await openTestDatabase();
  const store: Store = { ...storeParts(db, null), client, close: async () => undefined };
  await prepareStore(store);
  return { store, drop };
}
