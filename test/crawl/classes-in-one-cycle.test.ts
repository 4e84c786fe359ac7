import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultPolicy } from '../../contract/policy.ts';
import { organisationOfClasses } from '../support/organisation-of-classes.ts';
import { startOrganisation, type MailboxView, type Organisation } from '../support/organisation.ts';

const domain = 'classes.example';

let folder: string;
let organisation: Organisation;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trawl-classes-'));
  await writeFile(join(folder, 'organisation.json'), JSON.stringify(organisationOfClasses(domain)));
  organisation = await startOrganisation({ tenant: { folder } });
});
afterAll(async () => {
  await organisation?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('one cycle tells all classes, takes up the archive that it finds, and is complete', async () => {
  const { tenant, client, db } = organisation;
  const { id } = await tenant.control<{ id: string }>('POST', `/mailboxes/user@${domain}/messages`, { subject: 'Old' });
  await tenant.control('POST', `/mailboxes/user@${domain}/messages/${id}/archive`, {});
  const sourceId = await organisation.makeSource();
  await db.collection('sources').updateOne({ _id: sourceId as never }, { $set: { policy: { ...defaultPolicy, archive: true } } });
  const crawlId = await organisation.crawl(sourceId);
  await organisation.untilState(sourceId, 'completed');
  const list = (query: string) =>
    client.call<{ items: (MailboxView & { class: string })[] }>('GET', `/v1/sources/${sourceId}/mailboxes?limit=50${query}`);
  const found = (await list('')).items.map((mailbox) => [mailbox.class, mailbox.state]);
  expect(Object.fromEntries(found)).toEqual({
    ...{ user: 'done', linked: 'done', shared: 'done', room: 'done', equipment: 'done', archive: 'done' },
    ...{ guest: 'ineligible', unlicensed: 'ineligible', onPremises: 'ineligible', softDeleted: 'ineligible' },
  });
  const [archive] = (await list('&class=archive')).items;
  expect(archive?.mailboxId).toMatch(/^MBX:/);
  const stored = await db.collection('documents').findOne({ sourceId, mailboxId: archive?.mailboxId, subject: 'Old' });
  expect(stored).toMatchObject({ removal: null });
  expect((await list('&class=room')).items.map(({ address }) => address)).toEqual([`room@${domain}`]);
  const { cycles } = await client.call<{ cycles: { completeness: string }[] }>('GET', `/v1/crawls/${crawlId}`);
  expect(cycles[0]).toMatchObject({ completeness: 'complete' });
});
