import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import { documentKey } from '../../contract/ids.ts';
import type { Stream } from '../../contract/stream.ts';
import { followCrawl, type FollowedCrawl } from '../support/followed-crawl.ts';

let crawl: FollowedCrawl;
/** Ids of messages that came and went between two cycles. */
const gone: string[] = [];
beforeAll(async () => {
  crawl = await followCrawl({ seed: 'counted' });
  for (let n = 0; n < 4; n += 1) {
    const { id } = await crawl.change('POST', '/messages', { folder: 'inbox', subject: 'Never seen', body: 'x' });
    await crawl.change('DELETE', `/messages/${id}?hard=true`);
    gone.push(id);
  }
  await crawl.nextCycle();
});
afterAll(() => crawl?.stop());

const documents = () => crawl.organisation.db.collection<StoredDocument>('documents');
const streams = () => crawl.organisation.db.collection<Stream>('streams');
const streamOf = async (path: string) => {
  const found = await streams().findOne({ sourceId: crawl.sourceId, mailboxId: crawl.mailboxId, path, endedAt: null });
  expect(found, `stream of ${path}`).not.toBeNull();
  return found!;
};
/** A change in the folder, after which it is counted. */
const touch = (folder: string) => crawl.change('POST', '/messages', { folder, subject: 'Touched', body: 'x' });

/** A document beside another one whose message is not at Graph any more, as if delta had never told so. */
async function haunt(graphId: string): Promise<StoredDocument> {
  const model = await crawl.document(graphId);
  const id = gone.pop()!;
  const ghost = { ...model, _id: model._id.replace(graphId, id), graphId: id, attachments: null };
  await documents().insertOne(ghost);
  return ghost;
}

test('after its first reading every folder and calendar says that it is whole, and so do mailbox and cycle', async () => {
  const read = await streams()
    .find({ sourceId: crawl.sourceId, kind: { $in: ['messages', 'calendar'] }, crawled: true, endedAt: null })
    .toArray();
  expect(new Set(read.map(({ kind }) => kind))).toEqual(new Set(['messages', 'calendar']));
  for (const { counts, path } of read) {
    expect(counts, path).toMatchObject({ difference: 0, explanation: 'equal', own: counts.graph, comparedAt: expect.any(Date) });
  }
  expect(read.some(({ kind, counts }) => kind === 'calendar' && (counts.graph ?? 0) > 0)).toBe(true);
  const answer = await crawl.organisation.client.call<{ cycles: object[] }>('GET', `/v1/crawls/${crawl.crawlId}`);
  expect(answer.cycles[0]).toMatchObject({ completeness: 'complete', reasons: {}, skipped: {} });
});

describe('a comparison of counts', () => {
  test('reads what delta never told: a message that is not stored', async () => {
    const [lost] = await crawl.items('Inbox');
    const _id = documentKey({ sourceId: crawl.sourceId, mailboxId: crawl.mailboxId, graphId: lost!.id });
    await documents().deleteMany({ $or: [{ _id }, { parentId: _id }] });
    await touch('inbox');
    await crawl.nextCycle();
    expect(await crawl.document(lost!.id)).toMatchObject({ subject: lost!.subject, removal: null });
    expect((await streamOf('Inbox')).counts).toMatchObject({ difference: 0, explanation: 'compared', mended: 1 });
  });

  test('lets go of what delta never called gone, once the list is proven whole', async () => {
    const [shown] = await crawl.items('Sent Items');
    const ghost = await haunt(shown!.id);
    await touch('sentitems');
    await crawl.nextCycle();
    expect(await documents().findOne({ _id: ghost._id })).toMatchObject({ removal: { reason: 'deleted' } });
    expect(await crawl.document(shown!.id)).toMatchObject({ removal: null });
    expect((await streamOf('Sent Items')).counts).toMatchObject({ difference: 0, explanation: 'compared' });
  });

  test('mends what is missing and what has gone at once', async () => {
    const [shown, lost] = await crawl.items('Archive');
    const lostId = documentKey({ sourceId: crawl.sourceId, mailboxId: crawl.mailboxId, graphId: lost!.id });
    const ghosts = [await haunt(shown!.id), await haunt(shown!.id)];
    await documents().deleteMany({ $or: [{ _id: lostId }, { parentId: lostId }] });
    await touch('archive');
    await crawl.nextCycle();
    expect(await crawl.document(lost!.id)).toMatchObject({ removal: null });
    expect(await documents().countDocuments({ _id: { $in: ghosts.map((ghost) => ghost._id) }, removal: null })).toBe(0);
  });

  test('is due each week though nothing changed', async () => {
    const { _id } = await streamOf('Inbox');
    const [lost] = await crawl.items('Inbox');
    const lostId = documentKey({ sourceId: crawl.sourceId, mailboxId: crawl.mailboxId, graphId: lost!.id });
    await documents().deleteMany({ $or: [{ _id: lostId }, { parentId: lostId }] });
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
    await streams().updateOne({ _id }, { $set: { 'counts.comparedAt': daysAgo(8), changedAt: daysAgo(9) } });
    await crawl.nextCycle();
    expect(await crawl.document(lost!.id)).toMatchObject({ removal: null });
  });

  test('that lists cannot settle clears nothing, and says so in stream, mailbox and cycle until they can', async () => {
    const { tenant, client } = crawl.organisation;
    const [shown] = await crawl.items('Inbox');
    const live = { sourceId: crawl.sourceId, mailboxId: crawl.mailboxId, folderPath: 'Inbox', kind: 'message' as const, removal: null };
    const before = (await crawl.items('Inbox')).length;
    await haunt(shown!.id);
    // Each walk of the list misses another message.
    const rule = await tenant.fault({ match: { path: 'GET [^?]*/messages\\?' }, answer: { quirk: 'totalsDiffer' } });
    await touch('inbox');
    await expect(crawl.nextCycle()).rejects.toThrow('what is stored');
    expect(await documents().countDocuments(live)).toBe(before + 2);
    expect((await streamOf('Inbox')).counts).toMatchObject({ difference: -1, explanation: 'unexplained' });
    const mailboxes = await client.call<{ items: { mailboxId: string }[] }>('GET', `/v1/sources/${crawl.sourceId}/mailboxes`);
    const mailbox = mailboxes.items.find(({ mailboxId }) => mailboxId === crawl.mailboxId);
    expect(mailbox).toMatchObject({ state: 'done', completeness: 'incomplete', reasons: { TrawlCountDiffers: 1 } });
    const lastCycle = async () => (await client.call<{ cycles: object[] }>('GET', `/v1/crawls/${crawl.crawlId}`)).cycles.at(-1);
    expect(await lastCycle()).toMatchObject({ completeness: 'incomplete', reasons: { TrawlCountDiffers: 1 } });

    await tenant.control('DELETE', `/faults/${rule.id}`);
    await crawl.nextCycle();
    expect((await streamOf('Inbox')).counts).toMatchObject({ difference: 0, explanation: 'compared' });
    expect(await lastCycle()).toMatchObject({ completeness: 'complete', reasons: {} });
  });
});
