import { expect, test } from 'vitest';
import { createSlotUse } from './slot-use.ts';

test('a queue is full while as many activities run as it has slots', () => {
  const use = createSlotUse({ a: 2, b: 1 });
  const first = use.enter('a');
  expect(use.isFull('a')).toBe(false);
  use.enter('a');
  expect([use.isFull('a'), use.isFull('b'), use.isFull('unknown')]).toEqual([true, false, false]);
  first();
  expect(use.isFull('a')).toBe(false);
});
