import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCommandRecorder } from '../../api/record-commands.ts';
import { sourceWorkflowId, taskQueues } from '../../contract/workflow/names.ts';
import { startTestTemporal } from '../support/temporal.ts';
import { waitFor } from '../support/wait-for.ts';
import { makeBasics, sourceBody, startApiHost, type ApiHost } from './api-host.ts';

/** Whoever uses the Web UI or the CLI, as Temporal is told. */
const identity = 'temporal-web-ui:ada';
let env: TestWorkflowEnvironment;
let host: ApiHost;
let connection: Connection;
let client: Client;
let worker: Worker;
let running: Promise<void>;
let record: () => Promise<void>;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  env = await startTestTemporal();
  host = await startApiHost({ temporal: { address: env.address, namespace: 'default' }, commandTimeoutMs: 8000 });
  connection = await Connection.connect({ address: env.address });
  client = new Client({ connection, identity });
  const workflowsPath = fileURLToPath(new URL('stand-in-crawl.ts', import.meta.url));
  worker = await Worker.create({ connection: env.nativeConnection, taskQueue: taskQueues.workflows, workflowsPath });
  running = worker.run();
  record = createCommandRecorder(deps());
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await connection.close();
  await host.close();
  await env.teardown();
});

const deps = () => ({ store: host.store, temporal: host.temporal, log: host.app.log });
const handleOf = (sourceId: string) => client.workflow.getHandle(sourceWorkflowId(sourceId));

async function startSource(changes: object = {}): Promise<string> {
  const basics = await makeBasics(host);
  const { id } = (await host.call('POST', '/v1/sources', { body: sourceBody(basics, { ...changes }) })).body;
  expect((await host.call('POST', `/v1/sources/${id}/start`)).status).toBe(202);
  return id as string;
}

interface Entry {
  caller: { kind: string; name: string };
  method: string;
  route: string;
  subjectIds: string[];
  status: number;
}

/** What the audit log says was done past the API, oldest first. */
async function told(sourceId: string): Promise<string[]> {
  const { items } = (await host.call('GET', `/v1/audit?callerId=temporal&subjectId=${sourceId}`)).body as { items: Entry[] };
  return items.toReversed().map(({ caller, method, route }) => `${caller.kind} ${caller.name}: ${method} ${route}`);
}

/** Temporal lists workflows a little after they began and ended. */
const untilTold = (sourceId: string, entries: number) =>
  waitFor(`${entries} commands in the audit log`, async () => {
    await record();
    const seen = await told(sourceId);
    return seen.length >= entries ? seen : null;
  });

test('who commands a crawl in Temporal is in the audit log, once, and what the API sends is not told twice', async () => {
  const sourceId = await startSource();
  expect((await host.call('POST', `/v1/sources/${sourceId}/pause`)).status).toBe(200);
  await handleOf(sourceId).executeUpdate('resume');
  await handleOf(sourceId).signal('mailboxClosed', {});
  await handleOf(sourceId).signal('s3cret~value', 'a password');
  await handleOf(sourceId).executeUpdate('pause', { updateId: 'some-id-of-theirs' });
  const said = (what: string) => `temporal ${identity}: ${what}`;
  const all = [said('UPDATE resume'), said('SIGNAL mailboxClosed'), said('SIGNAL unknown'), said('UPDATE pause')];
  expect(await untilTold(sourceId, 4)).toEqual(all);
  await record();
  // Another API, or this one after a restart, reads all of it again.
  await createCommandRecorder(deps())();
  expect(await told(sourceId)).toEqual(all);
  const stored = JSON.stringify(await host.store.db.collection('audit').find().toArray()) + host.logLines.join('\n');
  for (const word of ['s3cret', 'a password']) expect(stored).not.toContain(word);
  await handleOf(sourceId).terminate('over');
});

test('a crawl that was ended in Temporal between two looks says who ended it', async () => {
  const [terminated, cancelled, stopped] = [await startSource(), await startSource(), await startSource()];
  await handleOf(terminated).terminate('because of a@contoso.example');
  await handleOf(cancelled).cancel();
  await handleOf(stopped).executeUpdate('stop');
  await handleOf(stopped).result();
  expect(await untilTold(terminated, 1)).toEqual([`temporal ${identity}: TERMINATE terminate`]);
  expect(await untilTold(cancelled, 1)).toEqual([`temporal ${identity}: CANCEL cancel`]);
  expect(await untilTold(stopped, 1)).toEqual([`temporal ${identity}: UPDATE stop`]);
  expect(JSON.stringify(await host.store.db.collection('audit').find().toArray())).not.toContain('a@contoso.example');
});

test('commands to runs that went on as new ones are all told', async () => {
  const sourceId = await startSource({ mode: 'continuous', intervalMs: 60_000 });
  const runIds = new Set<string>();
  while (runIds.size < 3) {
    await handleOf(sourceId)
      .executeUpdate('reloadSource')
      .then(
        async () => runIds.add((await handleOf(sourceId).describe()).runId),
        // The run that it reached was ending.
        () => null,
      );
  }
  await handleOf(sourceId).terminate();
  const seen = await untilTold(sourceId, 4);
  expect(seen.filter((line) => line.endsWith('UPDATE reloadSource')).length).toBeGreaterThanOrEqual(3);
  expect(seen.at(-1)).toBe(`temporal ${identity}: TERMINATE terminate`);
});

test('entries of Temporal are found by their kind', async () => {
  const page = await host.call('GET', '/v1/audit?method=TERMINATE&route=terminate');
  expect(page.status).toBe(200);
  expect(page.body.items.length).toBeGreaterThan(0);
  expect(page.body.items.every(({ caller }: Entry) => caller.kind === 'temporal')).toBe(true);
});
