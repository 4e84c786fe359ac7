import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import type { Source } from '../../contract/source.ts';
import type { Stream } from '../../contract/stream.ts';
import { startDirectCrawl, type DirectCrawl } from '../support/direct-crawl.ts';
import { contentWrites, operationTime } from '../support/organisation-truth.ts';
import { wholeTruth } from '../support/organisation.ts';

let crawl: DirectCrawl;
let sourceId: string;
/** Times of receipt of all messages, oldest first. */
let times: Date[];

const setPolicy = (receivedSince: Date | null) =>
  crawl.store.db
    .collection<Source>('sources')
    .updateOne({ _id: sourceId }, { $set: { 'policy.receivedSince': receivedSince }, $inc: { scopeRevision: 1 } });
const documents = () => crawl.store.db.collection<StoredDocument>('documents');
const liveIds = () => documents().distinct('graphId', { sourceId, kind: 'message', removal: null });

async function truthSince(since: Date): Promise<string[]> {
  const messages = (await crawl.tenant.truth()).filter((item) => item.kind === 'message' && !item.hidden);
  return messages.filter((item) => new Date(item.receivedDateTime!) >= since).map((item) => item.id);
}

const placeOf = (share: number) => times[Math.floor(times.length * share)]!;

beforeAll(async () => {
  crawl = await startDirectCrawl({ seed: { mailboxes: 2, messagesPerMailbox: 60, seed: 'since' } });
  ({ sourceId } = crawl);
  const messages = (await crawl.tenant.truth()).filter((item) => item.kind === 'message' && !item.hidden);
  times = messages.map((item) => new Date(item.receivedDateTime!)).toSorted((one, other) => one.getTime() - other.getTime());
  await setPolicy(placeOf(0.5));
  await crawl.cycle();
});
afterAll(() => crawl?.stop());

test('what was received before the policy begins is not stored, and Graph counts agree', async () => {
  const wanted = await truthSince(placeOf(0.5));
  expect(wanted.length).toBeGreaterThan(20);
  expect(wanted.length).toBeLessThan(times.length);
  expect((await liveIds()).toSorted()).toEqual(wanted.toSorted());
  expect(await documents().countDocuments({ sourceId, kind: 'message' })).toBe(wanted.length);
  const read = await crawl.store.db.collection<Stream>('streams').find({ sourceId, kind: 'messages', crawled: true }).toArray();
  for (const { counts } of read) expect(counts).toMatchObject({ difference: 0 });
  expect(read.some(({ counts }) => counts.explanation === 'policy' && (counts.excluded ?? 0) > 0)).toBe(true);
});

test('a later beginning hides what is older now, attachments and all, and keeps its words', async () => {
  await setPolicy(placeOf(0.8));
  await crawl.cycle();
  expect((await liveIds()).toSorted()).toEqual((await truthSince(placeOf(0.8))).toSorted());
  const hidden = { sourceId, 'removal.reason': 'outOfScope' as const };
  expect(await documents().countDocuments({ ...hidden, kind: 'message', text: { $type: 'string' } })).toBeGreaterThan(0);
  const parents = await documents().distinct('_id', { sourceId, kind: 'message', removal: null });
  const attachments = { sourceId, kind: 'attachment' as const, removal: null };
  expect(await documents().countDocuments({ ...attachments, rootId: null, parentId: { $nin: parents } })).toBe(0);
  expect(await documents().countDocuments({ ...attachments, rootId: { $type: 'string', $nin: parents } })).toBe(0);
});

test('an earlier one shows again what is stored, and reads what is not, and nothing else', async () => {
  await setPolicy(placeOf(0.8));
  await crawl.cycle();
  const before = await documents().distinct('_id', { sourceId, kind: 'message' });
  const since = await operationTime(crawl.store.db);
  await setPolicy(placeOf(0.2));
  await crawl.cycle();
  expect((await liveIds()).toSorted()).toEqual((await truthSince(placeOf(0.2))).toSorted());
  const written = await contentWrites(crawl.store.db, { since });
  expect(before.filter((id) => written.has(id))).toEqual([]);
});

test('none at all stores everything', async () => {
  await setPolicy(null);
  await crawl.cycle();
  expect(await crawl.compare()).toEqual(wholeTruth);
});
