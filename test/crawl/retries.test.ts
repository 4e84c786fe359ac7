import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import { startOrganisation, wholeTruth, type Organisation } from '../support/organisation.ts';
import type { TenantItem } from '../support/tenant.ts';
import { waitFor } from '../support/wait-for.ts';

/** What can be tried again, on everything real: a policy that is lifted, a message that is repaired. */
let organisation: Organisation;
let sourceId: string;
let crawlId: string;
/** A policy keeps the app from the first one; the second one has a message that cannot be read; the third one is slow. */
let shut: { mailboxId: string; address: string };
let spoilt: { mailboxId: string };
let slow: { mailboxId: string };
let corrupt: TenantItem;
let policyId: string;

const control = <T>(method: 'POST' | 'DELETE', path: string, body?: object) => organisation.tenant.control<T>(method, path, body);
const spoil = (code: string | null) => control('POST', `/mailboxes/${spoilt.mailboxId}/messages/${corrupt.id}/fault`, { code });
const documentsOf = (mailboxId: string) =>
  organisation.db.collection<StoredDocument>('documents').countDocuments({ sourceId, mailboxId, removal: null });
const stateOf = async ({ mailboxId }: { mailboxId: string }) =>
  (await organisation.mailboxes(sourceId)).find((mailbox) => mailbox.mailboxId === mailboxId)?.state;
const untilMailbox = (mailbox: { mailboxId: string }, state: string) =>
  waitFor(`the mailbox to be ${state}`, async () => (await stateOf(mailbox)) === state, { timeoutMs: 90_000, everyMs: 50 });
const retry = (path: string, body?: object) =>
  organisation.client.call<{ crawlId: string; started: boolean; skips?: number }>('POST', `/v1/sources/${sourceId}/${path}`, body);
const crawl = () =>
  organisation.client.call<{ cycle: number; cycles: { completeness: string | null; reasons: object }[] }>('GET', `/v1/crawls/${crawlId}`);

async function shutOut(): Promise<void> {
  const policy = {
    kind: 'access',
    app: organisation.emulator.answer.clientId,
    right: 'DenyAccess',
    scope: [shut.address],
    immediate: true,
  };
  ({ id: policyId } = await control<{ id: string }>('POST', '/policies', policy));
}

beforeAll(async () => {
  organisation = await startOrganisation({
    tenant: { mailboxes: 3, messagesPerMailbox: 60, seed: 'again' },
    settings: { TRAWL_MESSAGE_PAGE_SIZE: '10' },
  });
  const mailboxes = (await organisation.tenant.mailboxes()).filter(({ hasMailbox }) => hasMailbox);
  [shut, spoilt, slow] = [mailboxes[0]!, mailboxes[1]!, mailboxes[2]!];
  corrupt = (await organisation.tenant.truth(spoilt.mailboxId)).find(
    ({ kind, folderPath }) => kind === 'message' && folderPath === 'Inbox',
  )!;
  await shutOut();
  await spoil('ErrorCorruptData');
  await organisation.tenant.fault({ match: { mailbox: slow.mailboxId, path: 'messages/delta' }, answer: { delayMs: 15_000 } });
  sourceId = await organisation.makeSource({ mode: 'continuous' });
  crawlId = await organisation.crawl(sourceId);
  await untilMailbox(shut, 'blocked');
  await untilMailbox(spoilt, 'doneWithSkips');
});
afterAll(() => organisation?.stop());

test('a mailbox whose policy was lifted is read in the running crawl, beside what is still being read', async () => {
  expect(await documentsOf(shut.mailboxId)).toBe(0);
  await control('DELETE', `/policies/${policyId}?immediate=true`);
  expect(await retry('mailboxes/retry')).toMatchObject({ crawlId, started: false });
  await untilMailbox(shut, 'done');
  expect(await documentsOf(shut.mailboxId)).toBeGreaterThan(0);
  expect(await stateOf(slow)).toBe('running');
  expect(await crawl()).toMatchObject({ cycle: 1 });
});

test('a message that was repaired is read in the running crawl, and its skip is closed', async () => {
  const stored = () => organisation.db.collection<StoredDocument>('documents').findOne({ sourceId, graphId: corrupt.id });
  expect((await stored())?.body).toBeUndefined();
  await spoil(null);
  expect(await retry('skips/retry', {})).toMatchObject({ skips: 1, crawlId, started: false });
  await untilMailbox(spoilt, 'done');
  expect((await stored())?.body?.bytes).toBeGreaterThan(0);
  const { items } = await organisation.client.call<{ items: { state: string }[] }>('GET', `/v1/sources/${sourceId}/skips`);
  expect(items.map(({ state }) => state)).toEqual(['retried']);
  expect(await stateOf(slow)).toBe('running');
  expect(await crawl()).toMatchObject({ cycle: 1 });
});

test('then the cycle is complete, as if nothing had been in the way', async () => {
  await organisation.tenant.clearFaults();
  await organisation.untilState(sourceId, 'waiting');
  expect((await crawl()).cycles).toMatchObject([{ completeness: 'complete', reasons: {} }]);
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
});

test('between two cycles the crawl takes a mailbox up at once, in the cycle of before', async () => {
  await shutOut();
  await organisation.command(sourceId, 'run-now');
  await organisation.untilCycle(crawlId, 2);
  await organisation.untilState(sourceId, 'waiting');
  expect(await stateOf(shut)).toBe('blocked');
  expect((await crawl()).cycles.at(-1)).toMatchObject({ completeness: 'incomplete' });
  await control('DELETE', `/policies/${policyId}?immediate=true`);
  expect(await retry(`mailboxes/${shut.mailboxId}/retry`)).toMatchObject({ crawlId, started: false });
  await untilMailbox(shut, 'done');
  await organisation.untilState(sourceId, 'waiting');
  const { cycle, cycles } = await crawl();
  expect(cycle).toBe(2);
  expect(cycles.at(-1)).toMatchObject({ completeness: 'complete', reasons: {} });
});
