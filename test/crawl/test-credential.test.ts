import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CredentialTestAnswer } from '../../api/schemas/credential-test.ts';
import { startOrganisation, type Organisation } from '../support/organisation.ts';

let organisation: Organisation;
beforeAll(async () => {
  organisation = await startOrganisation({
    tenant: { mailboxes: 6, messagesPerMailbox: 40, seed: 'test-credential' },
    // One slot each: a crawl that waits for Graph takes all of them.
    settings: { TRAWL_SLOTS_HIGH: '1', TRAWL_SLOTS_NORMAL: '1', TRAWL_SLOTS_LOW: '1' },
  });
});
afterAll(() => organisation?.stop());

const stateOf = (report: CredentialTestAnswer, capability: string) =>
  report.capabilities.find((one) => one.capability === capability)?.state;

test('a saved credential is tested over HTTP, and the report is kept on it', async () => {
  const { client, credentialId, emulator } = organisation;
  const report = await client.call<CredentialTestAnswer>('POST', `/v1/credentials/${credentialId}/test`);
  expect(report).toMatchObject({
    signedIn: true,
    reason: null,
    outdated: false,
    tenant: { id: emulator.answer.tenantId, name: 'Contoso' },
  });
  expect(stateOf(report, 'mail')).toBe('works');
  expect(await client.call('GET', `/v1/credentials/${credentialId}`)).toMatchObject({ lastTest: report });
});
