import { expect, test } from 'vitest';
import { expiryOf } from './credential-login.ts';

const now = new Date('2026-06-01T12:00:00Z');

test.each([
  ['2026-08-01T12:00:00Z', 'valid', 61],
  ['2026-07-01T12:00:00Z', 'expiring', 30],
  ['2026-07-01T12:00:01Z', 'valid', 30],
  ['2026-06-01T12:00:01Z', 'expiring', 0],
  ['2026-06-01T12:00:00Z', 'expired', 0],
  ['2026-05-30T12:00:00Z', 'expired', -2],
])('what ends at %s is %s, with %d days left', (expiresAt, state, days) => {
  expect(expiryOf(new Date(expiresAt), { now, warnDays: 30 })).toEqual({ state, days });
});

test('of what ends nobody knows when, nothing is said', () => {
  expect(expiryOf(null, { now, warnDays: 30 })).toBeNull();
});
