import { Client, Connection, type WorkflowExecutionInfo } from '@temporalio/client';
import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mailboxWorkflowId, searchAttributes, sourceUpdates, sourceWorkflowId, workflowTypes } from '../../contract/workflow/names.ts';
import { startOrganisation, type Organisation } from '../support/organisation.ts';
import { waitFor } from '../support/wait-for.ts';

/** What the Temporal Web UI shows, by the calls that it makes itself. */
let organisation: Organisation;
let connection: Connection;
let temporal: Client;
let sourceId: string;
let crawlId: string;
let otherSourceId: string;

beforeAll(async () => {
  organisation = await startOrganisation({ tenant: { mailboxes: 3, messagesPerMailbox: 30, seed: 'seen' } });
  connection = await Connection.connect({ address: organisation.temporal.answer });
  temporal = new Client({ connection });
  otherSourceId = await organisation.makeSource();
  await organisation.crawl(otherSourceId);
  sourceId = await organisation.makeSource({ mode: 'continuous' });
  crawlId = await organisation.crawl(sourceId);
  await organisation.untilCycle(crawlId, 1);
  await organisation.untilState(sourceId, 'waiting');
  await organisation.untilState(otherSourceId, 'completed');
});
afterAll(async () => {
  await connection?.close();
  await organisation?.stop();
});

const found = (query: string): Promise<WorkflowExecutionInfo[]> => Array.fromAsync(temporal.workflow.list({ query }));
const bySource = (id: string) => found(`${searchAttributes.source} = "${id}"`);

/** The source's current details, as the Web UI asks for them. */
async function detailsOf(id: string): Promise<string> {
  const metadata = await temporal.workflow
    .getHandle(sourceWorkflowId(id))
    .query<{ currentDetails: string }>('__temporal_workflow_metadata');
  return metadata.currentDetails;
}

const numberAfter = (details: string, words: string) => Number(new RegExp(`\\| ${words} \\| (\\d+)`).exec(details)?.[1]);

describe('searching by the source', () => {
  test('finds its workflow and those of its mailboxes, by ids that can be read, and no other’s', async () => {
    const mailboxes = await organisation.mailboxes(sourceId);
    const mailboxIds = mailboxes.filter(({ state }) => state === 'done').map(({ mailboxId }) => mailboxId);
    expect(mailboxIds.length).toBeGreaterThanOrEqual(3);
    const workflows = await waitFor('the mailboxes to be listed', async () => {
      const listed = await bySource(sourceId);
      return listed.length > mailboxes.length ? listed : null;
    });
    const ids = new Set(workflows.map(({ workflowId }) => workflowId));
    for (const mailboxId of mailboxIds) expect(ids).toContain(mailboxWorkflowId(sourceId, mailboxId));
    expect(ids).toContain(sourceWorkflowId(sourceId));
    for (const id of ids) expect(id.startsWith(`source/${sourceId}`)).toBe(true);
    const types = workflows.map(({ type }) => type);
    expect(new Set(types)).toEqual(new Set([workflowTypes.crawlSource, workflowTypes.crawlMailbox]));
  });

  test('and by mailbox, dataset, priority, state and cycle finds what they say', async () => {
    const { mailboxId } = (await organisation.mailboxes(sourceId))[0]!;
    const ofMailbox = `${searchAttributes.source} = "${sourceId}" AND ${searchAttributes.mailbox} = "${mailboxId}"`;
    expect((await found(ofMailbox)).map(({ workflowId }) => workflowId)).toEqual([mailboxWorkflowId(sourceId, mailboxId)]);
    const source = `${searchAttributes.state} = "waiting" AND ${searchAttributes.dataset} = "${organisation.datasetId}"`;
    const settings = `${searchAttributes.priority} = "normal" AND ${searchAttributes.cycle} = 1`;
    expect((await found(`${source} AND ${settings}`)).map(({ workflowId }) => workflowId)).toEqual([sourceWorkflowId(sourceId)]);
    const ended = await waitFor('the ended source to be listed', async () => (await found(`${searchAttributes.state} = "completed"`))[0]);
    expect(ended.workflowId).toBe(sourceWorkflowId(otherSourceId));
  });
});

describe('current details of a source', () => {
  test('say state, cycle and counts as the collections have them', async () => {
    const details = await detailsOf(sourceId);
    expect(details).toMatch(/^\*\*waiting\*\* · cycle 1 · continuous · priority normal\n/);
    expect(details).toContain('exchange, scope everything, country DE');
    expect(details).toContain('`runNow`');
    const mailboxes = await organisation.mailboxes(sourceId);
    expect(numberAfter(details, 'mailboxes closed in this cycle')).toBe(mailboxes.length);
    expect(numberAfter(details, 'mailboxes in flight')).toBe(0);
    expect(numberAfter(details, 'documents written')).toBeGreaterThanOrEqual(await organisation.documents(sourceId));
    expect(numberAfter(details, 'requests to Graph')).toBeGreaterThan(10);
  });

  test('follow a pause', async () => {
    await organisation.command(sourceId, 'pause');
    await organisation.untilState(sourceId, 'paused');
    expect(await detailsOf(sourceId)).toMatch(/^\*\*paused\*\*.*`resume`/s);
    const state = defineSearchAttributeKey(searchAttributes.state, SearchAttributeType.KEYWORD);
    await waitFor('the search attribute', async () => {
      const { typedSearchAttributes } = await temporal.workflow.getHandle(sourceWorkflowId(sourceId)).describe();
      return typedSearchAttributes.get(state) === 'paused';
    });
    await organisation.command(sourceId, 'resume');
    await organisation.untilState(sourceId, 'waiting');
  });

  test('of a mailbox say how far it is', async () => {
    const { mailboxId } = (await organisation.mailboxes(sourceId)).find(({ state }) => state === 'done')!;
    const handle = temporal.workflow.getHandle(mailboxWorkflowId(sourceId, mailboxId));
    const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(currentDetails).toMatch(/^\*\*done\*\* · \d+ documents · \d+ pages · 0 skips · \d+ requests$/);
    expect(await (await handle.describe()).staticSummary()).toBe(`Mailbox ${mailboxId}, cycle 1`);
  });

  test('of a blocked one say why, and what to do; mended, it goes on', async () => {
    const { tenant, emulator, client, credentialId } = organisation;
    await tenant.control('PATCH', `/apps/${emulator.answer.clientId}`, { secrets: ['another-secret'] });
    await tenant.control('POST', '/clock', { advanceMs: 2 * 3_600_000 });
    await organisation.command(sourceId, 'run-now');
    await organisation.untilState(sourceId, 'blocked');
    const details = await waitFor('the reason', async () => {
      const shown = await detailsOf(sourceId);
      return shown.includes('AADSTS') ? shown : null;
    });
    expect(details).toMatch(/^\*\*blocked\*\*/);
    expect(details).toContain('Reason: `AADSTS7000215`');
    expect(details).toContain('Save a working secret');
    await waitFor('the search attribute', async () => (await found(`${searchAttributes.state} = "blocked"`)).length === 1);
    await client.call('PUT', `/v1/credentials/${credentialId}/secret`, { secret: 'another-secret' });
    await organisation.untilCycle(crawlId, 2);
    await organisation.untilState(sourceId, 'waiting');
    expect(await detailsOf(sourceId)).toMatch(/^\*\*waiting\*\* · cycle 2/);
  });
});

test('whoever looks at a source finds each command it takes, with what it does', async () => {
  interface Definition {
    name: string;
    description: string;
  }
  const handle = temporal.workflow.getHandle(sourceWorkflowId(sourceId));
  const { definition } = await handle.query<{ definition: { updateDefinitions: Definition[] } }>('__temporal_workflow_metadata');
  const commands = Object.values(sourceUpdates);
  expect(definition.updateDefinitions.map(({ name }) => name).toSorted()).toEqual(commands.toSorted());
  for (const { name, description } of definition.updateDefinitions) expect(description, name).toMatch(/\w+ \w+/);
});
