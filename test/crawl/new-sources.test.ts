import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConnectionTestAnswer } from '../../api/schemas/connection-test.ts';
import { temporalHoldings, wordsIn } from '../support/canary.ts';
import { startOrganisation, wholeTruth, type Organisation } from '../support/organisation.ts';
import { smallTenant, type SmallTenant } from '../support/small-tenant.ts';
import { waitFor } from '../support/wait-for.ts';

let organisation: Organisation;
let small: SmallTenant;
beforeAll(async () => {
  organisation = await startOrganisation({ tenant: { mailboxes: 4, messagesPerMailbox: 30, seed: 'new-sources' } });
  small = smallTenant(organisation);
});
afterAll(() => organisation?.stop());

interface Made {
  id: string;
  state: string;
  lastTest: ConnectionTestAnswer;
}

function make(changes: object): Promise<Made> {
  const { datasetId, credentialId, client } = organisation;
  const body = { datasetId, credentialId, scope: { kind: 'everything' }, country: 'DE', ...changes };
  return client.call<Made>('POST', '/v1/sources', body);
}

async function untilBlockedBy(sourceId: string, code: string): Promise<void> {
  const look = async () => {
    const { state, stateReason } = await organisation.source(sourceId);
    if (state === 'blocked' && stateReason?.code === code) return true;
    throw new Error(`it is ${state} ${stateReason?.code ?? ''}`);
  };
  await waitFor(`the source to be blocked by ${code}`, look, { timeoutMs: 120_000 });
}

test('a source is tested before it is made, and keeps the report; a draft may be tested and previewed before', async () => {
  const { client } = organisation;
  const scope = { kind: 'everything' };
  const draft = { credentialId: organisation.credentialId, scope };
  expect(await client.call('POST', '/v1/sources/test', draft)).toMatchObject({ outcome: 'passes' });
  const made = await make({ scope });
  expect(made).toMatchObject({ state: 'ready', lastTest: { outcome: 'passes', outdated: false } });
  expect(made.lastTest.samples.length).toBeGreaterThanOrEqual(4);
  const preview = await client.call<{
    id: string;
    estimate: { items: number; basis: object[] };
    mailboxes: { items: object[]; next: string };
  }>('POST', `/v1/sources/${made.id}/preview`);
  expect(preview.estimate.items).toBeGreaterThan(50);
  const { count } = made.lastTest.mailboxes!;
  expect(preview.mailboxes.items).toHaveLength(Math.min(count, 50));
});

test('a source whose group is not there is refused; made all the same, it is blocked until the group is there', async () => {
  const group = 'coming@contoso.example';
  const scope = { kind: 'group', group };
  await expect(make({ scope })).rejects.toThrow(/Graph knows no group with the address/);
  const made = await make({ scope, ignoreWarning: true });
  expect(made.lastTest).toMatchObject({ outcome: 'fails', findings: [{ code: 'TrawlGroupNotFound' }] });
  await organisation.crawl(made.id);
  await untilBlockedBy(made.id, 'TrawlGroupNotFound');
  await small.group('coming', [await small.person('newcomer')]);
  await organisation.command(made.id, 'run-now');
  await organisation.untilState(made.id, 'completed');
  expect(await organisation.documents(made.id)).toBeGreaterThanOrEqual(2);
});

test('a source that is made while Microsoft is away is blocked, says so, and goes on when it is back', async () => {
  await organisation.emulator.stop();
  await expect(make({})).rejects.toThrow(/could not be reached|TrawlUnreachable/);
  const made = await make({ ignoreWarning: true });
  expect(made.lastTest).toMatchObject({ outcome: 'unreachable', findings: [{ code: 'TrawlUnreachable' }] });
  await organisation.crawl(made.id);
  await untilBlockedBy(made.id, 'TrawlUnreachable');
  await organisation.emulator.start();
  await organisation.command(made.id, 'run-now');
  await organisation.untilState(made.id, 'completed');
  expect(await organisation.compare(made.id)).toEqual(wholeTruth);
});

test('histories of tests hold no address and no name', async () => {
  const connection = await Connection.connect({ address: organisation.temporal.answer });
  const ofTests = async () => {
    const holdings = await temporalHoldings(new Client({ connection }));
    const tests = [...holdings].filter(([name]) => /^test\/[0-9A-Z]{26} /.test(name));
    return tests.length >= 6 ? tests : null;
  };
  const hidden = ['coming@', 'newcomer', 'contoso.example', organisation.emulator.answer.secret];
  for (const [name, bytes] of await waitFor('tests to be listed', ofTests)) expect([name, wordsIn(bytes, hidden)]).toEqual([name, []]);
  await connection.close();
  expect(organisation.allLines().join('\n')).not.toContain('coming@contoso.example');
});
