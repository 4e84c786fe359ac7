import { describe, expect, it } from 'vitest';
import { heldBecause } from './vanished.ts';

const group = { kind: 'microsoft365' as const, dynamic: false, hidden: false, nestedGroups: 0 };
const given = { known: 100, missing: 0, changed: false, confirmed: null, group: null };

describe('mailboxes that are not in the scope any more', () => {
  it.each([
    ['none', {}, null],
    ['a few of many', { missing: 20 }, null],
    ['many, but less than a tenth', { known: 1_000, missing: 100 }, null],
    ['more than 20 and more than a tenth', { missing: 21 }, 'TrawlMailboxesVanished'],
    ['all of a few, as when a group was emptied', { known: 3, missing: 3 }, 'TrawlMailboxesVanished'],
    ['many, since the scope was changed', { missing: 60, changed: true }, null],
    ['all, though the scope was changed', { missing: 100, changed: true }, 'TrawlMailboxesVanished'],
    ['as many as were confirmed', { missing: 60, confirmed: 60 }, null],
    ['fewer than were confirmed', { missing: 59, confirmed: 60 }, null],
    ['more than were confirmed', { missing: 61, confirmed: 60 }, 'TrawlMailboxesVanished'],
    ['all of a group with hidden members', { missing: 100, group: { ...group, hidden: true } }, 'TrawlHiddenGroupEmpty'],
    ['none of a hidden group that never showed any', { known: 0, group: { ...group, hidden: true } }, 'TrawlHiddenGroupEmpty'],
    ['none of a hidden group, confirmed', { known: 0, confirmed: 0, group: { ...group, hidden: true } }, null],
    ['none of a new source whose group is empty', { known: 0, group }, null],
  ])('%s', (_name, change, held) => {
    expect(heldBecause({ ...given, ...change })).toBe(held);
  });
});
