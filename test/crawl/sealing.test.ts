import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { resealCredentials } from '../../api/keep-credentials.ts';
import { buildEmulator, type Emulator, type RunningEmulator } from '../../emulator/build-emulator.ts';
import { collectionsOf } from '../../store/collections.ts';
import { openStore, prepareStore, type Store } from '../../store/open-store.ts';
import { createVaultKey } from '../../vault/key-wrapper.ts';
import { openTestDatabase } from '../support/database.ts';
import { createTenant, type Tenant } from '../support/tenant.ts';

const secret = 'canary-sealed-secret';
const envKey = (kid: string, byte: number) => `${kid}:${Buffer.alloc(32, byte).toString('base64')}`;

const dataDir = mkdtempSync(join(tmpdir(), 'trawl-sealing-'));
const logged: string[] = [];
const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
let emulator: Emulator;
let running: RunningEmulator;
let tenant: Tenant;
let clientId: string;
let database: Awaited<ReturnType<typeof openTestDatabase>>;
let stores: Store[];

beforeAll(async () => {
  emulator = await buildEmulator({ dataDir, seed: { mailboxes: 1, messagesPerMailbox: 1 } });
  running = await emulator.start();
  tenant = createTenant(() => running.controlUrl);
  const app = emulator.world.apps()[0]!;
  clientId = app.clientId;
  // The identity of the process, as a container is given it.
  const identity = { AZURE_TENANT_ID: emulator.world.tenant.id, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: app.secrets[0]!.value };
  for (const [name, value] of Object.entries({ ...identity, AZURE_AUTHORITY_HOST: running.url })) vi.stubEnv(name, value);
  await tenant.control('POST', '/vault/keys', { name: 'trawl' });
});
beforeEach(async () => {
  await tenant.control('PUT', `/vault/access/${clientId}`, { keys: ['get', 'wrapKey', 'unwrapKey'] });
  database = await openTestDatabase();
  stores = [];
  return async () => {
    for (const store of stores) await store.close();
    await database.drop();
  };
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await emulator?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const vaultKey = (address = `${running.url}/keys/trawl`) => createVaultKey({ address, extraCaFile: running.caFile });

/** A process of Trawl with these keys, over the database of the test. */
async function open(given: { keys?: string | null; vault?: boolean; seals?: boolean; address?: string }): Promise<Store> {
  const vault = given.vault ? { key: vaultKey(given.address), seals: given.seals ?? true } : null;
  const store = await openStore({ uri: database.uri, databaseName: database.name, encryptionKeys: given.keys ?? null, vault, log });
  await prepareStore(store);
  stores.push(store);
  return store;
}

async function save(store: Store, login = secret): Promise<string> {
  const _id = randomUUID();
  const now = new Date();
  const app = { name: 'C', cloud: 'global' as const, endpoints: null, tenantId: 't', clientId: 'c', createdAt: now, updatedAt: now };
  await store.credentials.create({ _id, ...app, login: { kind: 'secret', secret: login, expiresAt: null } });
  return _id;
}
const opened = async (store: Store, id: string) => store.credentials.unseal((await store.credentials.get(id))!);
const recordOf = async (store: Store, id: string) => (await store.credentials.get(id))!;
const kidOf = async (store: Store, id: string) =>
  (JSON.parse(Buffer.from((await recordOf(store, id)).sealedSecret!.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid;
const reseal = (store: Store) => resealCredentials({ store, log } as unknown as Parameters<typeof resealCredentials>[0]);

describe('keys of the environment', () => {
  test('are exchanged while others work on: what the old one sealed is sealed anew, audited, and nobody signs in anew', async () => {
    const before = await open({ keys: envKey('old', 1) });
    const ids = [await save(before), await save(before, 'another')];
    const worker = await open({ keys: `${envKey('old', 1)},${envKey('new', 2)}` });
    const api = await open({ keys: `${envKey('new', 2)},${envKey('old', 1)}` });
    const revisions = await Promise.all(ids.map((id) => recordOf(api, id)));
    await reseal(api);
    expect(api.resealing.left()).toBe(0);
    expect(await Promise.all(ids.map((id) => kidOf(api, id)))).toEqual(['new', 'new']);
    expect(await Promise.all(ids.map((id) => opened(worker, id)))).toEqual([secret, 'another']);
    const after = await Promise.all(ids.map((id) => recordOf(api, id)));
    expect(after.map(({ revision, recordRevision }) => [revision, recordRevision])).toEqual(
      revisions.map(({ revision, recordRevision }) => [revision, recordRevision]),
    );
    const audit = await api.audit.list({ after: null, limit: 10 });
    expect(audit.map(({ method, caller, subjectIds }) => [method, caller.id, subjectIds[0]]).toSorted()).toEqual(
      ids.map((id) => ['RESEAL', 'trawl', id]).toSorted(),
    );
    // The old key is needed no more.
    const alone = await open({ keys: envKey('new', 2) });
    expect(await opened(alone, ids[0]!)).toBe(secret);
    await reseal(alone);
    expect(await api.audit.list({ after: null, limit: 10 })).toHaveLength(2);
  });

  test('that are missing leave what they sealed as it is, and that is told', async () => {
    const id = await save(await open({ keys: envKey('lost', 1) }));
    const api = await open({ keys: envKey('new', 2) });
    const other = await save(api);
    await reseal(api);
    expect(api.resealing.left()).toBe(1);
    expect(logged.some((line) => line.includes('"left":1'))).toBe(true);
    expect([await kidOf(api, id), await opened(api, other)]).toEqual(['lost', secret]);
    await expect(opened(api, id)).rejects.toMatchObject({ name: 'SealError', code: 'TrawlSecretSealed' });
  });

  test('work that is broken off goes on the next time, and two at once do each record once', async () => {
    const before = await open({ keys: envKey('old', 1) });
    const ids = [];
    for (let n = 0; n < 6; n += 1) ids.push(await save(before));
    const [one, two] = [
      await open({ keys: `${envKey('new', 2)},${envKey('old', 1)}` }),
      await open({ keys: `${envKey('new', 2)},${envKey('old', 1)}` }),
    ];
    const stopping = new AbortController();
    const after = async () => stopping.abort();
    expect(await one.resealing.run({ before: after, signal: stopping.signal })).toEqual({ resealed: 1, left: 0 });
    expect(one.resealing.left()).toBeNull();
    await Promise.all([one.resealing.run(), two.resealing.run()]);
    expect(new Set(await Promise.all(ids.map((id) => kidOf(one, id))))).toEqual(new Set(['new']));
    expect(await Promise.all(ids.map((id) => opened(two, id)))).toEqual(ids.map(() => secret));
  });
});

describe('a key of Azure Key Vault', () => {
  test('seals by envelope: MongoDB holds neither secret nor key, and another process opens by asking the vault', async () => {
    const [api, worker] = [await open({ vault: true }), await open({ vault: true })];
    const id = await save(api);
    expect(await opened(worker, id)).toBe(secret);
    const keys = await collectionsOf(api.db).dataKeys.find().toArray();
    expect(keys).toEqual([expect.objectContaining({ _id: await kidOf(api, id), vaultKeyId: expect.stringContaining('/keys/trawl/') })]);
    expect(JSON.stringify(await recordOf(api, id))).not.toContain(secret);
    // Each is asked once: a crawl does not depend on the vault from then on.
    await tenant.control('PUT', `/vault/access/${clientId}`, { keys: [] });
    expect([await opened(api, id), await opened(worker, id)]).toEqual([secret, secret]);
  });

  test('takes over from keys of the environment, and gives back to them', async () => {
    const id = await save(await open({ keys: envKey('k1', 1) }));
    const api = await open({ keys: envKey('k1', 1), vault: true });
    expect(await opened(api, id)).toBe(secret);
    await reseal(api);
    expect(await kidOf(api, id)).toMatch(/^vault-/);
    expect(await opened(await open({ vault: true }), id)).toBe(secret);
    const back = await open({ keys: envKey('k1', 1), vault: true, seals: false });
    await reseal(back);
    expect(await opened(await open({ keys: envKey('k1', 1) }), id)).toBe(secret);
  });

  test('of a new version seals anew what the old one sealed', async () => {
    const before = await open({ vault: true });
    const id = await save(before);
    const kid = await kidOf(before, id);
    const { version } = await tenant.control<{ version: string }>('POST', '/vault/keys', { name: 'trawl' });
    const api = await open({ vault: true });
    await reseal(api);
    expect(await kidOf(api, id)).not.toBe(kid);
    const [key] = await collectionsOf(api.db)
      .dataKeys.find({ _id: await kidOf(api, id) })
      .toArray();
    expect(key!.vaultKeyId).toMatch(new RegExp(`/${version}$`));
    expect(await opened(before, id)).toBe(secret);
    // A key that another process has made for the same version is as good.
    const other = await open({ vault: true });
    expect(await other.resealing.run()).toEqual({ resealed: 0, left: 0 });
  });

  test('that somebody has put into MongoDB seals nothing', async () => {
    const api = await open({ vault: true });
    await save(api);
    const [real] = await collectionsOf(api.db).dataKeys.find().toArray();
    const known = Buffer.alloc(32, 9);
    const wrapped = Buffer.from(await vaultKey().wrap(real!.vaultKeyId, known)).toString('base64url');
    await collectionsOf(api.db).dataKeys.updateMany({}, { $set: { wrapped } });
    const later = await open({ vault: true });
    const id = await save(later);
    expect(await kidOf(later, id)).not.toBe(real!._id);
    expect(await opened(later, id)).toBe(secret);
  });

  const unavailable = { name: 'SealError', code: 'TrawlKeyVaultUnavailable', message: expect.stringContaining('TRAWL_KEY_VAULT_KEY') };

  test('that the process may not use: nothing is saved or opened, in words that help', async () => {
    const id = await save(await open({ vault: true }));
    await tenant.control('PUT', `/vault/access/${clientId}`, { keys: ['get'] });
    const failing = await open({ vault: true });
    const faults = [await opened(failing, id).catch((error: unknown) => error), await save(failing).catch((error: unknown) => error)];
    for (const fault of faults) {
      expect(fault).toMatchObject(unavailable);
      expect(String(fault)).not.toMatch(new RegExp(`${secret}|${clientId}`));
    }
    await tenant.control('PUT', `/vault/access/${clientId}`, { keys: ['get', 'wrapKey', 'unwrapKey'] });
    expect(await opened(failing, id)).toBe(secret);
    expect(await opened(failing, await save(failing))).toBe(secret);
  });

  test.each([
    ['that is not there', () => `${running.url}/keys/nothing`],
    ['of a vault that is not there', () => 'https://localhost:1/keys/trawl'],
  ])('%s saves nothing', async (_what, address) => {
    await expect(save(await open({ vault: true, address: address() }))).rejects.toMatchObject(unavailable);
    expect(await collectionsOf(database.db).dataKeys.countDocuments()).toBe(0);
  });
});

test('no secret and no key is in any line of the log', () => {
  const text = logged.join('\n');
  expect(text).not.toContain(secret);
  for (const byte of [1, 2]) expect(text).not.toContain(Buffer.alloc(32, byte).toString('base64'));
});
