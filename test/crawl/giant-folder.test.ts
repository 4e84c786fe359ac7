import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Stream } from '../../contract/stream.ts';
import { followDirectly, type FollowedDirectly } from '../support/followed-directly.ts';

/** Each counts as giant from here on. */
const giantFolderItems = 10;

let crawl: FollowedDirectly;
let divided: string;

const streams = () =>
  crawl.db
    .collection<Stream>('streams')
    .find({ sourceId: crawl.sourceId, mailboxId: crawl.mailboxId, kind: 'messages', crawled: true, endedAt: null })
    .toArray();
const streamOf = async (path: string) => (await streams()).find((stream) => stream.path === path)!;

/** Requests that the next cycle sends to the mailbox, by kind. */
async function requestsOfNextCycle(): Promise<Record<string, number>> {
  const { tenant } = crawl;
  await tenant.control('DELETE', '/stats');
  await crawl.nextCycle();
  return (await tenant.stats()).byMailbox[crawl.mailboxId] ?? {};
}

beforeAll(async () => {
  crawl = await followDirectly({
    seed: 'giant',
    crawlSettings: { giantFolderItems, messagePageSize: 5 },
  });
  const [largest] = (await streams()).toSorted((one, other) => (other.folder?.items ?? 0) - (one.folder?.items ?? 0));
  divided = largest!.path;
});
afterAll(() => crawl?.stop());

describe('a giant folder', () => {
  test('is divided in its first reading, and stored whole', async () => {
    const found = await streams();
    const giant = found.filter(({ folder }) => (folder?.items ?? 0) > giantFolderItems);
    expect(giant.length).toBeGreaterThan(0);
    for (const stream of giant) {
      expect(stream).toMatchObject({ spansLeft: 0, keysOnly: true, cursor: { at: 'rest' }, failure: null, restGeneration: 2 });
      expect(stream.counts).toMatchObject({ difference: 0, explanation: 'equal' });
    }
    for (const stream of found.filter((one) => !giant.includes(one))) expect(stream.spansLeft ?? null).toBeNull();
    expect(await crawl.db.collection('spans').countDocuments()).toBe(0);
    expect(await crawl.items(divided)).toHaveLength((await streamOf(divided)).folder!.items);
  });

  test('costs a request when nothing has changed, and no document is written', async () => {
    const folders = (await streams()).length;
    const requests = await requestsOfNextCycle();
    expect(requests['messages.delta']).toBe(folders);
    expect(requests['messages.list'] ?? 0).toBe(0);
  });

  test('has single changes read singly, and many of one time by one list of that time', async () => {
    const [edited, ...others] = await crawl.items(divided);
    await crawl.change('PATCH', `/messages/${edited!.id}`, { subject: 'Edited' });
    expect((await requestsOfNextCycle())['messages.get']).toBe(1);
    expect(await crawl.document(edited!.id)).toMatchObject({ subject: 'Edited' });
    const now = Date.now();
    for (let n = 0; n < 25; n += 1) {
      const receivedDateTime = new Date(now + n * 1_000).toISOString();
      await crawl.change('POST', '/messages', { folder: divided, subject: `Arrived ${n}`, body: 'x', receivedDateTime });
    }
    await crawl.change('DELETE', `/messages/${others[0]!.id}?hard=true`);
    const requests = await requestsOfNextCycle();
    expect(requests['messages.list']).toBeGreaterThan(0);
    expect((requests['messages.list'] ?? 0) + (requests['messages.get'] ?? 0)).toBeLessThan(15);
  });

  test('is held against its ids and change keys when its delta is lost: what is stored is not read again, what has gone goes', async () => {
    const { generation } = await streamOf(divided);
    const [gone, edited] = await crawl.items(divided);
    await crawl.change('DELETE', `/messages/${gone!.id}?hard=true`);
    await crawl.change('PATCH', `/messages/${edited!.id}`, { subject: 'Edited while the delta was lost' });
    const { tenant } = crawl;
    const lost = await tenant.fault({
      match: { mailbox: crawl.mailboxId, path: 'messages/delta[^ ]*deltatoken' },
      answer: { status: 410, code: 'SyncStateNotFound' },
      count: 2 * (await streams()).length,
    });
    const requests = await requestsOfNextCycle();
    await tenant.control('DELETE', `/faults/${lost.id}`);
    expect(await streamOf(divided)).toMatchObject({ generation: generation + 1, restGeneration: generation + 1, keysOnly: true });
    expect(await crawl.document(gone!.id)).toMatchObject({ removal: { reason: 'deleted' } });
    expect(await crawl.document(edited!.id)).toMatchObject({ subject: 'Edited while the delta was lost' });
    expect(requests['messages.list'] ?? 0).toBe(0);
  });
});
