import { expect, test } from 'vitest';
import { SettingsError } from '../settings/read-environment.ts';
import { readSettings } from './settings.ts';

const least = {
  MONGODB_URI: 'mongodb://127.0.0.1:27017/?replicaSet=rs0',
  TRAWL_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
};

function problemsOf(environment: Record<string, string>): string[] {
  try {
    readSettings({ ...least, ...environment });
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}

test('a mailbox is asked what Exchange allows, and less when the settings say so', () => {
  expect(readSettings(least).mailboxLimits).toEqual({ inFlight: 4, requests: 10_000, windowMs: 600_000 });
  const lower = { TRAWL_MAILBOX_IN_FLIGHT: '2', TRAWL_MAILBOX_REQUESTS: '200', TRAWL_MAILBOX_WINDOW_SECONDS: '30' };
  expect(readSettings({ ...least, ...lower }).mailboxLimits).toEqual({ inFlight: 2, requests: 200, windowMs: 30_000 });
});

test('limits beyond those of Exchange are refused, also when a short window hides them', () => {
  expect(problemsOf({ TRAWL_MAILBOX_IN_FLIGHT: '5' })).toEqual([expect.stringMatching(/^TRAWL_MAILBOX_IN_FLIGHT must be .* from 1 to 4/)]);
  expect(problemsOf({ TRAWL_MAILBOX_REQUESTS: '10001' })).toHaveLength(1);
  // 501 in any 30 s may be 10,020 in 10 minutes; so may 9,000 in 599 s, twice begun, be 18,000.
  expect(problemsOf({ TRAWL_MAILBOX_REQUESTS: '501', TRAWL_MAILBOX_WINDOW_SECONDS: '30' })).toEqual([
    expect.stringContaining('10020 requests'),
  ]);
  expect(problemsOf({ TRAWL_MAILBOX_REQUESTS: '9000', TRAWL_MAILBOX_WINDOW_SECONDS: '599' })).toHaveLength(1);
  expect(problemsOf({ TRAWL_MAILBOX_REQUESTS: '500', TRAWL_MAILBOX_WINDOW_SECONDS: '30' })).toEqual([]);
});
