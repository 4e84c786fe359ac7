import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import type { Source } from '../../contract/source.ts';
import type { Stream } from '../../contract/stream.ts';
import { startOrganisation, wholeTruth, type Organisation } from '../support/organisation.ts';
import { contentWrites, operationTime } from '../support/organisation-truth.ts';

let organisation: Organisation;
let sourceId: string;
let crawlId: string;
let cycle = 1;
/** Times of receipt of all messages, oldest first. */
let times: Date[];

const setPolicy = (receivedSince: Date | null) =>
  organisation.db
    .collection<Source>('sources')
    .updateOne({ _id: sourceId }, { $set: { 'policy.receivedSince': receivedSince }, $inc: { scopeRevision: 1 } });
const documents = () => organisation.db.collection<StoredDocument>('documents');
const liveIds = () => documents().distinct('graphId', { sourceId, kind: 'message', removal: null });

async function truthSince(since: Date): Promise<string[]> {
  const messages = (await organisation.tenant.truth()).filter((item) => item.kind === 'message' && !item.hidden);
  return messages.filter((item) => new Date(item.receivedDateTime!) >= since).map((item) => item.id);
}

async function nextCycle(): Promise<void> {
  await organisation.command(sourceId, 'run-now');
  cycle += 1;
  await organisation.untilCycle(crawlId, cycle);
}

const placeOf = (share: number) => times[Math.floor(times.length * share)]!;

beforeAll(async () => {
  organisation = await startOrganisation({ tenant: { mailboxes: 2, messagesPerMailbox: 60, seed: 'since' } });
  const messages = (await organisation.tenant.truth()).filter((item) => item.kind === 'message' && !item.hidden);
  times = messages.map((item) => new Date(item.receivedDateTime!)).toSorted((one, other) => one.getTime() - other.getTime());
  sourceId = await organisation.makeSource({ mode: 'continuous' });
  await setPolicy(placeOf(0.5));
  crawlId = await organisation.crawl(sourceId);
  await organisation.untilCycle(crawlId, 1);
});
afterAll(() => organisation?.stop());

test('what was received before the policy begins is not stored, and Graph counts agree', async () => {
  const wanted = await truthSince(placeOf(0.5));
  expect(wanted.length).toBeGreaterThan(20);
  expect(wanted.length).toBeLessThan(times.length);
  expect((await liveIds()).toSorted()).toEqual(wanted.toSorted());
  expect(await documents().countDocuments({ sourceId, kind: 'message' })).toBe(wanted.length);
  const read = await organisation.db.collection<Stream>('streams').find({ sourceId, kind: 'messages', crawled: true }).toArray();
  for (const { counts } of read) expect(counts).toMatchObject({ difference: 0 });
  expect(read.some(({ counts }) => counts.explanation === 'policy' && (counts.excluded ?? 0) > 0)).toBe(true);
});

test('a later beginning hides what is older now, attachments and all, and keeps its words', async () => {
  await setPolicy(placeOf(0.8));
  await nextCycle();
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
  await nextCycle();
  const before = await documents().distinct('_id', { sourceId, kind: 'message' });
  const since = await operationTime(organisation.db);
  await setPolicy(placeOf(0.2));
  await nextCycle();
  expect((await liveIds()).toSorted()).toEqual((await truthSince(placeOf(0.2))).toSorted());
  const written = await contentWrites(organisation.db, { since });
  expect(before.filter((id) => written.has(id))).toEqual([]);
});

test('none at all stores everything', async () => {
  await setPolicy(null);
  await nextCycle();
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
});
