import { createServer, type AddressInfo } from 'node:net';
import { MongoMemoryServer } from 'mongodb-memory-server-core';
import { pino } from 'pino';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { defaultPolicy } from '../../contract/policy.ts';
import { sampleGroupId } from '../../contract/security-group.ts';
import { noNarrowing } from '../../contract/source.ts';
import { openStore, prepareStore, type StoreSettings } from '../../store/open-store.ts';
import { indexes } from '../../store/indexes.ts';
import { migrations, runMigrations } from '../../store/migrations.ts';
import { useStoreRoom } from './support/store-room.ts';

const log = pino({ level: 'silent' });
const open = async (change: Partial<StoreSettings>) => openStore({ uri: inject('mongodbUri'), databaseName: 'unused', log, ...change });

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('opening the store', () => {
  it('connects and closes', async () => {
    const store = await open({ databaseName: 'opened' });
    expect(await store.mailboxes.get({ sourceId: 's', mailboxId: 'm' })).toBeNull();
    await store.close();
  });

  it('says which setting is wrong, and what to do, when nobody answers', async () => {
    const port = await closedPort();
    const opening = open({ uri: `mongodb://user:pa55word@127.0.0.1:${port}/`, serverSelectionTimeoutMs: 300 });
    await expect(opening).rejects.toThrow(new RegExp(`127\\.0\\.0\\.1:${port} \\(MONGODB_URI\\) cannot be used.*Check that mongod runs`));
    await expect(opening).rejects.not.toThrow('pa55word');
  });

  it('says so when the address is none', async () => {
    await expect(open({ uri: 'localhost:27017' })).rejects.toThrow('MONGODB_URI is not a MongoDB address');
    await expect(open({ uri: 'mongodb://u:secret@host:port/' })).rejects.not.toThrow('secret');
  });

  it('refuses a standalone server in words', async () => {
    const systemBinary = process.env['TRAWL_MONGOD_BIN'] ?? '';
    const standalone = await MongoMemoryServer.create({ binary: { systemBinary, version: '6.0.5' } });
    try {
      await expect(open({ uri: standalone.getUri() })).rejects.toThrow('is a standalone server');
    } finally {
      await standalone.stop();
    }
  });

  it('refuses unusable encryption keys before it connects', async () => {
    await expect(open({ encryptionKeys: 'k1:short' })).rejects.toThrow('Key 1 of TRAWL_ENCRYPTION_KEYS');
  });
});

describe('preparing the store', () => {
  const databaseName = 'prepared';
  afterAll(async () => {
    const store = await open({ databaseName });
    await store.db.dropDatabase();
    await store.close();
  });

  it('is harmless when several processes start at once, and when repeated', async () => {
    const stores = await Promise.all(Array.from({ length: 4 }, async () => open({ databaseName })));
    await Promise.all(stores.map(async (store) => prepareStore(store)));
    await Promise.all(stores.map(async (store) => prepareStore(store)));
    const [store] = stores;
    if (store === undefined) return;
    for (const [name, wanted] of Object.entries(indexes)) {
      const names = (await store.db.collection(name).indexes()).map((index) => index.name);
      expect({ name, indexes: new Set(names) }).toEqual({ name, indexes: new Set(['_id_', ...wanted.map((index) => index.name)]) });
    }
    await Promise.all(stores.map(async (opened) => opened.close()));
  });

  it('sets a validator anew when it has changed', async () => {
    const store = await open({ databaseName });
    await store.db.command({ collMod: 'streams', validator: {} });
    await prepareStore(store);
    await expect(store.db.collection('streams').insertOne({ kind: 'other' })).rejects.toMatchObject({ code: 121 });
    await store.close();
  });

  it('replaces an index that an earlier version defined differently', async () => {
    const store = await open({ databaseName });
    await store.db.collection('crawls').dropIndex('ofSource');
    await store.db.collection('crawls').createIndex({ sourceId: 1 }, { name: 'ofSource' });
    await prepareStore(store);
    const index = (await store.db.collection('crawls').indexes()).find((found) => found.name === 'ofSource');
    expect(index?.key).toEqual({ sourceId: 1, _id: -1 });
    await store.close();
  });

  it('does not wait for open transactions when nothing has changed', async () => {
    const store = await open({ databaseName });
    const session = store.client.startSession();
    session.startTransaction();
    await store.db.collection('streams').findOne({}, { session });
    await prepareStore(store);
    await session.abortTransaction();
    await session.endSession();
    await store.close();
  });
});

describe('migrations', () => {
  const room = useStoreRoom();

  it('read lists of documents from search, whose entries are made anew', async () => {
    const documents = room.store.db.collection('documents');
    await documents.createIndex({ datasetId: 1, receivedAt: 1 }, { name: 'received' });
    const migration = migrations.find(({ number }) => number === 120)!;
    await runMigrations(room.store.db, [{ ...migration, number: 1_120 }]);
    expect((await documents.indexes()).map(({ name }) => name)).not.toContain('received');
    await runMigrations(room.store.db, [{ ...migration, number: 1_121 }]);
  });

  it('run once each and in order, whoever starts at once', async () => {
    const ran: number[] = [];
    const migration = (number: number) => ({ number, title: `Number ${number}`, run: async () => void ran.push(number) });
    const all = [migration(1_002), migration(1_001)];
    await Promise.all([1, 2, 3].map(async () => runMigrations(room.store.db, all)));
    expect(ran).toEqual([1_001, 1_002]);
    await runMigrations(room.store.db, [...all, migration(1_003)]);
    expect(ran).toEqual([1_001, 1_002, 1_003]);
  });

  it('give sources of the first version the policy under which they were crawled', async () => {
    const { sources } = room.collections;
    await room.store.db.command({ collMod: 'sources', validator: {} });
    await sources.insertOne({ _id: 'old', scope: { kind: 'everything' } } as never);
    await runMigrations(room.store.db, [{ ...migrations[0]!, number: 1_010 }]);
    expect(await sources.findOne({ _id: 'old' })).toEqual({
      _id: 'old',
      scope: { kind: 'everything' },
      narrowing: noNarrowing,
      policy: defaultPolicy,
      scopeRevision: 1,
    });
  });

  it('tell of audit entries of before that keys were their callers', async () => {
    const { audit } = room.collections;
    await room.store.db.command({ collMod: 'audit', validator: {} });
    const entry = { at: new Date(), method: 'POST', route: '/v1/datasets', subjectIds: [], createdId: null, status: 201 };
    await audit.insertMany([
      { _id: 'before', ...entry, caller: { keyId: 'k', name: 'Key' } },
      { _id: 'since', ...entry, caller: { kind: 'user', id: 'u', name: 'Entra user' } },
    ] as never);
    await runMigrations(room.store.db, [{ ...migrations.find(({ number }) => number === 92)!, number: 1_092 }]);
    expect((await audit.find().sort({ _id: 1 }).toArray()).map(({ caller }) => caller)).toEqual([
      { kind: 'apiKey', id: 'k', name: 'Key' },
      { kind: 'user', id: 'u', name: 'Entra user' },
    ]);
    expect(await audit.findOne({ _id: 'before' })).toMatchObject(entry);
    await audit.deleteMany({});
  });

  it('let records of before count their changes from one', async () => {
    const { datasets } = room.collections;
    await room.store.db.command({ collMod: 'datasets', validator: {} });
    await datasets.insertMany([
      { _id: 'uncounted', name: 'a' },
      { _id: 'counted', name: 'b', recordRevision: 7 },
    ] as never);
    await runMigrations(room.store.db, [{ ...migrations.find(({ number }) => number === 86)!, number: 1_086 }]);
    expect((await datasets.find().sort({ name: 1 }).toArray()).map(({ recordRevision }) => recordRevision)).toEqual([1, 7]);
    await datasets.deleteMany({});
  });

  it('give groups of datasets room for a name, and keep who sees what', async () => {
    const { datasets, apiKeys } = room.collections;
    const guid = '2C1C2F0E-8A3F-4C57-9F62-6F8F5C1F4D10';
    for (const name of ['datasets', 'apiKeys']) await room.store.db.command({ collMod: name, validator: {} });
    await datasets.insertMany([
      { _id: 'mixed', name: 'a', groupIds: [guid, guid.toLowerCase(), 'Old-Name', 'trawl-sample-group'] },
      { _id: 'alone', name: 'b', groupIds: [] },
      { _id: 'new', name: 'c', groups: [{ id: 'x', displayName: 'X' }] },
    ] as never);
    await apiKeys.insertOne({ _id: 'key', sha256: 'h', groupIds: ['trawl-sample-group', guid, 'Old-Name'] } as never);
    for (const number of [1_088, 1_089]) {
      await runMigrations(room.store.db, [{ ...migrations.find((migration) => migration.number === 88)!, number }]);
    }
    expect(await datasets.find().sort({ name: 1 }).toArray()).toEqual([
      { _id: 'mixed', name: 'a', groups: [{ id: guid.toLowerCase() }, { id: 'Old-Name' }, { id: sampleGroupId }] },
      { _id: 'alone', name: 'b', groups: [] },
      { _id: 'new', name: 'c', groups: [{ id: 'x', displayName: 'X' }] },
    ]);
    for (const id of (await apiKeys.findOne({ _id: 'key' }))?.groupIds ?? [])
      expect(await room.store.datasets.visibleTo([id])).toEqual(['mixed']);
  });

  it('that fail are tried again by the next start', async () => {
    let tries = 0;
    const failing = {
      number: 1_009,
      title: 'Fails once',
      run: async () => {
        tries += 1;
        if (tries === 1) throw new Error('no luck');
      },
    };
    await expect(runMigrations(room.store.db, [failing])).rejects.toThrow('no luck');
    await runMigrations(room.store.db, [failing]);
    expect(tries).toBe(2);
  });

  it('are taken over from a process that died', async () => {
    const past = new Date(Date.now() - 1);
    await room.collections.marks.insertOne({ _id: 'migrations', at: past, holder: 'dead', until: past });
    let ran = false;
    await runMigrations(room.store.db, [{ number: 1_020, title: 'After a death', run: async () => void (ran = true) }]);
    expect(ran).toBe(true);
  });

  it('let folders be read again whose link selects less of each message than is kept now', async () => {
    const { streams } = room.collections;
    await room.store.db.command({ collMod: 'streams', validator: {} });
    const stream = { kind: 'messages', sequence: 3, generation: 1, lease: 5, endedAt: null, cursor: { at: 'rest', link: 'old' } };
    await streams.insertMany([
      { ...stream, _id: 'read' },
      { ...stream, _id: 'tree', kind: 'folders' },
    ] as never);
    await runMigrations(room.store.db, [{ ...migrations.find(({ number }) => number === 40)!, number: 1_040 }]);
    expect(await streams.findOne({ _id: 'read' })).toMatchObject({ generation: 2, lease: 6, cursor: { at: 'start', link: null } });
    expect(await streams.findOne({ _id: 'tree' })).toMatchObject({ generation: 1, cursor: { link: 'old' } });
  });
});
