import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startOrganisation, wholeTruth, type Organisation } from '../support/organisation.ts';
import type { FaultRule, TenantMailbox } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';

const latencyMs = 15;
let organisation: Organisation;
let people: TenantMailbox[];
beforeAll(async () => {
  // Small pages, so that a folder is a chain of them.
  const settings = { TRAWL_MESSAGE_PAGE_SIZE: '10' };
  organisation = await startOrganisation({ tenant: { mailboxes: 4, messagesPerMailbox: 60, seed: 'faults' }, settings });
  people = (await organisation.tenant.mailboxes()).filter((mailbox) => mailbox.messages > 0);
});
afterAll(() => organisation?.stop());
beforeEach(() => organisation.tenant.latency(latencyMs));
afterEach(() => organisation.tenant.clearFaults());

async function crawlToTheEnd(sourceId?: string): Promise<string> {
  const made = sourceId ?? (await organisation.makeSource());
  await organisation.crawl(made);
  await organisation.untilState(made, 'completed');
  return made;
}

async function stateOf(sourceId: string, mailboxId: string): Promise<{ state: string; reason: string | null }> {
  const mailbox = (await organisation.mailboxes(sourceId)).find((one) => one.mailboxId === mailboxId)!;
  return { state: mailbox.state, reason: mailbox.reason?.code ?? null };
}

const delta = 'messages/delta';
const passing: Record<string, FaultRule> = {
  '429 with whole seconds': { match: { path: delta, nth: 3 }, answer: { status: 429, retryAfter: '1' } },
  '429 with a fraction of a second': { match: { path: delta, nth: 7 }, answer: { status: 429, retryAfter: '0.35' } },
  '429 without Retry-After': { match: { path: delta, nth: 11 }, answer: { status: 429 } },
  '503 without a body': { match: { path: delta, nth: 15 }, answer: { status: 503, emptyBody: true } },
  '503 twice in a row': { match: { path: 'mailFolders/delta' }, answer: { status: 503 }, count: 2 },
  '500': { match: { path: 'attachments', nth: 4 }, answer: { status: 500 } },
  '504 with a text of a proxy': { match: { path: delta, nth: 19 }, answer: { status: 504, code: 'SomethingUnheardOf' } },
  'a connection that breaks before the answer': { match: { path: delta, nth: 23 }, answer: { reset: 'before' } },
  'a connection that breaks in the answer': { match: { path: delta, nth: 27 }, answer: { reset: 'inBody' } },
  'a page of 200 that ends in the middle': { match: { path: delta, nth: 31 }, answer: { truncateAtBytes: 700 } },
  'a list of users that ends in the middle': { match: { path: '^GET /users\\?' }, answer: { reset: 'inBody' }, count: 1 },
  'a list of users that is cut off': { match: { path: '^GET /users\\?' }, answer: { truncateAtBytes: 700 }, count: 1 },
  'folders that are cut off': { match: { path: 'mailFolders/delta', nth: 2 }, answer: { truncateAtBytes: 200 }, count: 1 },
  'a calendar that fails': { match: { path: 'calendars/[^/]+/events', nth: 2 }, answer: { status: 500 } },
};

test('faults that pass cost nothing but time: every one was met, and the crawl ends in the truth', async () => {
  const { tenant } = organisation;
  // Made before: the test of its connection would meet some of the faults in place of the crawl.
  const made = await organisation.makeSource();
  const rules = await Promise.all(Object.entries(passing).map(async ([name, rule]) => ({ name, fault: await tenant.fault(rule) })));
  const sourceId = await crawlToTheEnd(made);
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
  const unmet: string[] = [];
  for (const { name, fault } of rules) if ((await tenant.played(fault)) === 0) unmet.push(name);
  expect(unmet).toEqual([]);
});

test('a mailbox is left alone for as long as Retry-After says, while the others go on', async () => {
  const { tenant } = organisation;
  const [throttled, other] = people;
  const fault = await tenant.fault({
    match: { mailbox: throttled!.mailboxId, path: delta, nth: 3 },
    answer: { status: 429, retryAfter: '3.4' },
  });
  const sourceId = await organisation.makeSource();
  await organisation.crawl(sourceId);
  await waitFor('the fault', async () => (await tenant.played(fault)) > 0);
  const requestsOf = async (mailboxId: string) =>
    Object.values((await tenant.stats()).byMailbox[mailboxId] ?? {}).reduce((sum, count) => sum + count, 0);
  let seen = { requests: -1, atMs: Date.now() };
  let longestStandstillMs = 0;
  const othersBefore = await requestsOf(other!.mailboxId);
  let othersDuring = othersBefore;
  await waitFor(
    'the end of the crawl',
    async () => {
      const requests = await requestsOf(throttled!.mailboxId);
      const nowMs = Date.now();
      if (requests !== seen.requests) {
        if (seen.requests >= 0) longestStandstillMs = Math.max(longestStandstillMs, nowMs - seen.atMs);
        seen = { requests, atMs: nowMs };
      } else othersDuring = Math.max(othersDuring, await requestsOf(other!.mailboxId));
      return (await organisation.source(sourceId)).state === 'completed';
    },
    { timeoutMs: 90_000, everyMs: 25 },
  );
  expect(longestStandstillMs).toBeGreaterThan(3_200);
  expect(othersDuring).toBeGreaterThan(othersBefore);
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
});

test('a delta chain that Graph has forgotten in its middle is read anew as another generation', async () => {
  const { tenant, db } = organisation;
  const messages = (await tenant.truth()).filter((item) => item.kind === 'message' && !item.hidden);
  const [folderId] = [...Map.groupBy(messages, (item) => item.folderId)].find(([, held]) => held.length > 20)!;
  // Twice: a single one is taken for a passing fault and the link repeated.
  const fault = await tenant.fault({
    match: { path: `${folderId}.*${delta}.*skiptoken` },
    answer: { status: 410, code: 'SyncStateNotFound' },
    count: 2,
  });
  const sourceId = await crawlToTheEnd();
  expect(await tenant.played(fault)).toBe(2);
  expect(await db.collection('streams').countDocuments({ sourceId, graphId: folderId, generation: 2 })).toBe(1);
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
});

test('attachments that Exchange cannot give become a skip that says why; all else is crawled', async () => {
  const { tenant, db } = organisation;
  const victim = (await tenant.truth()).find((item) => item.kind === 'attachment' && !item.hidden)!;
  const message = victim.parentId!.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  // Whoever asks for them together with others' is refused too.
  const path = `${message}/attachments|expand=attachments`;
  await tenant.fault({ match: { path }, answer: { status: 500, code: 'ErrorCorruptData' } });
  const sourceId = await crawlToTheEnd();
  expect(await db.collection('skips').find({ sourceId }).project({ _id: 0, graphId: 1, code: 1, state: 1 }).toArray()).toEqual([
    { graphId: victim.parentId, code: 'ErrorCorruptData', state: 'open' },
  ]);
  expect((await stateOf(sourceId, victim.mailboxId)).state).toBe('doneWithSkips');
  const comparison = await organisation.compare(sourceId);
  expect(comparison).toEqual({ ...wholeTruth, skipped: comparison.skipped });
  expect(comparison.skipped).toBeGreaterThan(0);
});

test('attachments that cannot be read since nothing can be are not to blame, and are read when they can be', async () => {
  const { tenant, db } = organisation;
  const victim = (await tenant.truth()).find((item) => item.kind === 'attachment' && !item.hidden)!;
  const message = victim.parentId!.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const sourceId = await organisation.makeSource();
  await tenant.fault({ match: { path: 'expand=attachments' }, answer: { status: 400, code: 'ErrorInvalidRequest' } });
  const fault = await tenant.fault({ match: { path: `${message}/attachments` }, answer: { reset: 'before' } });
  await organisation.crawl(sourceId);
  await waitFor('the fault', async () => (await tenant.played(fault)) > 0);
  const all = await tenant.fault({ match: { mailbox: victim.mailboxId }, answer: { reset: 'before' } });
  // Each request is sent five times, the one that tells whether anything can be read too.
  const patience = { timeoutMs: 90_000 };
  await waitFor('all tries of the request', async () => (await tenant.played(fault)) >= 5, patience);
  const before = await tenant.played(all);
  await waitFor('the next attempt of the lane', async () => (await tenant.played(all)) >= before + 10, patience);
  const tried = await db.collection('documents').findOne({ sourceId, graphId: victim.parentId! });
  expect(tried?.['attachments']).toMatchObject({ due: true, tries: 0 });
  await tenant.clearFaults();
  await organisation.untilState(sourceId, 'completed');
  expect(await db.collection('skips').countDocuments({ sourceId })).toBe(0);
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
});

test('a folder that is deleted while it is read ends its stream, and nothing of it stays', async () => {
  const { tenant, db } = organisation;
  const mailbox = people[0]!;
  const { id: folderId } = await tenant.control<{ id: string }>('POST', `/mailboxes/${mailbox.mailboxId}/folders`, {
    displayName: 'Vanishing',
    parent: 'Inbox',
  });
  for (let number = 1; number <= 45; number += 1)
    await tenant.control('POST', `/mailboxes/${mailbox.mailboxId}/messages`, { folder: folderId, subject: `Number ${number}` });
  await tenant.fault({ match: { mailbox: mailbox.mailboxId, path: `${folderId}/${delta}` }, answer: { delayMs: 400 } });
  const sourceId = await organisation.makeSource();
  await organisation.crawl(sourceId);
  await waitFor('a first page of the folder', () => db.collection('documents').findOne({ sourceId, folderId }));
  await tenant.control('DELETE', `/mailboxes/${mailbox.mailboxId}/folders/${folderId}?hard=true`);
  await organisation.untilState(sourceId, 'completed');
  expect(await db.collection('streams').findOne({ sourceId, graphId: folderId })).toMatchObject({ endedAt: expect.any(Date) });
  expect(await stateOf(sourceId, mailbox.mailboxId)).toEqual({ state: 'done', reason: null });
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
});

test('a mailbox that is not there is ineligible, one that refuses the app is blocked; read again once they can be, nothing is missing', async () => {
  const { tenant } = organisation;
  const [onPremises, refused, refusedLater, ...others] = people;
  const answer = { status: 404, code: 'MailboxNotEnabledForRESTAPI' };
  await tenant.fault({ match: { mailbox: onPremises!.mailboxId }, answer });
  await tenant.fault({ match: { mailbox: refused!.mailboxId }, answer: { status: 403, code: 'ErrorAccessDenied' } });
  await tenant.fault({ match: { mailbox: refusedLater!.mailboxId, path: delta }, answer: { status: 403, code: 'ErrorAccessDenied' } });
  const sourceId = await crawlToTheEnd();
  expect(await stateOf(sourceId, onPremises!.mailboxId)).toEqual({ state: 'ineligible', reason: 'MailboxNotEnabledForRESTAPI' });
  expect(await stateOf(sourceId, refused!.mailboxId)).toEqual({ state: 'blocked', reason: 'ErrorAccessDenied' });
  expect(await stateOf(sourceId, refusedLater!.mailboxId)).toEqual({ state: 'blocked', reason: 'ErrorAccessDenied' });
  for (const other of others) expect((await stateOf(sourceId, other.mailboxId)).state).toBe('done');
  await tenant.clearFaults();
  await organisation.crawl(sourceId);
  await organisation.untilState(sourceId, 'completed');
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
});

test('through all of it no mailbox had more than four requests in flight', async () => {
  const { violations, largestConcurrency } = await organisation.tenant.stats();
  expect(violations).toBe(0);
  expect(largestConcurrency).toBeLessThanOrEqual(4);
});
