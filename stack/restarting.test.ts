import { expect, test, vi } from 'vitest';
import { createRestarting } from './restarting.ts';

const death = (name: string) => ({ name, code: 1, signal: null, lastLines: ['out of luck'] });

test('a process that died is started again, and its last words are said', async () => {
  const said: string[] = [];
  const restarting = createRestarting({ say: (line) => said.push(line), pauseMs: 0 });
  let starts = 0;
  await restarting.launch('worker', async () => (starts += 1));
  restarting.onDeath(death('worker'));
  await vi.waitFor(() => expect(said).toContain('worker runs again'));
  expect(starts).toBe(2);
  expect(said[0]).toMatch(/worker ended with code 1; its last lines:\s+out of luck/);
});

test('a process that does not come up again is given up after a while', async () => {
  const restarting = createRestarting({ say: () => {}, pauseMs: 0 });
  let first = true;
  await restarting.launch('mongod', async () => {
    if (!first) throw new Error('No space left on device');
    first = false;
  });
  restarting.onDeath(death('mongod'));
  expect(await restarting.gaveUp).toMatch(/mongod died 6 times/);
});

test('nothing is started again after the end', async () => {
  const restarting = createRestarting({ say: () => {}, pauseMs: 0 });
  let starts = 0;
  await restarting.launch('api', async () => (starts += 1));
  restarting.onDeath(death('api'));
  restarting.end();
  restarting.onDeath(death('api'));
  await vi.waitFor(() => expect(starts).toBe(1));
});
