import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestOf, followCrawl, type FollowedCrawl } from '../support/followed-crawl.ts';
import { eventStories, folderStories } from '../support/folder-stories.ts';
import { messageStories, moveStories } from '../support/message-stories.ts';

let crawl: FollowedCrawl;
beforeAll(async () => {
  crawl = await followCrawl({ seed: 'changes' });
});
afterAll(() => crawl?.stop());

messageStories(() => crawl);
moveStories(() => crawl);
folderStories(() => crawl);
eventStories(() => crawl);

describe('a user', () => {
  const stateOf = async (id: string) => (await crawl.organisation.mailboxes(crawl.sourceId)).find(({ mailboxId }) => mailboxId === id);

  test('who joins is crawled', async () => {
    const { tenant } = crawl.organisation;
    const { id } = await tenant.control<{ id: string }>('POST', '/users', { upn: 'new@joiners.example', displayName: 'New' });
    await tenant.control('POST', `/mailboxes/${id}/messages`, { subject: 'Welcome', body: 'To everything' });
    await crawl.nextCycle();
    expect(await stateOf(id)).toMatchObject({ state: 'done' });
    const document = await crawl.organisation.db.collection('documents').findOne({ mailboxId: id, subject: 'Welcome' });
    expect(document).toMatchObject({ text: 'To everything', folderPath: 'Inbox' });
  });

  test('who is deleted is retired, with all documents hidden and kept; who comes back is shown again without being read again', async () => {
    const { tenant, db } = crawl.organisation;
    const leaver = (await tenant.mailboxes()).find(
      (mailbox) => mailbox.hasMailbox && mailbox.messages > 0 && mailbox.mailboxId !== crawl.mailboxId,
    )!;
    const live = { sourceId: crawl.sourceId, mailboxId: leaver.mailboxId, removal: null };
    const before = await db.collection('documents').countDocuments(live);
    expect(before).toBeGreaterThan(10);
    const { users } = await tenant.control<{ users: { id: string }[] }>('GET', '/users');
    const user = users.find(({ id }) => id === leaver.mailboxId);
    await tenant.control('DELETE', `/users/${leaver.mailboxId}`);
    await crawl.nextCycle();
    expect(await stateOf(leaver.mailboxId)).toMatchObject({ state: 'retired', reason: { code: 'mailboxGone' } });
    const documents = db.collection('documents');
    expect(await documents.countDocuments(live)).toBe(0);
    const hidden = { ...live, removal: { $ne: null }, 'removal.reason': 'mailboxGone' };
    expect(await documents.countDocuments(hidden)).toBe(before);
    expect(await documents.countDocuments({ ...hidden, kind: 'message', subject: { $type: 'string' } })).toBeGreaterThan(5);

    const id = leaver.mailboxId;
    await tenant.control('POST', '/users', user);
    await tenant.control('POST', `/mailboxes/${id}/messages`, { subject: 'While away', body: 'Words' });
    const backAt = new Date();
    await crawl.nextCycle();
    expect(await stateOf(id)).toMatchObject({ state: 'done' });
    expect(await documents.countDocuments(live)).toBe(before + 1);
    expect(await documents.countDocuments({ ...live, lastSeenAt: { $gte: backAt } })).toBe(1);
  });
});

/** The root folder, the folder tree, and the lists of calendars and of their groups. */
const handful = 8;

test('a cycle in which nothing changed writes no document and asks each stream once', async () => {
  const { tenant, db } = crawl.organisation;
  await crawl.nextCycle();
  const before = await digestOf(crawl);
  await tenant.control('DELETE', '/stats');
  await crawl.nextCycle();
  expect(await digestOf(crawl)).toBe(before);
  const { byMailbox } = await tenant.stats();
  const asked = Object.entries(byMailbox);
  expect(asked.length).toBeGreaterThan(2);
  const read = { sourceId: crawl.sourceId, kind: { $in: ['messages', 'calendar'] }, crawled: true, endedAt: null };
  for (const [mailboxId, kinds] of asked) {
    const requests = Object.values(kinds).reduce((sum, count) => sum + count, 0);
    const streams = await db.collection('streams').countDocuments({ ...read, mailboxId });
    expect(requests, `requests to ${mailboxId}: ${JSON.stringify(kinds)}`).toBeLessThanOrEqual(streams + handful);
  }
});
