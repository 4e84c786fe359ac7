import { randomUUID } from 'node:crypto';
import { MongoClient, type Db } from 'mongodb';
import { inject } from 'vitest';

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
