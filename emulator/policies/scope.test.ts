import { expect, test } from 'vitest';
import { createDirectoryState } from '../data/directory-state.ts';
import type { Group } from '../data/directory-model.ts';
import { seedOrganisation } from '../data/seed/organisation.ts';
import { isInScope } from './scope.ts';

test('a scope names mailboxes by id or address, and groups by id, address or name', () => {
  const { users } = seedOrganisation({ seed: 'scope', mailboxes: 2, messagesPerMailbox: 0, anchorMs: 0 });
  const [anna, bert] = users;
  const group: Group = {
    ...{ id: '0b9f3a52-6a51-4a43-9d6a-0f3a3f2b7c11', kind: 'mailEnabledSecurity', displayName: 'Crawled', mail: 'crawled@firm.example' },
    ...{ description: null, memberIds: [bert!.id], ownerIds: [], hidden: false, membershipRule: null, createdMs: 0 },
  };
  const world = createDirectoryState({ users, apps: [], groups: [group] });
  const inScope = (scope: readonly string[]) => [isInScope(world, scope, anna!), isInScope(world, scope, bert!)];
  expect(inScope([anna!.mail!])).toEqual([true, false]);
  expect(inScope([group.id.toUpperCase()])).toEqual([false, true]);
  expect(inScope(['crawled@firm.example', anna!.id])).toEqual([true, true]);
  expect(inScope(['Crawled'])).toEqual([false, true]);
  expect(inScope(['Another group'])).toEqual([false, false]);
});
