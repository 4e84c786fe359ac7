import { describe, expect, it } from 'vitest';
import type { ApiKey } from '../../contract/api-key.ts';
import type { Crawl } from '../../contract/crawl.ts';
import { defaultPolicy } from '../../contract/policy.ts';
import { noNarrowing, type Source } from '../../contract/source.ts';
import { noCounts } from '../../contract/workflow/counts.ts';
import { createCredentials } from '../../store/credentials.ts';
import { at, useStoreRoom } from './support/store-room.ts';

const room = useStoreRoom();

const dataset = (id: string, groupIds: string[] = []) => ({
  _id: id,
  name: `Name ${id}`,
  groups: groupIds.map((group) => ({ id: group })),
  recordRevision: 1,
  createdAt: at(0),
  updatedAt: at(0),
});
const source = (id: string, change: Partial<Source> = {}): Source => ({
  _id: id,
  datasetId: 'd',
  credentialId: 'c',
  service: 'exchange',
  scope: { kind: 'everything' },
  narrowing: noNarrowing,
  policy: defaultPolicy,
  scopeRevision: 1,
  country: 'DE',
  description: 'D',
  priority: 'normal',
  mode: 'once',
  intervalMs: 60_000,
  state: 'ready',
  stateSequence: 0,
  stateReason: null,
  stateSince: at(0),
  crawlId: null,
  recordRevision: 1,
  createdAt: at(0),
  updatedAt: at(0),
  ...change,
});
const crawl = (id: string, change: Partial<Crawl> = {}): Crawl => ({
  _id: id,
  sourceId: 's',
  datasetId: 'd',
  mode: 'once',
  state: 'running',
  stateSequence: 0,
  stateReason: null,
  cycle: 0,
  cycles: [],
  totals: { ...noCounts },
  startedAt: at(0),
  endedAt: null,
  ...change,
});
const key = (id: string): ApiKey => ({
  _id: id,
  name: id,
  role: 'admin',
  groupIds: [],
  sha256: `hash-${id}`,
  createdAt: at(0),
  expiresAt: null,
  lastUsedAt: null,
});

describe('datasets', () => {
  it('have names of their own, are listed by key and found by group', async () => {
    const { datasets } = room.store;
    for (const made of [dataset('d1', ['g1']), dataset('d2', ['g1', 'g2']), dataset('d3')]) await datasets.create(made);
    await expect(datasets.create({ ...dataset('d4'), name: 'Name d1' })).rejects.toMatchObject({ code: 11000 });
    expect((await datasets.list({ after: 'd1', limit: 1 })).map((found) => found._id)).toEqual(['d2']);
    expect((await datasets.visibleTo(['g1'])).toSorted()).toEqual(['d1', 'd2']);
    expect(await datasets.visibleTo([])).toEqual([]);
    expect(await datasets.findByName('Name d3')).toMatchObject({ _id: 'd3' });
    const updated = await datasets.update('d3', { groups: [{ id: 'g3', displayName: 'Third' }] });
    expect(updated).toMatchObject({ name: 'Name d3', groups: [{ id: 'g3', displayName: 'Third' }] });
    expect(updated?.updatedAt.getTime()).toBeGreaterThan(at(0).getTime());
    expect(await datasets.update('none', { name: 'x' })).toBeNull();
    expect(await datasets.update('d3', { name: 'Late' }, [1])).toBeNull();
    expect(await datasets.update('d3', { name: 'In time' }, [1, 2])).toMatchObject({ name: 'In time', recordRevision: 3 });
  });
});

describe('credentials', () => {
  const given = {
    _id: 'c1',
    name: 'C',
    cloud: 'global' as const,
    endpoints: null,
    tenantId: 't',
    clientId: 'id',
    createdAt: at(0),
    updatedAt: at(0),
  };
  const loginBy = (secret: string) => ({ kind: 'secret' as const, secret, expiresAt: null });

  it('keep their secret sealed, and raise their revision with a new one', async () => {
    const { credentials } = room.store;
    const made = await credentials.create({ ...given, login: loginBy('first-secret') });
    expect(made).toMatchObject({ _id: 'c1', revision: 1 });
    expect(JSON.stringify(await room.collections.credentials.find().toArray())).not.toContain('first-secret');
    expect(await credentials.unseal(made)).toBe('first-secret');
    expect(await credentials.update('c1', { name: 'Renamed' })).toMatchObject({ name: 'Renamed', revision: 1, recordRevision: 2 });
    expect(await credentials.update('c1', { name: 'Late' }, [1])).toBeNull();
    const changed = await credentials.update('c1', { login: loginBy('second-secret') });
    expect(changed?.revision).toBe(2);
    if (changed !== null) expect(await credentials.unseal(changed)).toBe('second-secret');
  });

  it('of one record cannot be opened as another', async () => {
    const { credentials } = room.store;
    const made = await credentials.create({ ...given, _id: 'c2', login: loginBy('secret') });
    await expect(credentials.unseal({ ...made, _id: 'c1' })).rejects.toThrow('belongs to another credential');
  });

  it('cannot be sealed without keys, which is said in words', async () => {
    const without = createCredentials(room.store.db, null);
    await expect(without.create({ ...given, _id: 'c3', login: loginBy('secret') })).rejects.toThrow('TRAWL_ENCRYPTION_KEYS is not set');
    expect(await without.get('c2')).toMatchObject({ _id: 'c2' });
  });
});

describe('sources', () => {
  it('begin a crawl once, however many ask', async () => {
    const { sources } = room.store;
    await sources.create(source('s1'));
    const begun = await Promise.all(
      ['x1', 'x2', 'x3'].map(async (crawlId) => sources.beginCrawl({ sourceId: 's1', before: null, crawlId, at: at(1) })),
    );
    expect(begun.filter(Boolean)).toHaveLength(1);
    expect(await sources.get('s1')).toMatchObject({ state: 'running', stateSequence: 0, stateSince: at(1) });
  });

  it('take no late, repeated or foreign state', async () => {
    const { sources } = room.store;
    await sources.create(source('s2', { crawlId: 'x', state: 'running' }));
    const write = async (sequence: number, state: Source['state'], crawlId = 'x') =>
      sources.writeState({ sourceId: 's2', crawlId, state, sequence, reason: null });
    expect(await write(2, 'waiting')).toBe(true);
    expect(await write(2, 'paused')).toBe(false);
    expect(await write(1, 'running')).toBe(false);
    expect(await write(9, 'stopped', 'older')).toBe(false);
    expect(await sources.get('s2')).toMatchObject({ state: 'waiting', stateSequence: 2 });
  });

  it('say since when their state holds', async () => {
    const { sources } = room.store;
    await sources.create(source('s3', { crawlId: 'x', state: 'running', stateSince: at(5) }));
    await sources.writeState({ sourceId: 's3', crawlId: 'x', state: 'running', sequence: 1, reason: null });
    expect((await sources.get('s3'))?.stateSince).toEqual(at(5));
    await sources.writeState({ sourceId: 's3', crawlId: 'x', state: 'blocked', sequence: 2, reason: 'AADSTS7000222' });
    const blocked = await sources.get('s3');
    expect(blocked).toMatchObject({ state: 'blocked', stateReason: 'AADSTS7000222' });
    expect(blocked?.stateSince.getTime()).toBeGreaterThan(at(5).getTime());
  });

  it('are listed by dataset, credential and states', async () => {
    const { sources } = room.store;
    await sources.create(source('t1', { datasetId: 'dx', state: 'paused' }));
    await sources.create(source('t2', { datasetId: 'dx', state: 'completed', credentialId: 'cx' }));
    const ids = async (filter: object) => (await sources.list({ after: null, limit: 9, ...filter })).map((found) => found._id);
    expect(await ids({ datasetId: 'dx' })).toEqual(['t1', 't2']);
    expect(await ids({ credentialId: 'cx' })).toEqual(['t2']);
    expect(await ids({ datasetId: 'dx', states: ['paused', 'running'] })).toEqual(['t1']);
    expect(await sources.update('t1', { description: 'New' }, { revision: 1 })).toMatchObject({
      description: 'New',
      priority: 'normal',
      recordRevision: 2,
    });
    expect(await sources.update('t1', { description: 'Late' }, { revision: 1 })).toBeNull();
  });

  it('with an interval of many days can be stored', async () => {
    await room.store.sources.create(source('t3', { intervalMs: 90 * 86_400_000 }));
    expect((await room.store.sources.get('t3'))?.intervalMs).toBe(90 * 86_400_000);
  });

  it('of a wrong shape are refused by MongoDB', async () => {
    await expect(room.store.sources.create(source('t4', { country: 'Germany' }))).rejects.toMatchObject({ code: 121 });
  });
});

describe('crawls', () => {
  const counts = (documents: number) => ({ ...noCounts, documents });
  const mailboxes = { done: 3 };

  it('add up the counts of their cycles, whatever is repeated', async () => {
    const { crawls } = room.store;
    await crawls.create(crawl('k1'));
    expect(await crawls.openCycle({ crawlId: 'k1', number: 1, at: at(1) })).toBe(true);
    expect(await crawls.openCycle({ crawlId: 'k1', number: 1, at: at(2) })).toBe(false);
    const state = { crawlId: 'k1', sourceId: 's', state: 'running' as const, reason: null, cycle: 1 };
    expect(await crawls.writeState({ ...state, sequence: 1, counts: counts(5) })).toBe(true);
    expect(await crawls.writeState({ ...state, sequence: 1, counts: counts(9) })).toBe(false);
    expect((await crawls.get('k1'))?.totals.documents).toBe(5);
    const close = { crawlId: 'k1', number: 1, at: at(3), completeness: 'complete' as const, counts: counts(7), mailboxes };
    await crawls.closeCycle(close);
    await crawls.closeCycle(close);
    await crawls.openCycle({ crawlId: 'k1', number: 2, at: at(4) });
    await crawls.writeState({ ...state, cycle: 2, sequence: 2, counts: counts(1) });
    expect(await crawls.get('k1')).toMatchObject({
      cycle: 2,
      totals: { documents: 8 },
      cycles: [
        { number: 1, startedAt: at(1), endedAt: at(3), completeness: 'complete', counts: { documents: 7 }, mailboxes },
        { number: 2, endedAt: null, counts: { documents: 1 } },
      ],
    });
  });

  it('keep their last 50 cycles and the totals of all', async () => {
    const { crawls } = room.store;
    await crawls.create(crawl('k2'));
    for (let number = 1; number <= 53; number += 1) {
      await crawls.openCycle({ crawlId: 'k2', number, at: at(number) });
      await crawls.closeCycle({ crawlId: 'k2', number, at: at(number), completeness: 'complete', counts: counts(1), mailboxes });
    }
    const stored = await crawls.get('k2');
    expect(stored?.cycles.map((cycle) => cycle.number)).toEqual(Array.from({ length: 50 }, (_, n) => n + 4));
    expect(stored?.totals.documents).toBe(53);
  });

  it('end with a final state, and are listed newest first', async () => {
    const { crawls } = room.store;
    for (const id of ['n1', 'n2', 'n3']) await crawls.create(crawl(id, { sourceId: 'listed' }));
    const written = await crawls.writeState({
      crawlId: 'n1',
      sourceId: 'listed',
      state: 'completed',
      reason: null,
      sequence: 4,
      cycle: 1,
      counts: noCounts,
    });
    expect(written).toBe(true);
    expect((await crawls.get('n1'))?.endedAt).toBeInstanceOf(Date);
    const page = async (after: string | null) => (await crawls.list({ sourceId: 'listed', after, limit: 2 })).map((found) => found._id);
    expect(await page(null)).toEqual(['n3', 'n2']);
    expect(await page('n2')).toEqual(['n1']);
    await crawls.remove('n2');
    expect(await crawls.get('n2')).toBeNull();
  });
});

describe('API keys', () => {
  it('get a first admin key once, for all processes and for good', async () => {
    const { apiKeys } = room.store;
    const made = await Promise.all(['f1', 'f2', 'f3'].map(async (id) => apiKeys.createFirstAdminKey(key(id))));
    expect(made.filter(Boolean)).toHaveLength(1);
    const [first] = await apiKeys.list({ after: null, limit: 9 });
    expect(await apiKeys.remove(first?._id ?? '')).toBe(true);
    expect(await apiKeys.createFirstAdminKey(key('f4'))).toBe(false);
    expect(await apiKeys.list({ after: null, limit: 9 })).toEqual([]);
  });

  it('remember when they were used last', async () => {
    const { apiKeys } = room.store;
    await apiKeys.create(key('u1'));
    await apiKeys.touch('u1', at(9));
    await apiKeys.touch('u1', at(8));
    expect(await apiKeys.get('u1')).toMatchObject({ lastUsedAt: at(9) });
  });
});
