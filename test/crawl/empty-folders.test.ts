import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Stream } from '../../contract/stream.ts';
import type { Graph } from '../../graph/types.ts';
import { startDirectCrawl, type DirectCrawl } from '../support/direct-crawl.ts';

let crawl: DirectCrawl;
let mailboxId: string;
let address: string;
let firstRequests: Record<string, number>;
let cycles = 0;
const cycle = async () => {
  cycles += 1;
  await crawl.cycle();
};
/** Runs once, before the next page of messages is asked for. */
let beforeMessages: (() => Promise<void>) | null = null;
const between = (graph: Graph): Graph => ({
  ...graph,
  async readMessageDelta(...given) {
    const first = beforeMessages;
    beforeMessages = null;
    await first?.();
    return graph.readMessageDelta(...given);
  },
});
beforeAll(async () => {
  crawl = await startDirectCrawl({ seed: { mailboxes: 1, messagesPerMailbox: 12, seed: 'empty-folders' }, between });
  await cycle();
  const [mailbox] = (await crawl.mailboxes()).filter((one) => one.state === 'done');
  mailboxId = mailbox!.mailboxId;
  address = mailbox!.address!;
  firstRequests = await crawl.requestsTo(mailboxId);
}, 60_000);
afterAll(() => crawl?.stop());

const folders = async (): Promise<Stream[]> =>
  crawl.collections.streams.find({ kind: 'messages', crawled: true, endedAt: null, mailboxId }).toArray();
const isEmpty = (stream: Stream) => stream.folder?.items === 0;

test('a folder that Graph calls empty is compared without being counted, and says that it is whole', async () => {
  const read = await folders();
  const empty = read.filter(isEmpty);
  expect(empty.length).toBeGreaterThan(0);
  for (const { counts, path } of empty) {
    expect(counts, path).toMatchObject({ graph: 0, own: 0, difference: 0, explanation: 'equal', comparedAt: expect.any(Date) });
  }
  expect(firstRequests['messages.count']).toBe(read.length - empty.length);
});

test('a folder that Graph calls empty is first asked for when all others have been read, once', async () => {
  const read = await folders();
  const empty = read.filter(isEmpty);
  expect(firstRequests['messages.delta']).toBe(2 * (read.length - empty.length) + empty.length);
  for (const { cursor, restGeneration, path } of empty)
    expect({ path, at: cursor.at, restGeneration }).toEqual({ path, at: 'rest', restGeneration: 1 });
  const lastFull = Math.max(...read.filter((stream) => !isEmpty(stream)).map((stream) => stream.readInPass));
  expect(empty.map((stream) => stream.readInPass)).toEqual(empty.map(() => lastFull));
});

test('a message that arrives in a folder after Graph has called it empty is stored in the same cycle', async () => {
  const folder = await crawl.tenant.control<{ id: string }>('POST', `/mailboxes/${address}/folders`, {
    displayName: 'Fills up',
    parent: 'msgfolderroot',
  });
  let arrived: { id: string } | null = null;
  beforeMessages = async () => {
    const message = { folder: folder.id, subject: 'Arrived late', body: 'x' };
    arrived = await crawl.tenant.control<{ id: string }>('POST', `/mailboxes/${address}/messages`, message);
  };
  await cycle();
  expect(await crawl.document(arrived!.id)).toMatchObject({ removal: null, folderId: folder.id });
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
    { $set: { 'counts.comparedAt': long, 'folder.itemsToldIn': `crawl/${cycles + 1}` } },
  );
  await cycle();
  expect((await crawl.requestsTo(mailboxId))['messages.count']).toBeGreaterThan(0);
  expect(await crawl.document(ghostId)).toMatchObject({ removal: { reason: 'deleted' } });
});

test('a later cycle in which nothing changed asks each folder once', async () => {
  await cycle();
  await crawl.requestsTo(mailboxId);
  await cycle();
  const requests = await crawl.requestsTo(mailboxId);
  expect(requests['messages.delta']).toBe((await folders()).length);
  expect(requests['messages.count']).toBeUndefined();
});
