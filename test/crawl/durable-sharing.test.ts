import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectWrittenOnce } from '../support/kill-in-mid-crawl.ts';
import { operationTime } from '../support/organisation-truth.ts';
import { startOrganisation, wholeTruth, type Organisation } from '../support/organisation.ts';
import { waitFor } from '../support/wait-for.ts';

let organisation: Organisation;
beforeAll(async () => {
  // Few and large mailboxes with small pages: as many lanes as may be, so that places are wanted.
  const settings = { TRAWL_MESSAGE_PAGE_SIZE: '20' };
  organisation = await startOrganisation({
    tenant: { mailboxes: 3, messagesPerMailbox: 200, seed: 'shared' },
    ownMongod: true,
    workers: 2,
    settings,
  });
});
afterAll(() => organisation?.stop());

test('two sources over one organisation and two workers share the four requests that a mailbox may have in flight', async () => {
  const { db, tenant } = organisation;
  await tenant.latency(60);
  const since = await operationTime(db);
  const sources = await Promise.all([organisation.makeSource(), organisation.makeSource()]);
  await Promise.all(sources.map((sourceId) => organisation.crawl(sourceId)));
  for (const sourceId of sources) await organisation.untilState(sourceId, 'completed', 120_000);
  const { violations, largestConcurrency } = await tenant.stats();
  expect(violations).toBe(0);
  expect(largestConcurrency).toBeGreaterThan(2);
  expect(largestConcurrency).toBeLessThanOrEqual(4);
  for (const sourceId of sources) {
    expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
    await expectWrittenOnce(organisation, { sourceId, since });
  }
});

test('a worker that starts before MongoDB and Temporal says what it waits for, and takes work when they come', async () => {
  const { worker, workers, temporal, api, tenant } = organisation;
  const mongod = organisation.mongod!;
  await Promise.all(workers.map((one) => one.stop()));
  await Promise.all([mongod.stop(), temporal.stop()]);
  const before = worker.lines.length;
  const said = () => worker.lines.slice(before).join('\n');
  const starting = worker.start();
  try {
    await waitFor('a word on MongoDB', () => /MONGODB_URI.*trying again/.test(said()));
    await mongod.start();
    await waitFor('a word on Temporal', () => /TEMPORAL_ADDRESS.*trying again/.test(said()));
    await temporal.start();
  } finally {
    await starting;
  }
  await waitFor('the API to be ready again', async () => (await fetch(`${api.answer}/health/ready`)).ok, { timeoutMs: 60_000 });
  await tenant.latency(0);
  const sourceId = await organisation.makeSource();
  await organisation.crawl(sourceId);
  await organisation.untilState(sourceId, 'completed');
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
});
