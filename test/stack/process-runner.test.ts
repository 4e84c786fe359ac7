import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createProcessRunner, describeDeath, type Death, type ProcessRunner, type ProcessSpec } from '../../stack/process-runner.ts';
import { isRunning } from '../support/is-running.ts';

let folder: string;
let runner: ProcessRunner;
let deaths: Death[];
let lines: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trawl-runner-'));
  deaths = [];
  lines = [];
  runner = createProcessRunner({ onLine: (name, line) => lines.push(`${name}: ${line}`), onDeath: (death) => deaths.push(death) });
});
afterEach(async () => {
  await runner.stopAll();
  await rm(folder, { recursive: true, force: true });
});

const says = (word: string) => async (stdout: readonly string[]) => stdout.includes(word) || null;

function script(name: string, text: string, over: Partial<ProcessSpec<boolean>> = {}): ProcessSpec<boolean> {
  return { name, file: process.execPath, args: ['-e', text], env: process.env, ready: says('ready'), readyWithinMs: 10_000, ...over };
}

const idle = `console.log('ready'); setInterval(() => {}, 1000);`;
const deaf = `for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {}); ${idle}`;
const withChild = `const child = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(deaf)}]); child.stdout.once('data', () => { console.log(child.pid); console.log('ready'); }); setInterval(() => {}, 1000);`;

test('waits for readiness and passes every line on with its name', async () => {
  await runner.start(script('one', `console.error('starting'); ${idle}`));
  await vi.waitFor(() => expect(lines).toEqual(expect.arrayContaining(['one: ready', 'one: starting'])));
});

test('a process that ends before it is ready fails with its last lines', async () => {
  const failing = runner.start(script('two', `console.error('no such table'); process.exit(4)`));
  await expect(failing).rejects.toThrow(/two ended with code 4; its last lines:\s+no such table/);
  expect(deaths).toEqual([]);
});

test('a process that is not ready in time is stopped and said', async () => {
  const failing = runner.start(
    script('three', idle, { ready: async () => Promise.reject(new Error('port is silent')), readyWithinMs: 300 }),
  );
  await expect(failing).rejects.toThrow(/three's readiness did not come about within 0 s: port is silent/);
});

test('a program that is not there is said', async () => {
  await expect(runner.start(script('four', '', { file: join(folder, 'nothing') }))).rejects.toThrow(/four could not be started: .*ENOENT/);
});

test('a death is reported with its last lines, and the others stay', async () => {
  const other = await runner.start(script('stays', idle));
  const dying = await runner.start(
    script(
      'dies',
      `process.on('SIGUSR2', () => { console.error('disk full'); process.exit(9); }); console.log('ready'); setInterval(() => {}, 1000)`,
    ),
  );
  process.kill(dying.pid, 'SIGUSR2');
  await dying.ended;
  await vi.waitFor(() => expect(deaths).toHaveLength(1));
  expect(describeDeath(deaths[0]!)).toMatch(/dies ended with code 9; its last lines:[^]*disk full/);
  expect(isRunning(other.pid)).toBe(true);
});

test('SIGKILL of a process takes what it had started along', async () => {
  const parent = await runner.start(script('parent', withChild));
  const grandchild = Number(lines.find((line) => /^parent: \d+$/.test(line))?.slice('parent: '.length));
  expect(isRunning(grandchild)).toBe(true);
  process.kill(parent.pid, 'SIGKILL');
  await vi.waitFor(() => expect(isRunning(grandchild)).toBe(false), { timeout: 5000 });
});

test('stops in reverse order, and kills what does not listen', async () => {
  const order = join(folder, 'order');
  const polite = (name: string) =>
    `process.on('SIGTERM', () => { require('fs').appendFileSync(${JSON.stringify(order)}, '${name} '); process.exit(0); }); ${idle}`;
  await runner.start(script('first', polite('first')));
  await runner.start(script('second', polite('second')));
  const stubborn = await runner.start(script('stubborn', deaf, { stopWithinMs: 200 }));
  await runner.stopAll();
  expect(await readFile(order, 'utf8')).toBe('second first ');
  expect((await stubborn.ended).signal).toBe('SIGKILL');
  expect(deaths).toEqual([]);
});
