import { expect } from 'vitest';
import { createRandom } from '../crawl/world/random.ts';
import { wholeTruth, type Organisation } from './organisation.ts';
import { contentWrites, operationTime } from './organisation-truth.ts';

/** Of this test run; `TRAWL_TEST_SEED` repeats one. */
const seed = Number(process.env['TRAWL_TEST_SEED'] ?? Date.now() % 1_000_000);

/** A moment in the middle of a crawl, as a number of stored documents; printed, so that it can be met again. */
export function someMoment(what: string, { least, most }: { least: number; most: number }): number {
  const salt = Array.from(what).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  const moment = least + createRandom(seed + salt).below(most - least);
  process.stderr.write(`TRAWL_TEST_SEED=${seed}: ${what} at ${moment} documents\n`);
  return moment;
}

/** Expects every live document of the source to have been written, and none of them twice. */
export async function expectWrittenOnce(
  { db }: Organisation,
  { sourceId, since }: { sourceId: string; since: Awaited<ReturnType<typeof operationTime>> },
): Promise<void> {
  const writes = await contentWrites(db, { since });
  const ids = await db.collection<{ _id: string }>('documents').distinct('_id', { sourceId, removal: null });
  expect(ids.filter((id) => writes.get(id) !== 1).map((id) => `${id}: ${writes.get(id) ?? 0} times`)).toEqual([]);
}

/**
 * Crawls the organisation with a new source, does something terrible in the middle, and expects the crawl to end by
 * itself with the truth, each document written once.
 */
export async function expectTruthDespite(
  organisation: Organisation,
  event: { what: string; happen: (sourceId: string) => Promise<void> },
): Promise<string> {
  const { db, tenant } = organisation;
  const since = await operationTime(db);
  const items = (await tenant.truth()).filter((item) => !item.hidden).length;
  const moment = someMoment(event.what, { least: Math.floor(items * 0.15), most: Math.floor(items * 0.6) });
  const sourceId = await organisation.makeSource();
  await organisation.crawl(sourceId);
  await organisation.untilStored(sourceId, moment);
  expect(await organisation.documents(sourceId), 'documents stored when it happened').toBeLessThan(items);
  await event.happen(sourceId);
  // Temporal notices a dead worker after 30 s, and may have handed another task to it meanwhile.
  await organisation.untilState(sourceId, 'completed', 150_000);
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
  await expectWrittenOnce(organisation, { sourceId, since });
  return sourceId;
}
