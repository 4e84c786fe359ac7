import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOrganisation, wholeTruth, type Organisation } from '../support/organisation.ts';
import { waitFor } from '../support/wait-for.ts';

let organisation: Organisation;
let keptId: string;
beforeAll(async () => {
  organisation = await startOrganisation({ tenant: { mailboxes: 4, messagesPerMailbox: 120, seed: 'deleted' } });
  keptId = await organisation.makeSource();
  await organisation.crawl(keptId);
  await organisation.untilState(keptId, 'completed');
});
afterAll(() => organisation?.stop());

const collections = ['mailboxes', 'streams', 'spans', 'documents', 'skips', 'crawls', 'search'];
async function leftOf(sourceId: string): Promise<Record<string, number>> {
  const counts = collections.map(async (name) => [name, await organisation.db.collection(name).countDocuments({ sourceId })] as const);
  return Object.fromEntries((await Promise.all(counts)).filter(([, count]) => count > 0));
}

const remove = (sourceId: string, documents: 'remove' | 'keep') =>
  organisation.client.call<{ state: string }>('DELETE', `/v1/sources/${sourceId}?documents=${documents}`);
const untilGone = (sourceId: string) =>
  waitFor(
    'the source to be gone',
    async () => (await organisation.db.collection<{ _id: string }>('sources').findOne({ _id: sourceId })) === null,
    {
      timeoutMs: 120_000,
    },
  );

test('deleting a source in mid-crawl ends its crawl and leaves nothing, also when the worker is killed meanwhile; others stay whole', async () => {
  const sourceId = await organisation.makeSource({ mode: 'continuous' });
  await organisation.crawl(sourceId);
  await organisation.untilStored(sourceId, 50);
  expect(await remove(sourceId, 'remove')).toMatchObject({ state: 'deleting' });
  await organisation.worker.kill();
  expect(await organisation.source(sourceId)).toMatchObject({ state: 'deleting' });
  await organisation.worker.start();
  await untilGone(sourceId);
  expect(await leftOf(sourceId)).toEqual({});
  expect(await organisation.compare(keptId)).toEqual(wholeTruth);
});

test('kept documents are still found, and say that their source was deleted', async () => {
  const { client } = organisation;
  const sourceId = await organisation.makeSource();
  await organisation.crawl(sourceId);
  await organisation.untilState(sourceId, 'completed');
  const before = await organisation.documents(sourceId);
  await remove(sourceId, 'keep');
  await untilGone(sourceId);
  expect(await organisation.documents(sourceId)).toBe(before);
  type Found = { items: { id: string; sourceDeletedAt: string | null }[] };
  const { items } = await client.call<Found>('GET', `/v1/documents?sourceId=${sourceId}&limit=5`);
  expect(items).toHaveLength(5);
  for (const { sourceDeletedAt } of items) expect(Date.parse(sourceDeletedAt!)).toBeGreaterThan(0);
  const others = await client.call<Found>('GET', `/v1/documents?sourceId=${keptId}&limit=5`);
  expect(others.items.map(({ sourceDeletedAt }) => sourceDeletedAt)).toEqual(others.items.map(() => null));
  expect(await leftOf(sourceId)).not.toHaveProperty('mailboxes');
});
