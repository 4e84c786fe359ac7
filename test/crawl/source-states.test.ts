import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType, WorkflowNotFoundError } from '@temporalio/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { searchAttributes, sourceWorkflowId } from '../../contract/workflow/names.ts';
import { isActive, type SourceState } from '../../contract/workflow/states.ts';
import { startOrganisation, type Organisation } from '../support/organisation.ts';
import { waitFor } from '../support/wait-for.ts';

const stateAttribute = defineSearchAttributeKey(searchAttributes.state, SearchAttributeType.KEYWORD);

let organisation: Organisation;
let connection: Connection;
let temporal: Client;
let sourceId: string;

beforeAll(async () => {
  organisation = await startOrganisation({
    tenant: { mailboxes: 3, messagesPerMailbox: 60, seed: 'states' },
    settings: { TRAWL_MESSAGE_PAGE_SIZE: '10' },
  });
  connection = await Connection.connect({ address: organisation.temporal.answer });
  temporal = new Client({ connection });
  sourceId = await organisation.makeSource({ mode: 'continuous' });
});
afterAll(async () => {
  await connection?.close();
  await organisation?.stop();
});

const stateOf = async (id: string) => (await organisation.source(id)).state;
const handleOf = (id: string) => temporal.workflow.getHandle(sourceWorkflowId(id));

/** What Temporal says: whether the workflow runs, and its own word; null when there is none. */
async function toldByTemporal(id: string): Promise<{ status: string; state: string | undefined } | null> {
  try {
    const { status, typedSearchAttributes } = await handleOf(id).describe();
    return { status: status.name, state: typedSearchAttributes.get(stateAttribute) };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

const statusOf = (state: SourceState) => (isActive(state) ? 'RUNNING' : state === 'failed' ? 'FAILED' : 'COMPLETED');

/** Waits until the API says so; every word until then must be one that is true meanwhile. Then Temporal says the same. */
async function becomes(state: SourceState, { meanwhile = [], id = sourceId }: { meanwhile?: SourceState[]; id?: string } = {}) {
  const seen = new Set<string>();
  await waitFor(
    `${state}`,
    async () => {
      const now = await stateOf(id);
      seen.add(now);
      return now === state;
    },
    { timeoutMs: 60_000, everyMs: 5 },
  );
  expect([...seen].filter((word) => word !== state && !meanwhile.includes(word as SourceState))).toEqual([]);
  await waitFor(`Temporal to say ${state}`, async () => {
    const told = await toldByTemporal(id);
    if (told?.status === statusOf(state) && told.state === state) return true;
    throw new Error(JSON.stringify(told));
  });
}

test('before its first start a source is ready, and Temporal knows nothing of it', async () => {
  expect(await stateOf(sourceId)).toBe('ready');
  expect(await toldByTemporal(sourceId)).toBeNull();
});

test('it runs, and waits between two cycles', async () => {
  await organisation.tenant.latency(200);
  await organisation.crawl(sourceId);
  await becomes('running');
  await organisation.tenant.latency(0);
  await becomes('waiting', { meanwhile: ['running'] });
});

test('a pause and its end are told from the moment on in which they were answered', async () => {
  await organisation.tenant.latency(300);
  await organisation.command(sourceId, 'run-now');
  await becomes('running', { meanwhile: ['waiting'] });
  await waitFor('mailboxes in flight', async () => (await organisation.mailboxes(sourceId)).some((one) => one.state === 'running'));
  expect(['pausing', 'paused']).toContain(await organisation.command(sourceId, 'pause'));
  await becomes('paused', { meanwhile: ['pausing'] });
  await organisation.command(sourceId, 'resume');
  await becomes('running');
  await organisation.tenant.latency(0);
  await becomes('waiting', { meanwhile: ['running'] });
});

test('a refused credential blocks it, and its repair lets it go on', async () => {
  const { tenant, emulator, client, credentialId } = organisation;
  await tenant.control('PATCH', `/apps/${emulator.answer.clientId}`, { secrets: ['another-secret'] });
  await tenant.control('POST', '/clock', { advanceMs: 2 * 3_600_000 });
  await organisation.command(sourceId, 'run-now');
  await becomes('blocked', { meanwhile: ['waiting', 'running'] });
  await client.call('PUT', `/v1/credentials/${credentialId}/secret`, { secret: 'another-secret' });
  await becomes('waiting', { meanwhile: ['blocked', 'running'] });
});

test('a stop is told from the moment on in which it was answered, until the next start', async () => {
  await organisation.tenant.latency(300);
  await organisation.command(sourceId, 'run-now');
  await becomes('running', { meanwhile: ['waiting'] });
  expect(await organisation.command(sourceId, 'stop')).toBe('stopping');
  await becomes('stopped', { meanwhile: ['stopping'] });
  await organisation.tenant.latency(0);
  await organisation.crawl(sourceId);
  await becomes('waiting', { meanwhile: ['running'] });
});

test('a crawl that is terminated in Temporal is over for everybody who asks for it from then on', async () => {
  const { crawlId } = await organisation.source(sourceId);
  await handleOf(sourceId).terminate('by a test');
  expect(await organisation.source(sourceId)).toMatchObject({ state: 'stopped', stateReason: { code: 'Terminated' } });
  const crawl = await organisation.client.call<object>('GET', `/v1/crawls/${crawlId}`);
  expect(crawl).toMatchObject({ state: 'stopped', stateReason: { code: 'Terminated' }, endedAt: expect.any(String) });
  await expect(organisation.command(sourceId, 'pause')).rejects.toThrow('its state is stopped');
});

test('who asks for the crawl alone is told so too', async () => {
  const crawlId = await organisation.crawl(sourceId);
  await becomes('waiting', { meanwhile: ['running'] });
  await handleOf(sourceId).terminate('by a test');
  expect(await organisation.client.call<object>('GET', `/v1/crawls/${crawlId}`)).toMatchObject({ state: 'stopped' });
});

test('a crawl of mode once is completed', async () => {
  await organisation.client.call('PATCH', `/v1/sources/${sourceId}`, { mode: 'once' });
  await organisation.crawl(sourceId);
  await becomes('completed', { meanwhile: ['running'] });
});

test('a fault that nothing mends fails it', async () => {
  const { origin, tenantId, clientId } = organisation.emulator.answer;
  const given = { name: 'Lost', cloud: 'custom', endpoints: { authority: origin, graph: origin }, tenantId, clientId };
  const { id: credentialId } = await organisation.client.call<{ id: string }>('POST', '/v1/credentials', {
    ...given,
    secret: 'another-secret',
  });
  const id = await organisation.makeSource({ credentialId });
  await organisation.db.collection<{ _id: string }>('credentials').deleteOne({ _id: credentialId });
  await organisation.crawl(id);
  await becomes('failed', { meanwhile: ['running'], id });
});

test('it is being deleted until it is gone', async () => {
  const { state } = await organisation.client.call<{ state: SourceState }>('DELETE', `/v1/sources/${sourceId}?documents=remove`);
  expect(state).toBe('deleting');
  await waitFor('the source to be gone', async () => {
    const now = await organisation.source(sourceId).catch((error: unknown) => error as { status: number });
    if ('status' in now) return now.status === 404;
    expect(now.state).toBe('deleting');
    return false;
  });
});
