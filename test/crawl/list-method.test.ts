import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Stream } from '../../contract/stream.ts';
import { digestOf } from '../support/followed-crawl.ts';
import { followDirectly, type FollowedDirectly } from '../support/followed-directly.ts';
import { fullestMailbox } from '../support/tenant.ts';

const sameSecond = '2024-05-05T05:05:05Z';
/** More than any page of this crawl holds. */
const inOneSecond = 45;

let crawl: FollowedDirectly;
let fullMailbox: string;

const streams = async (): Promise<Stream[]> =>
  crawl.db
    .collection<Stream>('streams')
    .find({
      sourceId: crawl.sourceId,
      mailboxId: fullMailbox,
      kind: { $in: ['folders', 'messages'] },
      endedAt: null,
    })
    .toArray();
const read = async () => (await streams()).filter((stream) => stream.crawled);

beforeAll(async () => {
  crawl = await followDirectly({
    seed: 'listed',
    crawlSettings: { messagePageSize: 10 },
    async before(tenant) {
      fullMailbox = await fullestMailbox(tenant);
      for (let n = 0; n < inOneSecond; n += 1) {
        const body = { folder: 'Archive', subject: `At once ${n}`, body: 'x', receivedDateTime: sameSecond };
        await tenant.control('POST', `/mailboxes/${fullMailbox}/messages`, body);
      }
      await tenant.control('PATCH', `/mailboxes/${fullMailbox}`, { overQuota: true });
      await tenant.fault({ match: { mailbox: fullMailbox, share: 0.5, seed: 'early' }, answer: { quirk: 'listEndsEarly' } });
      await tenant.fault({ match: { mailbox: fullMailbox, share: 0.5, seed: 'short' }, answer: { quirk: 'shortPages' } });
      await tenant.fault({ match: { mailbox: fullMailbox, share: 0.5, seed: 'jump' }, answer: { quirk: 'skipJumps' } });
    },
  });
});
afterAll(() => crawl?.stop());

describe('a mailbox over its quota', () => {
  test('is read by list, whole, with the reason in its streams, thousands of a second or not', async () => {
    const found = await read();
    expect(found.length).toBeGreaterThan(3);
    for (const stream of found) expect(stream).toMatchObject({ method: 'list', methodReason: 'ErrorQuotaExceeded', failure: null });
    expect(await crawl.items('Archive')).toHaveLength(
      await crawl.db
        .collection('documents')
        .countDocuments({ mailboxId: fullMailbox, folderPath: 'Archive', removal: null, kind: 'message' }),
    );
    expect((await crawl.crawl.mailboxes()).find(({ mailboxId }) => mailboxId === fullMailbox)).toMatchObject({
      state: 'done',
      completeness: 'complete',
    });
  });

  test('is asked a few times a folder when nothing changed, and no document is written', async () => {
    const before = await digestOf(crawl);
    await crawl.tenant.control('DELETE', '/stats');
    await crawl.nextCycle();
    expect(await digestOf(crawl)).toBe(before);
    const { byMailbox } = await crawl.tenant.stats();
    const lists = byMailbox[fullMailbox]!['messages.list'] ?? 0;
    expect(lists).toBeLessThanOrEqual((await read()).length * 6);
    expect(byMailbox[fullMailbox]!['messages.get'] ?? 0).toBe(0);
  });

  test('has new, changed, moved and deleted messages followed', async () => {
    const [edited, moved, deleted] = await crawl.items('Archive');
    const { id } = await crawl.change('POST', '/messages', { folder: 'inbox', subject: 'New', body: 'words' });
    await crawl.change('PATCH', `/messages/${edited!.id}`, { subject: 'Edited' });
    await crawl.change('POST', `/messages/${moved!.id}/move`, { folder: 'inbox' });
    await crawl.change('DELETE', `/messages/${deleted!.id}?hard=true`);
    await crawl.nextCycle();
    expect(await crawl.document(id)).toMatchObject({ subject: 'New', removal: null });
    expect(await crawl.document(edited!.id)).toMatchObject({ subject: 'Edited' });
    expect(await crawl.document(moved!.id)).toMatchObject({ folderPath: 'Inbox', removal: null });
    expect(await crawl.document(deleted!.id)).toMatchObject({ removal: { reason: 'deleted' } });
  });

  test('has folders that come and go followed', async () => {
    const { id } = await crawl.change<{ id: string }>('POST', '/folders', { displayName: 'Listed', parent: 'inbox' });
    const message = await crawl.change('POST', '/messages', { folder: 'Inbox/Listed', subject: 'Below', body: 'words' });
    await crawl.nextCycle();
    expect(await crawl.document(message.id)).toMatchObject({ folderPath: 'Inbox/Listed' });
    await crawl.change('DELETE', `/folders/${encodeURIComponent(id)}?hard=true`);
    await crawl.nextCycle();
    expect(await crawl.document(message.id)).toMatchObject({ removal: { reason: 'deleted' } });
  });

  test('loses nothing in a cycle whose lists are cut short for good', async () => {
    const { tenant } = crawl;
    const rule = await tenant.fault({ match: { mailbox: fullMailbox, path: 'GET [^?]*/messages\\?' }, answer: { quirk: 'totalsDiffer' } });
    const live = { mailboxId: fullMailbox, removal: null, kind: 'message' };
    const before = await crawl.db.collection('documents').countDocuments(live);
    await crawl.nextCycle();
    await tenant.control('DELETE', `/faults/${rule.id}`);
    expect(await crawl.db.collection('documents').countDocuments(live)).toBe(before);
  });

  test('goes back to delta in a new generation when there is room again, with every document kept', async () => {
    const generations = new Map((await read()).map((stream) => [stream._id, stream.generation]));
    const kept = await crawl.db.collection<{ _id: string }>('documents').distinct('_id', { mailboxId: fullMailbox, removal: null });
    await crawl.tenant.control('PATCH', `/mailboxes/${fullMailbox}`, { overQuota: false });
    await crawl.nextCycle();
    for (const stream of await read()) {
      expect(stream).toMatchObject({ method: 'delta', methodReason: null, cursor: { at: 'rest', link: expect.any(String) } });
      expect(stream.generation).toBe((generations.get(stream._id) ?? 0) + 1);
    }
    const now = await crawl.db.collection<{ _id: string }>('documents').distinct('_id', { mailboxId: fullMailbox, removal: null });
    expect(now.toSorted()).toEqual(kept.toSorted());
  });
});

describe('a folder', () => {
  beforeAll(async () => {
    await crawl.tenant.control('PATCH', `/mailboxes/${fullMailbox}`, { overQuota: false });
    await crawl.nextCycle();
  });
  const inbox = async () => (await read()).find((stream) => stream.path === 'Inbox')!;
  /** Whatever way the id is written in an address. */
  const deltaOf = (stream: Stream) => `${stream.graphId.replaceAll(/[^A-Za-z0-9]+/g, '[^/]*')}[^/]*/messages/delta`;

  test('without a delta, as in the cloud of China, is listed, and tried again after a day', async () => {
    const { tenant, db } = crawl;
    const stream = await inbox();
    // Its link is dead as well, so that a new chain is asked for.
    await tenant.fault({
      match: { path: `${deltaOf(stream)}.*[?&]\\$(skip|delta)token` },
      answer: { status: 410, code: 'SyncStateNotFound' },
      count: 2,
    });
    const refusal = await tenant.fault({ match: { path: deltaOf(stream) }, answer: { status: 400, code: 'BadRequest' } });
    await crawl.nextCycle();
    expect(await inbox()).toMatchObject({ method: 'list', methodReason: 'TrawlNoDelta' });
    await tenant.control('DELETE', `/faults/${refusal.id}`);
    await crawl.nextCycle();
    expect(await inbox()).toMatchObject({ method: 'list' });
    const tried = new Date(Date.now() - 25 * 3_600_000);
    await db.collection<Stream>('streams').updateOne({ _id: stream._id }, { $set: { deltaTriedAt: tried } });
    await crawl.nextCycle();
    expect(await inbox()).toMatchObject({ method: 'delta' });
  });

  test('whose delta answers nothing but empty 503s is listed', async () => {
    const { tenant } = crawl;
    const stream = await inbox();
    const fault = await tenant.fault({ match: { path: deltaOf(stream) }, answer: { status: 503, emptyBody: true } });
    const { id } = await crawl.change('POST', '/messages', { folder: 'inbox', subject: 'Behind the fault', body: 'words' });
    await crawl.nextCycle();
    expect(await inbox()).toMatchObject({ method: 'list', methodReason: 'TrawlHttp503' });
    expect(await crawl.document(id)).toMatchObject({ subject: 'Behind the fault' });
    await tenant.control('DELETE', `/faults/${fault.id}`);
  });
});
