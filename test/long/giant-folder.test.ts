import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Stream } from '../../contract/stream.ts';
import { expectTruthDespite } from '../support/kill-in-mid-crawl.ts';
import { startOrganisation, type Organisation } from '../support/organisation.ts';
import { waitFor } from '../support/wait-for.ts';

let organisation: Organisation;
beforeAll(async () => {
  organisation = await startOrganisation({
    tenant: { mailboxes: 1, messagesPerMailbox: 15_000, seed: 'giant-killed' },
    settings: { TRAWL_GIANT_FOLDER_ITEMS: '400' },
    workers: 2,
  });
  await organisation.tenant.latency(30);
});
afterAll(() => organisation?.stop());

test('workers killed while they read spans of giant folders cost a page: each document is written once, and the truth is stored', async () => {
  const spans = organisation.db.collection('spans');
  const sourceId = await expectTruthDespite(organisation, {
    what: 'workers killed among spans',
    happen: async () => {
      await organisation.workers[0]!.kill();
      await organisation.workers[0]!.start();
      const left = await spans.countDocuments();
      await waitFor('the crawl to go on', async () => left === 0 || (await spans.countDocuments()) < left, { timeoutMs: 120_000 });
      await organisation.workers[1]!.kill();
      await organisation.workers[1]!.start();
    },
  });
  const read = { sourceId, kind: 'messages' as const, crawled: true, endedAt: null };
  const streams = await organisation.db.collection<Stream>('streams').find(read).toArray();
  const giant = streams.filter(({ folder }) => (folder?.items ?? 0) > 400);
  expect(giant.length).toBeGreaterThan(2);
  for (const stream of giant) expect(stream).toMatchObject({ spansLeft: 0, restGeneration: 2, counts: { difference: 0 } });
  expect(await spans.countDocuments()).toBe(0);
});
