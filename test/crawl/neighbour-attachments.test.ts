import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import type { Graph } from '../../graph/types.ts';
import { mailOf } from '../../extract/support/make-files.ts';
import { startDirectCrawl, type DirectCrawl } from '../support/direct-crawl.ts';
import { fullestMailbox } from '../support/tenant.ts';

const answerBytes = 200_000;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const file = (name: string, text = `words of ${name}`) => ({ name, contentType: 'text/plain', contentBytes: base64(text) });
const picture = (name: string) => ({ ...file(name), contentType: 'image/png', isInline: true, contentId: `${name}@x` });
const byGroup = 'messages.listWithAttachments';

let crawl: DirectCrawl;
let mailboxId: string;
/** Called once, before the next request for a group is sent. */
let beforeGroup: (() => Promise<unknown>) | null = null;
let sent = 0;
const largestAnswers: number[] = [];

const between = (graph: Graph): Graph => ({
  ...graph,
  async listWithAttachments(query, options) {
    const act = beforeGroup;
    beforeGroup = null;
    await act?.();
    const answer = await graph.listWithAttachments(query, options);
    largestAnswers.push(answer.bytes);
    return answer;
  },
});

const change = <T = { id: string }>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T> =>
  crawl.tenant.control(method, `/mailboxes/${mailboxId}${path}`, body);
const addFolder = async (displayName: string) => (await change('POST', '/folders', { displayName })).id;

/** Messages a minute apart in a folder, each with these attachments; returns their ids. */
async function fill(folder: string, attachments: readonly object[][], more: object = {}): Promise<string[]> {
  const ids: string[] = [];
  for (const attached of attachments) {
    sent += 1;
    const receivedDateTime = new Date(Date.UTC(2026, 2, 1, 8, sent)).toISOString();
    const body = { contentType: 'html', content: '<p>See <img src="cid:p@x"></p>' };
    const message = { folder, subject: `Message ${sent}`, body, receivedDateTime, attachments: attached, ...more };
    ids.push((await change('POST', '/messages', message)).id);
  }
  return ids;
}

const plain = (count: number, of: (n: number) => object[] = (n) => [file(`${n}.txt`)]) => Array.from({ length: count }, (_, n) => of(n));

/** Names of the live attachments of a message. */
async function attachedTo(id: string): Promise<string[]> {
  const message = await crawl.document(id);
  const found = await crawl.store.documents.attachmentsOf(message!._id);
  return found.map(({ attachment }) => attachment!.name!).toSorted();
}

/** What is said of all attachments, but when it was read. */
async function allAttachments(): Promise<Partial<StoredDocument>[]> {
  const times = { firstSeenAt: 0, lastSeenAt: 0, contentAsOf: 0, indexDueAt: 0 };
  return crawl.collections.documents.find({ kind: 'attachment' }, { projection: times }).sort({ _id: 1 }).toArray();
}

/** Reads the attachments of these messages, or of all, in a cycle of their own; returns the requests by kind. */
async function readAgain(ids?: string[]): Promise<Record<string, number>> {
  const messages = await crawl.collections.documents
    .find({ kind: 'message', attachments: { $ne: null }, ...(ids === undefined ? {} : { graphId: { $in: ids } }) })
    .toArray();
  const _id = { $in: messages.map((message) => message._id) };
  await crawl.collections.documents.deleteMany({ kind: 'attachment', $or: [{ parentId: _id }, { rootId: _id }] });
  await crawl.collections.documents.updateMany({ _id }, { $set: { 'attachments.due': true, 'attachments.claim': null } });
  await crawl.requestsTo(mailboxId);
  await crawl.cycle();
  return crawl.requestsTo(mailboxId);
}

/** Requests for attachments of any kind. */
const costOf = (requests: Record<string, number>) =>
  Object.entries(requests).reduce((sum, [kind, count]) => (/attachment/i.test(kind) ? sum + count : sum), 0);

beforeAll(async () => {
  crawl = await startDirectCrawl({
    seed: { mailboxes: 1, messagesPerMailbox: 150, seed: 'neighbours' },
    crawlSettings: { attachmentListMaxBytes: answerBytes },
    // Just what reading the largest file takes: who waited for that while holding an answer would wait for ever.
    heldBytes: 1_400_000,
    between,
  });
  mailboxId = await fullestMailbox(crawl.tenant);
  await crawl.cycle();
}, 120_000);
afterAll(() => crawl?.stop());

describe('attachments of several messages', () => {
  test('come in one request', async () => {
    const ids = await fill(await addFolder('Plain'), plain(30));
    await crawl.requestsTo(mailboxId);
    await crawl.cycle();
    for (const [n, id] of ids.entries()) expect(await attachedTo(id)).toEqual([`${n}.txt`]);
    expect(costOf(await crawl.requestsTo(mailboxId))).toBeLessThanOrEqual(30 * 0.2);
  });

  test('do so where messages have inline pictures alone, and others none at all', async () => {
    const folder = await addFolder('Pictures');
    const mixed = plain(24, (n) => (n % 2 === 0 ? [picture(`${n}.png`)] : []));
    const ids = await fill(folder, mixed);
    // Without a picture there is nothing to be due.
    await crawl.cycle();
    const cost = costOf(await readAgain(ids.filter((_, n) => n % 2 === 0)));
    for (const [n, id] of ids.entries()) expect(await attachedTo(id)).toEqual(n % 2 === 0 ? [`${n}.png`] : []);
    expect(cost).toBeLessThanOrEqual(12 * 0.5);
  });

  test('are the same documents as by reading each message singly', async () => {
    const inner = mailOf({
      subject: 'Within',
      text: 'deep',
      files: [{ name: 'in.txt', type: 'text/plain', bytes: Buffer.from('deeper') }],
    });
    await fill(await addFolder('Kinds'), [
      [file('a.txt'), file('b.txt')],
      [file('a.txt'), { kind: 'item', name: 'Within', eml: inner.toString('latin1') }],
      [{ kind: 'reference', name: 'x', sourceUrl: 'https://x.example/x', providerType: 'other' }, file('c.txt')],
      [picture('p.png'), file('d.txt')],
      [file('empty.txt', '')],
      ...plain(25),
    ]);
    await crawl.cycle();
    const together = await readAgain();
    const found = await allAttachments();
    await crawl.tenant.fault({ match: { path: 'expand=attachments' }, answer: { status: 400, code: 'ErrorInvalidRequest' } });
    const singly = await readAgain();
    await crawl.tenant.clearFaults();
    expect(await allAttachments()).toEqual(found);
    expect(found.length).toBeGreaterThan(35);
    expect(costOf(together)).toBeLessThan(costOf(singly) * 0.7);
  });

  test('of a message with more of them than an expansion gives are read whole', async () => {
    const many = Array.from({ length: 25 }, (_, n) => file(`${String(n).padStart(2, '0')}.txt`));
    const ids = await fill(await addFolder('Many'), [[file('before.txt')], many, [file('after.txt')]]);
    await crawl.cycle();
    expect(await attachedTo(ids[1]!)).toEqual(many.map(({ name }) => name));
    expect(await attachedTo(ids[0]!)).toEqual(['before.txt']);
    expect(await attachedTo(ids[2]!)).toEqual(['after.txt']);
  });

  test('are those of what is live: one deleted, one moved and one changed while the request was on its way', async () => {
    const ids = await fill(await addFolder('Moving'), plain(5));
    const elsewhere = await addFolder('Elsewhere');
    await crawl.cycle();
    beforeGroup = async () => {
      await change('DELETE', `/messages/${ids[0]}?hard=true`);
      await change('POST', `/messages/${ids[1]}/move`, { folder: elsewhere });
      await change('PATCH', `/messages/${ids[2]}`, { attachments: [file('new.txt')] });
    };
    await readAgain(ids);
    expect(beforeGroup).toBeNull();
    expect(await attachedTo(ids[1]!)).toEqual(['1.txt']);
    expect(await attachedTo(ids[2]!)).toEqual(['new.txt']);
    expect([await attachedTo(ids[3]!), await attachedTo(ids[4]!)]).toEqual([['3.txt'], ['4.txt']]);
    await crawl.cycle();
    expect((await crawl.document(ids[0]!))!.removal).toMatchObject({ reason: 'deleted' });
    expect(await attachedTo(ids[0]!)).toEqual([]);
    expect((await crawl.document(ids[1]!))!.folderPath).toBe('Elsewhere');
    expect(await attachedTo(ids[2]!)).toEqual(['new.txt']);
  });

  test('too large for one answer come in smaller ones, and what is too large alone is streamed: nothing is lost', async () => {
    largestAnswers.length = 0;
    const sizes = [40_000, 40_000, 40_000, 40_000, 300_000, 40_000, 40_000, 100, 100, 100, 100, 100];
    const ids = await fill(
      await addFolder('Large'),
      sizes.map((size, n) => [file(`${n}.txt`, `${n} ${'x'.repeat(size)}`)]),
    );
    await crawl.cycle();
    const bytes = await Promise.all(
      ids.map(async (id) => (await crawl.store.documents.attachmentsOf((await crawl.document(id))!._id))[0]?.attachment?.bytes),
    );
    expect(bytes).toEqual(sizes.map((size, n) => size + `${n} `.length));
    expect(Math.max(...largestAnswers)).toBeLessThanOrEqual(answerBytes);
    expect(largestAnswers.length).toBeGreaterThan(0);
  });

  test('of a message that Exchange cannot open are a skip of its own; its neighbours come through', async () => {
    const ids = await fill(await addFolder('Broken'), plain(8));
    await change('POST', `/messages/${ids[3]}/fault`, { code: 'ErrorCannotOpenFileAttachment' });
    await crawl.requestsTo(mailboxId);
    await crawl.cycle();
    for (const [n, id] of ids.entries()) expect(await attachedTo(id)).toEqual(n === 3 ? [] : [`${n}.txt`]);
    for (let tries = 1; tries < 3; tries += 1) await crawl.cycle();
    const message = await crawl.document(ids[3]!);
    expect(message!.attachments).toMatchObject({ due: false, tries: 3 });
    expect(await crawl.collections.skips.find({ state: 'open' }).toArray()).toMatchObject([
      { graphId: ids[3], code: 'ErrorCannotOpenFileAttachment' },
    ]);
  });

  test('are read singly where Graph refuses to tell them together, and together again when it does', async () => {
    const folder = await addFolder('Refused');
    const ids = await fill(folder, plain(12));
    await crawl.tenant.fault({ match: { path: 'expand=attachments' }, answer: { status: 400, code: 'ErrorInvalidRequest' } });
    await crawl.cycle();
    await crawl.tenant.clearFaults();
    for (const [n, id] of ids.entries()) expect(await attachedTo(id)).toEqual([`${n}.txt`]);
    expect((await readAgain(ids))[byGroup]).toBeGreaterThan(0);
    for (const [n, id] of ids.entries()) expect(await attachedTo(id)).toEqual([`${n}.txt`]);
  });

  test('are asked for without contents, message by message, where the policy may leave some out', async () => {
    const ids = await fill(
      await addFolder('Policy'),
      plain(4, (n) => [file(`${n}.txt`), picture(`${n}.png`)]),
    );
    await crawl.setPolicy({ attachments: { read: true, maxBytes: 50_000_000, types: { include: ['text/plain'], exclude: [] } } });
    await crawl.requestsTo(mailboxId);
    await crawl.cycle();
    await crawl.setPolicy({});
    expect(await crawl.requestsTo(mailboxId)).not.toHaveProperty(byGroup);
    const outcomes = (await crawl.store.documents.attachmentsOf((await crawl.document(ids[0]!))!._id)).map(
      ({ attachment }) => attachment?.extraction?.outcome,
    );
    expect(outcomes.toSorted()).toEqual(['notRead', 'text']);
  });
});
