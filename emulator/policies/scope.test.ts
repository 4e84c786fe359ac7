import { expect, test } from 'vitest';
import type { User } from '../data/model.ts';
import { isInScope } from './scope.ts';

test('a scope names mailboxes by id or address, and groups by id, address or name', () => {
  const anna = { id: 'a' } as User;
  const bert = { id: 'b' } as User;
  const group = { value: { id: 'g', displayName: 'Crawled', mail: 'crawled@firm.example' } };
  const world = {
    findUser: (name: string) => ({ a: anna, 'anna@firm.example': anna, b: bert })[name],
    directory: { membership: { transitiveGroupsOf: (id: string) => (id === 'b' ? [group] : []) } },
  };
  const inScope = (scope: readonly string[]) => [isInScope(world, scope, anna), isInScope(world, scope, bert)];
  expect(inScope(['anna@firm.example'])).toEqual([true, false]);
  expect(inScope(['G'])).toEqual([false, true]);
  expect(inScope(['crawled@firm.example', 'a'])).toEqual([true, true]);
  expect(inScope(['Crawled'])).toEqual([false, true]);
  expect(inScope(['Another group'])).toEqual([false, false]);
});
