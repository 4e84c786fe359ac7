import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { expectWrittenOnce, someMoment } from '../support/kill-in-mid-crawl.ts';
import { makeCertificate } from '../support/make-certificate.ts';
import { operationTime } from '../support/organisation-truth.ts';
import { startOrganisation, wholeTruth, type Organisation, type SourceView } from '../support/organisation.ts';
import { waitFor } from '../support/wait-for.ts';

const latencyMs = 60;
/** A crawl that is still running when a worker looks at its credential again. */
const slowMs = 500;
const hourMs = 3_600_000;
let organisation: Organisation;
beforeAll(async () => {
  organisation = await startOrganisation({ tenant: { mailboxes: 5, messagesPerMailbox: 90, seed: 'durable' } });
});
afterAll(() => organisation?.stop());
beforeEach(async () => {
  const { tenant, emulator } = organisation;
  const { secret, clientId } = emulator.answer;
  await tenant.latency(latencyMs);
  await tenant.control('PATCH', `/apps/${clientId}`, { secrets: [secret] });
  await saveSecret(secret);
});

/** Changes the app registration, and lets time pass until no token of before is valid any more. */
async function changeApp(changes: object): Promise<void> {
  const { tenant, emulator } = organisation;
  await tenant.control('PATCH', `/apps/${emulator.answer.clientId}`, changes);
  await tenant.control('POST', '/clock', { advanceMs: 2 * hourMs });
}

/** Starts a crawl of a new source and waits for some moment in its middle. */
async function crawlToTheMiddle(
  what: string,
): Promise<{ sourceId: string; crawlId: string; since: Awaited<ReturnType<typeof operationTime>> }> {
  const since = await operationTime(organisation.db);
  const sourceId = await organisation.makeSource();
  const crawlId = await organisation.crawl(sourceId);
  await organisation.untilStored(sourceId, someMoment(what, { least: 100, most: 300 }));
  return { sourceId, crawlId, since };
}

/** Waits until the source says that it is blocked, and by what. */
async function untilBlockedBy(sourceId: string, code: string): Promise<SourceView> {
  const blocked = async () => {
    const source = await organisation.source(sourceId);
    if (source.state === 'blocked' && source.stateReason?.code === code) return source;
    throw new Error(`it is ${source.state} ${source.stateReason?.code ?? ''}`);
  };
  return waitFor(`source to be blocked by ${code}`, blocked, { timeoutMs: 60_000 });
}

const saveSecret = (secret: string) => organisation.client.call('PUT', `/v1/credentials/${organisation.credentialId}/secret`, { secret });

test.each([
  { change: 'was replaced', code: 'AADSTS7000215', kept: () => [] },
  { change: 'has expired', code: 'AADSTS7000222', kept: (value: string) => [{ value, expires: '2026-01-01T00:00:00Z' }] },
])('a secret that $change blocks the source with $code; a new one lets it go on by itself', async ({ change, code, kept }) => {
  const { sourceId, crawlId, since } = await crawlToTheMiddle(`the secret ${change}`);
  await changeApp({ secrets: [...kept(organisation.emulator.answer.secret), { value: 'another-secret' }] });
  const blocked = await untilBlockedBy(sourceId, code);
  expect(blocked.stateReason?.remedy).toMatch(/secret/);
  expect((await organisation.compare(sourceId)).missing).toBeGreaterThan(0);
  // Entra is busy just then: the next probe would be minutes away.
  const busy = await organisation.tenant.fault({
    match: { path: '^POST /[^/]+/oauth2/' },
    answer: { status: 503, emptyBody: true },
    count: 2,
  });
  await saveSecret('another-secret');
  expect((await organisation.untilState(sourceId, 'completed')).crawlId).toBe(crawlId);
  expect(await organisation.tenant.played(busy)).toBe(2);
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
  await expectWrittenOnce(organisation, { sourceId, since });
});

test('a certificate that takes the place of the secret is used in the middle of the crawl, which is never blocked', async () => {
  const { tenant, emulator, client, credentialId, worker } = organisation;
  const certificate = await makeCertificate();
  // An assertion is made by the worker's clock, which the tests before have left behind.
  await tenant.control('POST', '/clock', { offsetMs: 0 });
  await tenant.control('PATCH', `/apps/${emulator.answer.clientId}`, { certificates: [certificate.pem] });
  await tenant.latency(slowMs);
  const { sourceId, crawlId, since } = await crawlToTheMiddle('the login was exchanged');
  const told = () => worker.lines.filter((line) => line.includes('Another login of a credential is used from now on')).length;
  const [before, statsBefore] = [told(), await tenant.stats()];
  await client.call('PATCH', `/v1/credentials/${credentialId}`, { certificate: { pem: `${certificate.pem}${certificate.keyPem}` } });
  await waitFor('the worker to take the certificate up', async () => told() > before, { timeoutMs: 30_000, everyMs: 50 });
  expect((await organisation.source(sourceId)).state).toBe('running');
  await tenant.control('PATCH', `/apps/${emulator.answer.clientId}`, { secrets: [] });
  const refusal = await tenant.fault({
    match: { path: 'messages' },
    answer: { status: 401, code: 'InvalidAuthenticationToken' },
    count: 1,
  });
  await tenant.latency(latencyMs);
  expect((await organisation.untilState(sourceId, 'completed')).crawlId).toBe(crawlId);
  // A token was refused, another one was asked for, and nobody has asked by what is gone.
  expect(await tenant.played(refusal)).toBe(1);
  const refused = ({ byKindAndStatus }: typeof statsBefore) => byKindAndStatus['entra.token']?.['401'] ?? 0;
  expect(refused(await tenant.stats())).toBe(refused(statsBefore));
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
  await expectWrittenOnce(organisation, { sourceId, since });
});

test('consent that is withdrawn blocks the source; given back, the crawl goes on from where it was', async () => {
  const { tenant } = organisation;
  const { apps } = await tenant.control<{ apps: { roles: string[] }[] }>('GET', '/apps');
  const { sourceId, crawlId, since } = await crawlToTheMiddle('consent withdrawn');
  await changeApp({ roles: [] });
  const blocked = await untilBlockedBy(sourceId, 'Authorization_RequestDenied');
  expect(blocked.stateReason?.remedy).toMatch(/consent/);
  await changeApp({ roles: apps[0]!.roles });
  await organisation.command(sourceId, 'run-now');
  expect((await organisation.untilState(sourceId, 'completed')).crawlId).toBe(crawlId);
  expect(await organisation.compare(sourceId)).toEqual(wholeTruth);
  await expectWrittenOnce(organisation, { sourceId, since });
});
