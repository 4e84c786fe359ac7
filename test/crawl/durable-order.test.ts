import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOrganisation, wholeTruth, type Organisation } from '../support/organisation.ts';
import { waitFor } from '../support/wait-for.ts';

const slots = 2;

let organisation: Organisation;
beforeAll(async () => {
  organisation = await startOrganisation({
    tenant: { mailboxes: 6, messagesPerMailbox: 150, seed: 'order' },
    settings: { TRAWL_SLOTS_NORMAL: String(slots), TRAWL_LANE_TURN_SECONDS: '1' },
  });
});
afterAll(() => organisation?.stop());

/** On the queue of high priority there are 40. */
const moreSlots = { priority: 'high' } as object;

const closed = new Set(['done', 'doneWithSkips']);

/** Waits until all but some mailboxes are closed; gives the states that those have then. */
async function untilOthersClosed(sourceId: string, some: readonly string[]): Promise<string[]> {
  return waitFor(
    'the other mailboxes to be closed',
    async () => {
      const mailboxes = (await organisation.mailboxes(sourceId)).filter(({ state }) => state !== 'ineligible');
      const states = new Map(mailboxes.map(({ mailboxId, state }) => [mailboxId, state]));
      const others = [...states].filter(([mailboxId]) => !some.includes(mailboxId));
      if (others.length < 3 || others.some(([, state]) => !closed.has(state))) throw new Error(JSON.stringify([...states.values()]));
      return some.map((mailboxId) => states.get(mailboxId) ?? 'unknown');
    },
    { timeoutMs: 120_000 },
  );
}

async function largestMailboxes(count: number): Promise<string[]> {
  const mailboxes = (await organisation.tenant.mailboxes()).filter(({ hasMailbox }) => hasMailbox);
  return mailboxes
    .toSorted((left, right) => right.folders - left.folders)
    .slice(0, count)
    .map(({ mailboxId }) => mailboxId);
}

/** Those whose lanes come first: a cycle begins with them. */
async function firstMailboxes(count: number): Promise<string[]> {
  const mailboxes = (await organisation.tenant.mailboxes()).filter(({ hasMailbox }) => hasMailbox);
  return mailboxes
    .map(({ mailboxId }) => mailboxId)
    .toSorted()
    .slice(0, count);
}

test('mailboxes that take long give way to the others, although their lanes could hold every slot', async () => {
  const { tenant, db } = organisation;
  const slow = await firstMailboxes(slots);
  for (const mailbox of slow) await tenant.fault({ match: { mailbox, path: 'messages/delta' }, answer: { delayMs: 1_500 } });
  const sourceId = await organisation.makeSource();
  await organisation.crawl(sourceId);
  const states = await untilOthersClosed(sourceId, slow);
  expect(states.map((state) => closed.has(state))).toEqual(slow.map(() => false));
  await tenant.clearFaults();
  await organisation.untilState(sourceId, 'completed', 120_000);
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
  // What was counted before a lane gave way is not forgotten.
  const crawl = await db.collection<{ totals: { documents: number } }>('crawls').findOne({ sourceId });
  const messages = await db.collection('documents').countDocuments({ sourceId, kind: { $ne: 'event' } });
  expect(crawl?.totals.documents).toBeGreaterThanOrEqual(messages);
});

test('a mailbox that always answers 503, and one that never answers, delay nobody', async () => {
  const { tenant } = organisation;
  const [failing, silent] = await largestMailboxes(2);
  const sourceId = await organisation.makeSource(moreSlots);
  await tenant.fault({ match: { mailbox: failing! }, answer: { status: 503 } });
  await tenant.fault({ match: { mailbox: silent! }, answer: { hang: true } });
  await organisation.crawl(sourceId);
  const states = await untilOthersClosed(sourceId, [failing!, silent!]);
  expect(states).toEqual(['running', 'running']);
  await tenant.clearFaults();
  await organisation.untilState(sourceId, 'completed', 120_000);
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
});
