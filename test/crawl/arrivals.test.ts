import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Graph } from '../../graph/types.ts';
import { startDirectCrawl, type DirectCrawl } from '../support/direct-crawl.ts';

let crawl: DirectCrawl;
let address: string;
let inboxId: string;
let arrivals = 0;
let isBusy = false;
/** Before the inbox is counted, a message arrives there: as in a shared mailbox that is never quiet. */
const between = (graph: Graph): Graph => ({
  ...graph,
  async countMessages(query, call) {
    if (isBusy && query.folderId === inboxId) await arrive();
    return graph.countMessages(query, call);
  },
});
const arrive = async () => {
  arrivals += 1;
  const message = { folder: 'inbox', subject: `Arrival ${arrivals}`, body: 'x' };
  await crawl.tenant.control('POST', `/mailboxes/${address}/messages`, message);
};
const inbox = async () => (await crawl.collections.streams.findOne({ path: 'Inbox', graphId: inboxId }))!;
const stored = () => crawl.collections.documents.countDocuments({ subject: /^Arrival/, removal: null });

beforeAll(async () => {
  crawl = await startDirectCrawl({ seed: { mailboxes: 1, messagesPerMailbox: 12, seed: 'arrivals' }, between });
  await crawl.cycle();
  address = (await crawl.mailboxes()).find((one) => one.state === 'done')!.address!;
  inboxId = (await crawl.collections.streams.findOne({ path: 'Inbox' }))!.graphId;
}, 60_000);
afterAll(() => crawl?.stop());

test('a folder in which mail arrives at every count is not called incomplete: its difference is explained by arrivals', async () => {
  isBusy = true;
  await arrive();
  await crawl.cycle();
  expect((await inbox()).counts).toMatchObject({ explanation: 'arrivals' });
  const mailbox = (await crawl.mailboxes()).find((one) => one.address === address);
  expect(mailbox).toMatchObject({ state: 'done', completeness: 'complete' });
});

test('the next quiet cycle stores what arrived last, and counts the folder again', async () => {
  isBusy = false;
  await crawl.cycle();
  expect((await inbox()).counts).toMatchObject({ explanation: 'equal', difference: 0 });
  expect(await stored()).toBe(arrivals);
});
