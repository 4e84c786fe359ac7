import { expect, test } from 'vitest';
import { freePort } from './free-ports.ts';

test('ports that are chosen one after the other differ, though nobody listens on them yet', async () => {
  const chosen = new Set<number>();
  for (let number = 0; number < 300; number += 1) chosen.add(await freePort());
  expect(chosen.size).toBe(300);
});

test('ports that are chosen at the same time differ', async () => {
  const chosen = await Promise.all(Array.from({ length: 50 }, () => freePort()));
  expect(new Set(chosen).size).toBe(50);
});
