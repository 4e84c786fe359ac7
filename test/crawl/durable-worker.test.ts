import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOrganisation, wholeTruth, type Organisation } from '../support/organisation.ts';
import { contentWrites, operationTime } from '../support/organisation-truth.ts';

let organisation: Organisation;
beforeAll(async () => {
  organisation = await startOrganisation({ tenant: { mailboxes: 6, messagesPerMailbox: 120, seed: 'durable' } });
});
afterAll(() => organisation?.stop());

test('a whole organisation is crawled', async () => {
  const since = await operationTime(organisation.db);
  const sourceId = await organisation.makeSource();
  await organisation.crawl(sourceId);
  await organisation.untilState(sourceId, 'completed');
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
  const writes = await contentWrites(organisation.db, { since });
  console.log(writes.size, [...writes].filter(([, n]) => n > 1).slice(0, 5), await organisation.tenant.stats());
});
