import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Graph } from '../../graph/types.ts';
import { startDirectCrawl, type DirectCrawl } from '../support/direct-crawl.ts';

/** The folder that Graph describes otherwise than it documents; null: all are as they should be. */
let garbledId: string | null = null;
const between = (graph: Graph): Graph => ({
  ...graph,
  async readFolderDelta(...given) {
    const page = await graph.readFolderDelta(...given);
    const isGarbled = (id: string) => id === garbledId;
    const items = page.items.filter((item) => item.gone || !isGarbled(item.item.id));
    const malformed = items.length < page.items.length ? [{ id: garbledId, reason: 'displayName must be string' }] : [];
    return { ...page, items, malformed };
  },
});

let crawl: DirectCrawl;
let address: string;
let deletedId: string;
const mailbox = async () => (await crawl.mailboxes()).find((one) => one.address === address)!;
const write = async (folder: string, subject: string): Promise<string> => {
  const message = { folder, subject, body: 'x' };
  return (await crawl.tenant.control<{ id: string }>('POST', `/mailboxes/${address}/messages`, message)).id;
};
beforeAll(async () => {
  crawl = await startDirectCrawl({ seed: { mailboxes: 1, messagesPerMailbox: 12, seed: 'malformed-folder' }, between });
  await crawl.cycle();
  address = (await crawl.mailboxes()).find((one) => one.state === 'done')!.address!;
  deletedId = await write('inbox', 'Deleted while a folder is not known');
  await crawl.cycle();
}, 60_000);
afterAll(() => crawl?.stop());

test('a folder that Graph describes otherwise than documented blocks its mailbox with the reason, while all others are read and nothing is removed', async () => {
  const folder = { displayName: 'Garbled', parent: 'msgfolderroot' };
  ({ id: garbledId } = await crawl.tenant.control<{ id: string }>('POST', `/mailboxes/${address}/folders`, folder));
  const hiddenId = await write(garbledId!, 'In the garbled folder');
  const otherId = await write('inbox', 'Elsewhere');
  await crawl.tenant.control('DELETE', `/mailboxes/${address}/messages/${deletedId}?hard=true`);
  await crawl.cycle();
  expect(await mailbox()).toMatchObject({ state: 'blocked', reason: { code: 'TrawlMalformedItem' }, completeness: 'incomplete' });
  expect(await crawl.document(otherId)).toMatchObject({ removal: null, subject: 'Elsewhere' });
  expect(await crawl.document(hiddenId)).toBeNull();
  expect(await crawl.document(deletedId)).toMatchObject({ removal: null });
});

test('it stays so while nothing changes, and ends in the cycle in which Graph describes the folder', async () => {
  await crawl.cycle();
  expect(await mailbox()).toMatchObject({ state: 'blocked', completeness: 'incomplete' });
  garbledId = null;
  await crawl.cycle();
  expect(await mailbox()).toMatchObject({ state: 'done', reason: null, completeness: 'complete' });
  expect(await crawl.collections.documents.countDocuments({ subject: 'In the garbled folder', removal: null })).toBe(1);
  expect(await crawl.document(deletedId)).toMatchObject({ removal: { reason: 'deleted' } });
});
