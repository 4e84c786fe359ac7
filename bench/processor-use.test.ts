import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { peakMemoryMib, readProcessorUse, useBetween, type ProcessorUse } from './processor-use.ts';

const at = (atMs: number, [worker, busy, idle]: [number, number, number]): ProcessorUse => ({
  atMs,
  byProcess: { worker },
  machine: { busy, idle },
});

test('the use between two looks is what each process and the machine have used more', () => {
  const use = useBetween(at(1_000, [2, 100, 50]), at(3_000, [3, 103, 51]));
  expect(use).toEqual({ seconds: 2, byProcess: { worker: 1 }, idleShare: 0.25, otherShare: 0.5 });
});

test.runIf(process.platform === 'linux')('a process that works is seen to use processor time', () => {
  const before = readProcessorUse({ self: process.pid });
  const cpu = process.cpuUsage();
  while (process.cpuUsage(cpu).user < 150_000) Math.sqrt(Math.random());
  const { byProcess } = useBetween(before, readProcessorUse({ self: process.pid }));
  expect(byProcess['self']).toBeGreaterThanOrEqual(0.1);
});

test.runIf(process.platform === 'linux')('what children have used is told apart, while they run and after they have ended', async () => {
  const look = () => readProcessorUse({ self: process.pid }, { childrenOf: { children: process.pid } });
  const before = look();
  const script = 'while (process.cpuUsage().user < 200_000) Math.sqrt(Math.random()); process.stdout.write("busy"); process.stdin.resume()';
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  const whileItRuns = useBetween(before, look()).byProcess['children'];
  expect(whileItRuns).toBeGreaterThanOrEqual(0.15);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(useBetween(before, look()).byProcess['children']).toBeGreaterThanOrEqual(whileItRuns!);
});

test.runIf(process.platform === 'linux')('the peak of memory is at least what is resident now', () => {
  expect(peakMemoryMib('self') + 1).toBeGreaterThanOrEqual(process.memoryUsage.rss() / 1_048_576 / 2);
});
