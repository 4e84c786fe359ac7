import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { expectTruthDespite } from '../support/kill-in-mid-crawl.ts';
import { startOrganisation, wholeTruth, type Organisation } from '../support/organisation.ts';
import { waitFor } from '../support/wait-for.ts';

const latencyMs = 60;
/** For what is asked of a crawl while it runs: it must not be over before the answer. */
const slowMs = 250;
let organisation: Organisation;
beforeAll(async () => {
  organisation = await startOrganisation({ tenant: { mailboxes: 5, messagesPerMailbox: 90, seed: 'durable' } });
});
afterAll(() => organisation?.stop());
beforeEach(() => organisation.tenant.latency(latencyMs));

/** Waits until the emulator was asked nothing for a second. */
async function untilSilent(): Promise<void> {
  const { tenant } = organisation;
  let last = { requests: -1, at: 0 };
  await waitFor('requests to cease', async () => {
    const { requests } = await tenant.stats();
    if (requests !== last.requests) last = { requests, at: Date.now() };
    return Date.now() - last.at > 1_000;
  });
}

const secondsSince = (startedMs: number) => (Date.now() - startedMs) / 1000;
/** Two seconds on a machine of its own; the tests may share theirs. */
const withinSeconds = 15;

test('a stop in mid-crawl ends the requests within seconds; started again, the crawl ends in the truth', async () => {
  await organisation.tenant.latency(slowMs);
  const sourceId = await organisation.makeSource();
  const first = await organisation.crawl(sourceId);
  await organisation.untilStored(sourceId, 150);
  const askedMs = Date.now();
  expect(['stopping', 'stopped']).toContain(await organisation.command(sourceId, 'stop'));
  await organisation.untilState(sourceId, 'stopped');
  expect(secondsSince(askedMs)).toBeLessThan(withinSeconds);
  await untilSilent();
  const stored = await organisation.documents(sourceId);
  expect((await organisation.compare(sourceId)).missing).toBeGreaterThan(0);
  await organisation.tenant.latency(latencyMs);
  const second = await organisation.crawl(sourceId);
  expect(second).not.toBe(first);
  await organisation.untilState(sourceId, 'completed');
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
  expect(await organisation.documents(sourceId)).toBeGreaterThan(stored);
});

test('a pause holds through kill -9 of the worker, and resume goes on from there', async () => {
  const { worker, tenant } = organisation;
  await tenant.latency(slowMs);
  const sourceId = await organisation.makeSource();
  const crawlId = await organisation.crawl(sourceId);
  await organisation.untilStored(sourceId, 150);
  const askedMs = Date.now();
  await organisation.command(sourceId, 'pause');
  await organisation.untilState(sourceId, 'paused');
  expect(secondsSince(askedMs)).toBeLessThan(withinSeconds);
  await untilSilent();
  const stored = await organisation.documents(sourceId);
  await worker.kill();
  await worker.start();
  await untilSilent();
  expect((await organisation.source(sourceId)).state).toBe('paused');
  expect(await organisation.documents(sourceId)).toBe(stored);
  expect((await organisation.compare(sourceId)).missing).toBeGreaterThan(0);
  await tenant.latency(latencyMs);
  await organisation.command(sourceId, 'resume');
  expect((await organisation.untilState(sourceId, 'completed')).crawlId).toBe(crawlId);
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
});

test('a crawl goes on by itself after its worker was killed and started again', { timeout: 180_000 }, async () => {
  const { worker, tenant } = organisation;
  await expectTruthDespite(organisation, {
    what: 'kill -9 of the worker',
    happen: async () => {
      await worker.kill();
      await worker.start();
    },
  });
  const { violations, largestConcurrency } = await tenant.stats();
  expect({ violations, largestConcurrency: Math.min(4, largestConcurrency) }).toEqual({ violations: 0, largestConcurrency });
});
