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

test.runIf(process.platform === 'linux')('the peak of memory is at least what is resident now', () => {
  expect(peakMemoryMib('self') + 1).toBeGreaterThanOrEqual(process.memoryUsage.rss() / 1_048_576 / 2);
});
