import { expect, test } from 'vitest';
import { readRetryAfterMs } from './retry-after.ts';

const read = (headers: Record<string, string>, nowMs?: number) => readRetryAfterMs(new Headers(headers), nowMs);

test.each([
  ['120', 120_000],
  ['0', 0],
  ['2.128', 2_128],
  ['0.0004', 1],
  [' 7 ', 7_000],
  ['999999999', 86_400_000],
])('Retry-After: %s is %i ms', (value, expected) => {
  expect(read({ 'Retry-After': value })).toBe(expected);
});

test.each(['', 'soon', '-3', '1,5', '12 34', '0x10'])('an unreadable Retry-After (%j) counts as none', (value) => {
  expect(read({ 'Retry-After': value })).toBeNull();
});

test('no Retry-After is null', () => {
  expect(read({})).toBeNull();
});

test("an HTTP date is measured from the answer's own clock", () => {
  const headers = { Date: 'Wed, 21 Oct 2015 07:28:00 GMT', 'Retry-After': 'Wed, 21 Oct 2015 07:28:45 GMT' };
  expect(read(headers)).toBe(45_000);
});

test("an HTTP date without an answer's clock is measured from ours, and one that has passed is 0", () => {
  const nowMs = Date.parse('2015-10-21T07:28:00Z');
  expect(read({ 'Retry-After': 'Wed, 21 Oct 2015 07:29:00 GMT' }, nowMs)).toBe(60_000);
  expect(read({ 'Retry-After': 'Wed, 21 Oct 2015 07:00:00 GMT' }, nowMs)).toBe(0);
});
