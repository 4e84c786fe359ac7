import { expect, test } from 'vitest';
import { paceOf } from './crawl-detail.ts';

test('the pace of a cycle tells what is left, once something is closed', () => {
  expect(paceOf({ documents: 500, known: 40, closed: 10, elapsedMs: 20_000 })).toEqual({ documentsPerSecond: 25, secondsLeft: 60 });
  expect(paceOf({ documents: 5, known: 40, closed: 0, elapsedMs: 2000 })).toEqual({ documentsPerSecond: 2.5, secondsLeft: null });
  expect(paceOf({ documents: 0, known: 3, closed: 4, elapsedMs: 0 })).toEqual({ documentsPerSecond: 0, secondsLeft: 0 });
});
