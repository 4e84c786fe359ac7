import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import { startDirectCrawl, type DirectCrawl } from '../support/direct-crawl.ts';

let crawl: DirectCrawl;
let address: string;
beforeAll(async () => {
  crawl = await startDirectCrawl({ seed: { mailboxes: 1, messagesPerMailbox: 2, seed: 'unread-files' } });
  crawl.setReadsWords(false);
  await crawl.cycle();
  address = (await crawl.mailboxes()).find(({ state }) => state === 'done')!.address!;
}, 60_000);
afterAll(() => crawl?.stop());

async function send(subject: string, words: string): Promise<string> {
  const attachments = [{ name: `${subject}.txt`, contentType: 'text/plain', contentBytes: Buffer.from(words).toString('base64') }];
  const message = { folder: 'inbox', subject, body: { contentType: 'html', content: '<p>See the file</p>' }, attachments };
  return (await crawl.tenant.control<{ id: string }>('POST', `/mailboxes/${address}/messages`, message)).id;
}

async function fileOf(graphId: string): Promise<StoredDocument> {
  const message = await crawl.document(graphId);
  const found = await crawl.collections.documents.find({ parentId: message!._id }).toArray();
  expect(found).toHaveLength(1);
  return found[0]!;
}

test('without readers a file is hashed and named, and says why it has no words; with readers again it is read', async () => {
  const id = await send('Ledger', 'words of the ledger');
  await crawl.cycle();
  const unread = await fileOf(id);
  expect(unread.attachment).toMatchObject({
    ...{ name: 'Ledger.txt', bytes: 19, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    extraction: { outcome: 'notRead', words: expect.stringContaining('TRAWL_EXTRACT_PROCESSES'), version: null },
  });
  expect(unread.text ?? null).toBeNull();

  crawl.setReadsWords(true);
  await crawl.cycle();
  const read = await fileOf(id);
  expect(read).toMatchObject({ _id: unread._id, text: 'words of the ledger', attachment: { extraction: { outcome: 'text' } } });
  expect(read.attachment?.sha256).toBe(unread.attachment?.sha256);
});

test('a file that was read keeps its words when there are no readers any more', async () => {
  const id = await send('Kept', 'words that stay');
  await crawl.cycle();
  crawl.setReadsWords(false);
  await crawl.cycle();
  expect(await fileOf(id)).toMatchObject({ text: 'words that stay', attachment: { extraction: { outcome: 'text' } } });
});
