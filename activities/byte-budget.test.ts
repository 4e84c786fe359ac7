import { expect, test } from 'vitest';
import { createByteBudget } from './byte-budget.ts';

const { signal } = new AbortController();

/** Whether it is there already, without waiting for it. */
async function isThere(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);
}

test('bytes are held by turns, in order, and come back whole', async () => {
  const budget = createByteBudget(100);
  const first = await budget.take(60, signal);
  const second = budget.take(80, signal);
  const small = budget.take(10, signal);
  expect(await isThere(second)).toBe(false);
  expect(await isThere(small)).toBe(false);
  first.release();
  first.release();
  expect((await second).bytes).toBe(80);
  (await small).release();
  const third = budget.take(100, signal);
  expect(await isThere(third)).toBe(false);
  (await second).release();
  expect((await third).bytes).toBe(100);
});

test('what is shrunk goes to the next one, and more than there is gets all there is', async () => {
  const budget = createByteBudget(100);
  const first = await budget.take(1_000, signal);
  expect(first.bytes).toBe(100);
  const second = budget.take(90, signal);
  first.shrinkTo(10);
  expect((await second).bytes).toBe(90);
  expect(first.bytes).toBe(10);
});

test('who is told to end waits no longer, and those behind go on', async () => {
  const budget = createByteBudget(100);
  await budget.take(60, signal);
  const controller = new AbortController();
  const large = budget.take(90, controller.signal);
  const small = budget.take(40, signal);
  controller.abort(new Error('paused'));
  await expect(large).rejects.toThrow('paused');
  expect((await small).bytes).toBe(40);
});
