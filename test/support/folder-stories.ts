import { beforeAll, describe, expect, test } from 'vitest';
import { expectErased, type FollowedMailbox } from './followed-crawl.ts';

type Crawl = () => FollowedMailbox;

interface Made {
  id: string;
  messages: { outer: string; inner: string };
}

/** A folder with a sub folder, and a message in each. */
async function makeFolders(crawl: FollowedMailbox, displayName: string): Promise<Made> {
  const outer = await crawl.change('POST', '/folders', { displayName });
  const inner = await crawl.change('POST', '/folders', { displayName: 'a/b', parent: outer.id });
  const add = async (folder: string) => (await crawl.change('POST', '/messages', { folder, subject: displayName, body: 'Words' })).id;
  return { id: outer.id, messages: { outer: await add(outer.id), inner: await add(inner.id) } };
}

/** What happens to folders between two cycles. */
export function folderStories(crawl: Crawl): void {
  describe('a folder', () => {
    let made: Made[];
    const paths = async ({ messages }: Made) => [
      (await crawl().document(messages.outer)).folderPath,
      (await crawl().document(messages.inner)).folderPath,
    ];

    beforeAll(async () => {
      made = [];
      for (const name of ['Plan', 'Wandering', 'Thrown away', 'Gone']) made.push(await makeFolders(crawl(), name));
      await crawl().nextCycle();
    });

    test('that is new is read', async () => {
      expect(await paths(made[0]!)).toEqual(['Plan', 'Plan/a%2Fb']);
      expect(await paths(made[3]!)).toEqual(['Gone', 'Gone/a%2Fb']);
    });

    test('that was renamed, moved or soft deleted takes its messages along', async () => {
      const [renamed, moved, thrown] = made as [Made, Made, Made];
      await crawl().change('PATCH', `/folders/${renamed.id}`, { displayName: 'Pläne' });
      await crawl().change('PATCH', `/folders/${moved.id}`, { parent: 'inbox' });
      await crawl().change('DELETE', `/folders/${thrown.id}`);
      await crawl().nextCycle();
      expect(await paths(renamed)).toEqual(['Pläne', 'Pläne/a%2Fb']);
      expect(await paths(moved)).toEqual(['Inbox/Wandering', 'Inbox/Wandering/a%2Fb']);
      expect(await paths(thrown)).toEqual(['Deleted Items/Thrown away', 'Deleted Items/Thrown away/a%2Fb']);
    });

    test('that was hard deleted is erased with what it held', async () => {
      const { id, messages } = made[3]!;
      await crawl().change('DELETE', `/folders/${id}?hard=true`);
      await crawl().nextCycle();
      for (const message of [messages.outer, messages.inner]) expectErased(await crawl().document(message), 'deleted');
    });

    test('that was hard deleted after a message was moved out of it leaves that message', async () => {
      const { id, messages } = made[1]!;
      await crawl().change('POST', `/messages/${messages.inner}/move`, { folder: 'archive' });
      await crawl().change('DELETE', `/folders/${id}?hard=true`);
      await crawl().nextCycle();
      expectErased(await crawl().document(messages.outer), 'deleted');
      expect(await crawl().document(messages.inner)).toMatchObject({ folderPath: 'Archive', removal: null, text: 'Words' });
    });
  });
}

/** What happens to events between two cycles. */
export function eventStories(crawl: Crawl): void {
  test('an event is added, changed, deleted and erased', async () => {
    const times = { start: '2026-12-01T09:00:00Z', end: '2026-12-01T10:00:00Z' };
    const { id } = await crawl().change('POST', '/calendars/default/events', { subject: 'Review', body: '<p>Agenda</p>', ...times });
    await crawl().nextCycle();
    const startAt = new Date(times.start);
    expect(await crawl().document(id)).toMatchObject({ kind: 'event', subject: 'Review', text: 'Agenda', startAt, removal: null });
    await crawl().change('PATCH', `/events/${id}`, {
      subject: 'Review, later',
      start: '2026-12-02T09:00:00Z',
      end: '2026-12-02T10:00:00Z',
    });
    await crawl().nextCycle();
    expect(await crawl().document(id)).toMatchObject({ subject: 'Review, later', startAt: new Date('2026-12-02T09:00:00Z') });
    await crawl().change('DELETE', `/events/${id}`);
    await crawl().nextCycle();
    expectErased(await crawl().document(id), 'deleted');
  });
}
