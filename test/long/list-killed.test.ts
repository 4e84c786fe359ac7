import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectTruthDespite } from '../support/kill-in-mid-crawl.ts';
import { startOrganisation, type Organisation } from '../support/organisation.ts';

let organisation: Organisation;
beforeAll(async () => {
  organisation = await startOrganisation({
    tenant: { mailboxes: 3, messagesPerMailbox: 110, seed: 'list-killed' },
    settings: { TRAWL_MESSAGE_PAGE_SIZE: '10' },
  });
  const { tenant } = organisation;
  for (const { mailboxId, hasMailbox } of await tenant.mailboxes()) {
    if (hasMailbox) await tenant.control('PATCH', `/mailboxes/${mailboxId}`, { overQuota: true });
  }
  await tenant.latency(60);
});
afterAll(() => organisation?.stop());

test(
  'a worker killed while it lists folders costs a page: each document is written once, and the truth is stored',
  { timeout: 240_000 },
  async () => {
    const sourceId = await expectTruthDespite(organisation, {
      what: 'worker killed among lists',
      happen: async () => {
        await organisation.worker.kill();
        await organisation.worker.start();
      },
    });
    const streams = organisation.db.collection('streams');
    const read = { sourceId, kind: 'messages', crawled: true, endedAt: null };
    expect(await streams.countDocuments({ ...read, method: 'list' })).toBe(await streams.countDocuments(read));
  },
);
