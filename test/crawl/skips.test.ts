import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Skip } from '../../contract/skip.ts';
import type { StoredDocument } from '../../contract/document.ts';
import type { Stream } from '../../contract/stream.ts';
import { startOrganisation, wholeTruth, type Organisation } from '../support/organisation.ts';
import { fullestMailbox, type TenantItem } from '../support/tenant.ts';

let organisation: Organisation;
let sourceId: string;
let crawlId: string;
let mailboxId: string;
/** A message that cannot be rendered from the first cycle on. */
let corrupt: TenantItem;
let cycle = 1;

beforeAll(async () => {
  organisation = await startOrganisation({
    tenant: { mailboxes: 2, messagesPerMailbox: 60, seed: 'skipped' },
    settings: { TRAWL_MESSAGE_PAGE_SIZE: '10' },
  });
  mailboxId = await fullestMailbox(organisation.tenant);
  corrupt = (await items('Inbox'))[1]!;
  await fail(corrupt.id, { code: 'ErrorCorruptData' });
  sourceId = await organisation.makeSource({ mode: 'continuous' });
  crawlId = await organisation.crawl(sourceId);
  await organisation.untilCycle(crawlId, 1);
});
afterAll(() => organisation?.stop());

const control = <T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) =>
  organisation.tenant.control<T>(method, `/mailboxes/${mailboxId}${path}`, body);
const fail = (id: string, fault: object) => control('POST', `/messages/${id}/fault`, fault);
const items = async (folderPath: string): Promise<TenantItem[]> =>
  (await organisation.tenant.truth()).filter(
    (item) => item.mailboxId === mailboxId && item.folderPath === folderPath && item.kind === 'message',
  );
const document = (graphId: string) => organisation.db.collection<StoredDocument>('documents').findOne({ sourceId, mailboxId, graphId });
const skips = async (): Promise<(Skip & { id: string; nextTryAt: string | null })[]> =>
  (await organisation.client.call<{ items: (Skip & { id: string; nextTryAt: string | null })[] }>('GET', `/v1/sources/${sourceId}/skips`))
    .items;
const skipOf = async (graphId: string) => (await skips()).find((skip) => skip.graphId === graphId);
const retry = (body: object = {}) => organisation.client.call<{ skips: number }>('POST', `/v1/sources/${sourceId}/skips/retry`, body);
const mailbox = async () =>
  (
    await organisation.client.call<{ items: { mailboxId: string; state: string; completeness: string }[] }>(
      'GET',
      `/v1/sources/${sourceId}/mailboxes`,
    )
  ).items.find((one) => one.mailboxId === mailboxId);

async function nextCycle(): Promise<void> {
  await organisation.command(sourceId, 'run-now');
  cycle += 1;
  await organisation.untilCycle(crawlId, cycle);
}

/** So that no skip but a test's own is open. */
async function repairFirst(): Promise<void> {
  await fail(corrupt.id, { code: null });
  const skip = await skipOf(corrupt.id);
  await retry({ ids: [skip!.id] });
}

describe('a message that Exchange cannot render', () => {
  test('does not hold up its folder: all others are stored, and no folder has failed', async () => {
    expect(await organisation.compare(sourceId)).toMatchObject({ missing: 0, doubled: 0, extra: 0 });
    const failed = await organisation.db.collection<Stream>('streams').countDocuments({ sourceId, failure: { $ne: null } });
    expect(failed).toBe(0);
    expect(await mailbox()).toMatchObject({ state: 'doneWithSkips', completeness: 'completeWithSkips' });
    const { cycles } = await organisation.client.call<{ cycles: object[] }>('GET', `/v1/crawls/${crawlId}`);
    expect(cycles[0]).toMatchObject({ completeness: 'completeWithSkips', reasons: {}, skipped: { ErrorCorruptData: 1 } });
  });

  test('is stored with what could be read of it, and its skip says what is missing', async () => {
    const stored = await document(corrupt.id);
    expect(stored).toMatchObject({ subject: corrupt.subject, folderPath: 'Inbox', removal: null });
    expect(stored?.body).toBeUndefined();
    expect(await skipOf(corrupt.id)).toMatchObject({ code: 'ErrorCorruptData', state: 'open', words: expect.stringContaining('body') });
  });

  test('is not tried again before its time, and then at growing distance', async () => {
    const first = await skipOf(corrupt.id);
    const distance = (skip: typeof first) => (Date.parse(skip!.nextTryAt!) - Date.parse(skip!.lastAt as unknown as string)) / 3_600_000;
    expect(first).toMatchObject({ tries: 1 });
    expect(distance(first)).toBeCloseTo(1, 1);
    await nextCycle();
    expect(await skipOf(corrupt.id)).toEqual(first);
    expect(await retry()).toMatchObject({ skips: 1 });
    await nextCycle();
    const second = await skipOf(corrupt.id);
    expect(second).toMatchObject({ tries: 2, state: 'open' });
    expect(distance(second)).toBeCloseTo(4, 1);
  });

  test('is read whole when it was repaired and is tried again by hand, and its skip is closed', async () => {
    await fail(corrupt.id, { code: null });
    expect(await retry({ code: 'ErrorCorruptData', mailboxId })).toMatchObject({ skips: 1 });
    expect(await retry({ code: 'ErrorOther' })).toMatchObject({ skips: 0 });
    await nextCycle();
    expect(await skipOf(corrupt.id)).toMatchObject({ state: 'retried', nextTryAt: null });
    expect((await document(corrupt.id))?.body?.bytes).toBeGreaterThan(0);
    expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
    expect(await mailbox()).toMatchObject({ state: 'done', completeness: 'complete' });
  });

  test('that is deleted later has its skip closed as gone, also when nothing of it is stored', async () => {
    await repairFirst();
    const [stored, unstored] = (await items('Sent Items')).map(({ id }) => id);
    const victims = [stored!, unstored!];
    for (const id of victims) {
      await fail(id, { code: 'ErrorCorruptData' });
      await control('PATCH', `/messages/${id}`, { subject: 'Changed' });
    }
    await nextCycle();
    for (const id of victims) expect(await skipOf(id)).toMatchObject({ state: 'open' });
    await organisation.db.collection<StoredDocument>('documents').deleteOne({ sourceId, graphId: unstored! });
    for (const id of victims) await control('DELETE', `/messages/${id}?hard=true`);
    await nextCycle();
    for (const id of victims) expect(await skipOf(id)).toMatchObject({ state: 'gone' });
    expect(await mailbox()).toMatchObject({ state: 'done' });
  });

  test('that a person accepts keeps nothing from being done, and stays accepted', async () => {
    await repairFirst();
    const [odd] = await items('Drafts');
    await fail(odd!.id, { code: 'ErrorCorruptData' });
    await control('PATCH', `/messages/${odd!.id}`, { subject: 'Changed' });
    await nextCycle();
    const skip = await skipOf(odd!.id);
    const accept = await organisation.client.call<{ skips: number }>('POST', `/v1/sources/${sourceId}/skips/accept`, { ids: [skip!.id] });
    expect(accept).toEqual({ skips: 1 });
    await nextCycle();
    expect(await skipOf(odd!.id)).toMatchObject({ state: 'accepted' });
    expect(await mailbox()).toMatchObject({ state: 'done', completeness: 'complete' });
  });
});

describe('attachments that cannot be opened', () => {
  test('become a skip of their message, and are read when tried again', async () => {
    const file = { name: 'one.txt', contentBytes: Buffer.from('one').toString('base64') };
    const { id } = await control<{ id: string }>('POST', '/messages', { folder: 'inbox', subject: 'With a file', attachments: [file] });
    await fail(id, { code: 'ErrorCannotOpenFileAttachment' });
    await nextCycle();
    expect(await skipOf(id)).toMatchObject({ state: 'open', code: 'ErrorCannotOpenFileAttachment' });
    const stored = await document(id);
    const attachments = () =>
      organisation.db
        .collection<StoredDocument>('documents')
        .countDocuments({ parentId: stored!._id, removal: null, 'attachment.sha256': { $type: 'string' } });
    expect(await attachments()).toBe(0);
    await fail(id, { code: null });
    expect(await retry({ ids: [`${stored!._id}:*`] })).toMatchObject({ skips: 1 });
    await nextCycle();
    expect(await skipOf(id)).toMatchObject({ state: 'retried' });
    expect(await attachments()).toBe(1);
  });
});
