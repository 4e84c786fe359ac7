import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CredentialTestAnswer } from '../../api/schemas/credential-test.ts';
import { temporalHoldings, wordsIn } from '../support/canary.ts';
import { startOrganisation, type Organisation } from '../support/organisation.ts';
import { statesOf } from '../support/tested-credential.ts';
import { waitFor } from '../support/wait-for.ts';

let organisation: Organisation;
beforeAll(async () => {
  organisation = await startOrganisation({
    tenant: { mailboxes: 6, messagesPerMailbox: 40, seed: 'test-credential' },
    // So few slots that a crawl which Graph keeps waiting takes all of them.
    settings: { TRAWL_SLOTS_HIGH: '1', TRAWL_SLOTS_NORMAL: '1', TRAWL_SLOTS_LOW: '1' },
  });
});
afterAll(() => organisation?.stop());

function draft(changes: object = {}): object {
  const { origin, tenantId, clientId, secret } = organisation.emulator.answer;
  return { cloud: 'custom', endpoints: { authority: origin, graph: origin }, tenantId, clientId, secret, ...changes };
}

test('a saved credential is tested over HTTP, and the report is kept on it until a newer test', async () => {
  const { client, credentialId, emulator } = organisation;
  const report = await client.call<CredentialTestAnswer>('POST', `/v1/credentials/${credentialId}/test`);
  expect(report).toMatchObject({
    signedIn: true,
    reason: null,
    outdated: false,
    tenant: { id: emulator.answer.tenantId, name: 'Contoso' },
  });
  expect(statesOf(report)).toMatchObject({ users: 'works', mail: 'works', attachments: 'works', calendars: 'works', sites: 'refused' });
  expect(await client.call('GET', `/v1/credentials/${credentialId}`)).toMatchObject({ lastTest: report });
  await client.call('PUT', `/v1/credentials/${credentialId}/secret`, { secret: emulator.answer.secret });
  expect(await client.call('GET', `/v1/credentials/${credentialId}`)).toMatchObject({ lastTest: { ...report, outdated: true } });
});

test('a draft is tested and leaves nothing behind', async () => {
  const { client, db } = organisation;
  const before = await db.collection('credentials').countDocuments();
  const report = await client.call<CredentialTestAnswer>('POST', '/v1/credentials/test', draft());
  expect(report).toMatchObject({ signedIn: true, outdated: false });
  const id = '0b9f3a52-6a51-4a43-9d6a-0f3a3f2b7c11';
  const refused = await client.call<CredentialTestAnswer>('POST', '/v1/credentials/test', draft({ secret: id }));
  expect(refused).toMatchObject({ signedIn: false, reason: { code: 'TrawlSecretIdPasted' } });
  expect(refused.warnings[0]).toMatch(/Secret ID/);
  expect(await db.collection('credentialTests').countDocuments()).toBe(0);
  expect(await db.collection('credentials').countDocuments()).toBe(before);
});

test('a test answers while a crawl that waits for Graph has every slot', async () => {
  const { client, credentialId, tenant } = organisation;
  const held = await tenant.fault({ match: { path: '^GET /users/.*/delta' }, answer: { hold: true } });
  const sources = await Promise.all(
    ['high', 'normal', 'low'].map(async (priority) => {
      const id = await organisation.makeSource();
      await client.call('PATCH', `/v1/sources/${id}`, { priority });
      await organisation.crawl(id);
      return id;
    }),
  );
  await waitFor('a lane of each queue to wait for Graph', async () => (await tenant.played(held)) >= 3 || null, { timeoutMs: 60_000 });
  const report = await client.call<CredentialTestAnswer>('POST', `/v1/credentials/${credentialId}/test`);
  expect(statesOf(report)).toMatchObject({ users: 'works', mail: 'works', calendars: 'works' });
  expect(report.durationMs).toBeLessThan(20_000);
  expect((await tenant.stats()).violations).toBe(0);
  await tenant.clearFaults();
  for (const id of sources) await organisation.command(id, 'stop');
});

test('histories, logs and the record of a test hold no secret, address or name', async () => {
  const { client, credentialId, temporal, tenant, emulator } = organisation;
  const [mailbox] = (await tenant.mailboxes()).filter((one) => one.hasMailbox);
  const report = await client.call<CredentialTestAnswer>('POST', `/v1/credentials/${credentialId}/test`, { mailboxes: [mailbox!.address] });
  expect(report.mailboxes[0]).toMatchObject({ address: mailbox!.address, mailboxId: mailbox!.mailboxId });
  const connection = await Connection.connect({ address: temporal.answer });
  const ofTests = async () => {
    const holdings = await temporalHoldings(new Client({ connection }));
    const tests = [...holdings].filter(([name]) => /^test\/[0-9A-Z]{26} /.test(name));
    return tests.length >= 5 ? tests : null;
  };
  const hidden = [mailbox!.address, mailbox!.mailboxId, emulator.answer.secret, emulator.answer.clientId, 'Contoso'];
  for (const [name, bytes] of await waitFor('tests to be listed', ofTests)) expect([name, wordsIn(bytes, hidden)]).toEqual([name, []]);
  await connection.close();
  const lines = organisation.allLines().join('\n');
  expect(lines.split(emulator.answer.secret).length - 1).toBeLessThanOrEqual(1);
  expect(lines).not.toContain(mailbox!.address);
});
