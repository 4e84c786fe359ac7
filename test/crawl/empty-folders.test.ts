import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Stream } from '../../contract/stream.ts';
import { startDirectCrawl, type DirectCrawl } from '../support/direct-crawl.ts';

let crawl: DirectCrawl;
let mailboxId: string;
let address: string;
beforeAll(async () => {
  crawl = await startDirectCrawl({ seed: { mailboxes: 1, messagesPerMailbox: 12, seed: 'empty-folders' } });
}, 60_000);
afterAll(() => crawl?.stop());

const folders = async (): Promise<Stream[]> =>
  crawl.collections.streams.find({ kind: 'messages', crawled: true, endedAt: null, mailboxId }).toArray();
const isEmpty = (stream: Stream) => stream.folder?.items === 0;

test('a folder that Graph calls empty is compared without being counted, and says that it is whole', async () => {
  await crawl.cycle();
  const [mailbox] = (await crawl.mailboxes()).filter((one) => one.state === 'done');
  mailboxId = mailbox!.mailboxId;
  address = mailbox!.address!;
  const read = await folders();
  const empty = read.filter(isEmpty);
  expect(empty.length).toBeGreaterThan(0);
  for (const { counts, path } of empty) {
    expect(counts, path).toMatchObject({ graph: 0, own: 0, difference: 0, explanation: 'equal', comparedAt: expect.any(Date) });
  }
  const requests = await crawl.requestsTo(mailboxId);
  expect(requests['messages.count']).toBe(read.length - empty.length);
});

test('a folder that Graph calls empty is counted all the same when something is stored of it', async () => {
  const [emptyFolder] = (await folders()).filter(isEmpty);
  const [full] = (await folders()).filter((stream) => !isEmpty(stream));
  const model = await crawl.collections.documents.findOne({ kind: 'message', [`seenIn.${full!.number}.present`]: true });
  const { _id, graphId, seenIn } = model!;
  const message = { folder: 'inbox', subject: 'Never seen', body: 'x' };
  const { id: ghostId } = await crawl.tenant.control<{ id: string }>('POST', `/mailboxes/${address}/messages`, message);
  await crawl.tenant.control('DELETE', `/mailboxes/${address}/messages/${ghostId}?hard=true`);
  const ghost = {
    ...model!,
    ...{ _id: _id.replace(graphId, ghostId), graphId: ghostId, attachments: null, folderId: emptyFolder!.graphId },
    seenIn: { [emptyFolder!.number]: { ...seenIn[full!.number]!, generation: emptyFolder!.generation } },
  };
  await crawl.collections.documents.insertOne(ghost);
  const long = new Date(0);
  await crawl.collections.streams.updateOne(
    { _id: emptyFolder!._id },
    { $set: { 'counts.comparedAt': long, 'folder.itemsToldIn': 'crawl/2' } },
  );
  await crawl.cycle();
  expect((await crawl.requestsTo(mailboxId))['messages.count']).toBeGreaterThan(0);
  expect(await crawl.document(ghostId)).toMatchObject({ removal: { reason: 'deleted' } });
});

test('a later cycle in which nothing changed asks each folder once', async () => {
  await crawl.cycle();
  await crawl.requestsTo(mailboxId);
  await crawl.cycle();
  const requests = await crawl.requestsTo(mailboxId);
  expect(requests['messages.delta']).toBe((await folders()).length);
  expect(requests['messages.count']).toBeUndefined();
});
