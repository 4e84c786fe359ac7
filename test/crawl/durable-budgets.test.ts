import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOrganisation, wholeTruth, type Organisation } from '../support/organisation.ts';

/** So few that two small crawls of one mailbox meet them. */
const limits = { concurrent: 4, requestsPerWindow: 120, windowSeconds: 10 };

let organisation: Organisation;
beforeAll(async () => {
  organisation = await startOrganisation({
    tenant: { mailboxes: 2, messagesPerMailbox: 120, seed: 'budgets' },
    workers: 2,
    settings: {
      TRAWL_MESSAGE_PAGE_SIZE: '10',
      TRAWL_MAILBOX_REQUESTS: String(limits.requestsPerWindow),
      TRAWL_MAILBOX_WINDOW_SECONDS: String(limits.windowSeconds),
    },
  });
});
afterAll(() => organisation?.stop());

test('two sources and two workers use up what a mailbox allows in its window, and never go beyond it', async () => {
  const { tenant } = organisation;
  await tenant.control('PUT', '/limits', limits);
  const sources = await Promise.all([organisation.makeSource(), organisation.makeSource()]);
  await Promise.all(sources.map((sourceId) => organisation.crawl(sourceId)));
  for (const sourceId of sources) await organisation.untilState(sourceId, 'completed', 120_000);
  const { violations, byStatus, mailboxes } = await tenant.control<Stats>('GET', '/stats');
  expect(violations).toBe(0);
  expect(byStatus['429']).toBeUndefined();
  const busiest = Math.max(...mailboxes.map(({ largestWindow }) => largestWindow));
  expect(busiest).toBeLessThanOrEqual(limits.requestsPerWindow);
  expect(busiest).toBeGreaterThanOrEqual(limits.requestsPerWindow * 0.9);
  expect(Math.max(...mailboxes.map(({ largestAdmitted }) => largestAdmitted))).toBeLessThanOrEqual(limits.concurrent);
  for (const sourceId of sources) expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
});

interface Stats {
  violations: number;
  byStatus: Record<string, number>;
  mailboxes: { largestWindow: number; largestAdmitted: number }[];
}
