import fc from 'fast-check';
import { expect, test } from 'vitest';
import { folderView } from '../data/folder-view.ts';
import type { MailboxState } from '../data/mailbox-state.ts';
import { EMPTY_ITEMS } from '../data/model.ts';
import { newestFirst, plainList } from './message-list.ts';

test('any part of several folders as one list is that part of them walked, also of a range, also backwards', async () => {
  const mailbox = { item: (key: string) => ({ key }) } as unknown as MailboxState;
  const world = fc.record({
    folders: fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 8 }), { maxLength: 4 }),
    ...{ from: fc.integer({ min: 0, max: 12 }), size: fc.integer({ min: 1, max: 12 }), isOldestFirst: fc.boolean() },
    range: fc.record({ sinceMs: fc.integer({ min: 0, max: 9_000 }), beforeMs: fc.integer({ min: 0, max: 9_000 }) }, { requiredKeys: [] }),
  });
  await fc.assert(
    fc.asyncProperty(world, async ({ folders, from, size, isOldestFirst, range }) => {
      const views = folders.map((seconds, folder) => {
        const times = seconds.toSorted((a, b) => a - b).map((second) => second * 1_000);
        const base = { ...EMPTY_ITEMS, count: times.length, keyOf: (index: number) => `${folder}-${index}` };
        return folderView({ base: { ...base, receivedMs: (index) => times[index]! }, departed: [], extras: [] });
      });
      const all = [...newestFirst(mailbox, views, range)];
      const wanted = (isOldestFirst ? all.toReversed() : all).slice(from, from + size);
      const list = plainList(mailbox, views, { ...range, isOldestFirst });
      expect(await list.slice(from, size)).toEqual({ items: wanted, isMore: from + size < all.length });
      expect(await list.count()).toBe(all.length);
    }),
  );
});
