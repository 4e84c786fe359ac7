import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tryLock, waitForLock } from './lock.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trawl-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function take(path: string): () => void {
  const lock = tryLock(path);
  if (!('release' in lock)) throw new Error(`held by ${lock.heldBy}`);
  return lock.release;
}

test('says which process holds it', () => {
  const path = join(folder, 'lock');
  take(path);
  expect(tryLock(path)).toEqual({ heldBy: process.pid });
});

test('is free again after release', () => {
  const path = join(folder, 'lock');
  take(path)();
  expect(existsSync(path)).toBe(false);
  take(path);
});

test('takes over the lock of a process that has died', () => {
  const path = join(folder, 'lock');
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(path, JSON.stringify({ pid, start: null, host: hostname() }));
  take(path);
});

test('takes over a lock whose process id belongs to a later process now', () => {
  const path = join(folder, 'lock');
  writeFileSync(path, JSON.stringify({ pid: process.pid, start: '1', host: hostname() }));
  if (process.platform === 'linux') take(path);
});

test('takes over a lock file that holds nonsense', () => {
  const path = join(folder, 'lock');
  writeFileSync(path, '{');
  take(path);
});

test('a lock of another machine is believed', () => {
  const path = join(folder, 'lock');
  writeFileSync(path, JSON.stringify({ pid: 4_000_000, start: null, host: 'another' }));
  expect(tryLock(path)).toEqual({ heldBy: 4_000_000 });
});

test('somebody who waits gets it when it is released', async () => {
  const path = join(folder, 'lock');
  const release = take(path);
  const told: number[] = [];
  const waiting = waitForLock(path, (pid) => {
    told.push(pid);
    release();
  });
  (await waiting)();
  expect(told).toEqual([process.pid]);
});

test('of many processes that want a dead lock, one at a time has it', async () => {
  const path = join(folder, 'lock');
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(path, JSON.stringify({ pid, start: null, host: hostname() }));
  const script = `
    import { appendFileSync } from 'node:fs';
    import { waitForLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.mjs'))};
    const release = await waitForLock(${JSON.stringify(path)});
    appendFileSync(${JSON.stringify(join(folder, 'order'))}, 'in ');
    await new Promise((resolve) => setTimeout(resolve, 20));
    appendFileSync(${JSON.stringify(join(folder, 'order'))}, 'out ');
    release();
  `;
  const { execa } = await import('execa');
  await Promise.all(Array.from({ length: 6 }, () => execa(process.execPath, ['--input-type=module', '-e', script])));
  const { readFileSync } = await import('node:fs');
  expect(readFileSync(join(folder, 'order'), 'utf8')).toBe('in out '.repeat(6));
});
