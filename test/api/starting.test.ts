import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ProblemError } from '../../api/problem.ts';
import { reconcileCrawls } from '../../api/reconcile.ts';
import { startCrawl } from '../../api/start-crawl.ts';
import { noCounts } from '../../contract/workflow/counts.ts';
import { firstSourceInput } from '../../contract/workflow/inputs.ts';
import { searchAttributes, sourceWorkflowId, taskQueues } from '../../contract/workflow/names.ts';
import { startTestTemporal } from '../support/temporal.ts';
import { waitFor } from '../support/wait-for.ts';
import { credentialBody, makeBasics, sourceBody, startApiHost, type ApiHost } from './api-host.ts';

let env: TestWorkflowEnvironment;
let host: ApiHost;
let basics: { credentialId: string; datasetId: string };

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  env = await startTestTemporal();
  host = await startApiHost({ temporal: { address: env.address, namespace: 'default' }, commandTimeoutMs: 8000 });
  basics = await makeBasics(host);
});
afterAll(async () => {
  await host.close();
  await env.teardown();
});

const deps = () => ({ store: host.store, temporal: host.temporal, log: host.app.log });
const handleOf = (sourceId: string) => env.client.workflow.getHandle(sourceWorkflowId(sourceId));

async function makeSource(changes: Record<string, unknown> = {}): Promise<string> {
  return (await host.call('POST', '/v1/sources', { body: sourceBody(basics, changes) })).body.id as string;
}

async function startSource(changes: Record<string, unknown> = {}): Promise<{ sourceId: string; crawlId: string }> {
  const sourceId = await makeSource(changes);
  const started = await host.call('POST', `/v1/sources/${sourceId}/start`);
  expect(started.status).toBe(202);
  return { sourceId, crawlId: started.body.crawlId as string };
}

async function withWorker<T>(act: () => Promise<T>): Promise<T> {
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: taskQueues.workflows,
    workflowsPath: fileURLToPath(new URL('stand-in-crawl.ts', import.meta.url)),
  });
  return worker.runUntil(act());
}

describe('retrying', () => {
  const retry = (sourceId: string, path: string) =>
    host.call('POST', `/v1/sources/${sourceId}/${path}`, path.startsWith('skips') ? { body: {} } : {});
  const resolveMailbox = (sourceId: string, mailboxId: string) =>
    host.store.mailboxes.resolve({ sourceId, cycleKey: 'c/1', users: [{ mailboxId, address: null, aliases: [], displayName: null }] });

  test('tells the running crawl', async () => {
    await withWorker(async () => {
      const { sourceId, crawlId } = await startSource();
      await resolveMailbox(sourceId, 'm1');
      const told = { sourceId, crawlId, state: 'running', started: false };
      expect(await retry(sourceId, 'mailboxes/retry')).toMatchObject({ status: 202, body: told });
      expect(await retry(sourceId, 'mailboxes/m1/retry')).toMatchObject({ status: 202, body: told });
      expect(await handleOf(sourceId).query('retried')).toEqual(['blocked', 'm1']);
      expect((await retry(sourceId, 'skips/retry')).body).toMatchObject({ skips: 0, crawlId: null });
      expect(await retry(sourceId, 'mailboxes/m2/retry')).toMatchObject({ status: 404 });
      await host.call('POST', `/v1/sources/${sourceId}/stop`);
      await handleOf(sourceId).result();
    });
  });

  test('starts a crawl where none runs', async () => {
    await withWorker(async () => {
      const sourceId = await makeSource();
      await resolveMailbox(sourceId, 'm1');
      const answer = await retry(sourceId, 'mailboxes/m1/retry');
      expect(answer.body).toMatchObject({ sourceId, state: 'running', started: true });
      expect((await host.store.sources.get(sourceId))?.crawlId).toBe(answer.body.crawlId);
      await host.call('POST', `/v1/sources/${sourceId}/stop`);
      await handleOf(sourceId).result();
    });
  });
});

describe('starting', () => {
  test('a start writes the crawl first and starts the workflow with its attributes, priority and summary', async () => {
    const { sourceId, crawlId } = await startSource({ priority: 'high', description: 'for jane@contoso.example' });
    const crawl = await host.call('GET', `/v1/crawls/${crawlId}`);
    expect(crawl.body).toMatchObject({ id: crawlId, sourceId, state: 'running', cycle: 0, endedAt: null });
    expect(crawl.body.temporalUrl).toBe(`http://ui.test/namespaces/default/workflows/source%2F${sourceId}`);
    expect((await host.call('GET', `/v1/sources/${sourceId}`)).body).toMatchObject({ state: 'running', crawlId });
    expect((await host.call('GET', `/v1/sources/${sourceId}/crawls`)).body.items.map((item: { id: string }) => item.id)).toEqual([crawlId]);

    const found = await handleOf(sourceId).describe();
    expect(found.status.name).toBe('RUNNING');
    expect(found.taskQueue).toBe(taskQueues.workflows);
    expect(found.priority?.priorityKey).toBe(1);
    expect(found.memo).toEqual({ crawlId });
    expect(await found.staticSummary()).toBe('Crawl of exchange, DE, once, priority high');
    const attributes = Object.fromEntries([...found.typedSearchAttributes.getAll()].map(({ key, value }) => [key.name, value]));
    expect(attributes).toMatchObject({
      [searchAttributes.source]: sourceId,
      [searchAttributes.dataset]: basics.datasetId,
      [searchAttributes.priority]: 'high',
      [searchAttributes.state]: 'running',
      [searchAttributes.cycle]: 1,
    });
    expect(JSON.stringify(await handleOf(sourceId).fetchHistory())).not.toContain(Buffer.from('contoso').toString('base64').slice(0, 8));
  });

  test('a second start answers 409 with the running crawl and its place in the Web UI', async () => {
    const { sourceId, crawlId } = await startSource();
    const again = await host.call('POST', `/v1/sources/${sourceId}/start`);
    expect(again.body).toMatchObject({ status: 409, type: 'urn:trawl:problem:crawl-running', crawlId });
    expect(again.body.temporalUrl).toContain(sourceId);
  });

  test('of many starts at once exactly one wins, and one crawl record exists', async () => {
    const sourceId = await makeSource();
    const answers = await Promise.all(Array.from({ length: 8 }, () => host.call('POST', `/v1/sources/${sourceId}/start`)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(7);
    const crawls = await host.call('GET', `/v1/sources/${sourceId}/crawls`);
    expect(crawls.body.items).toHaveLength(1);
  });

  test('startImmediately starts with the creation', async () => {
    const made = await host.call('POST', '/v1/sources', { body: sourceBody(basics, { startImmediately: true }) });
    expect(made.body).toMatchObject({ state: 'running', warnings: [] });
    expect((await handleOf(made.body.id as string).describe()).status.name).toBe('RUNNING');
  });

  test('a crawl whose workflow was ended in Temporal does not hold up a new start', async () => {
    const { sourceId, crawlId } = await startSource();
    await handleOf(sourceId).terminate();
    const again = await host.call('POST', `/v1/sources/${sourceId}/start`);
    expect(again.status).toBe(202);
    expect(again.body.crawlId).not.toBe(crawlId);
    expect((await host.call('GET', `/v1/crawls/${crawlId}`)).body).toMatchObject({ state: 'stopped', stateReason: { code: 'Terminated' } });
    expect((await host.call('GET', `/v1/sources/${sourceId}`)).body).toMatchObject({ state: 'running', crawlId: again.body.crawlId });
  });

  test('what does not exist cannot be started', async () => {
    expect((await host.call('POST', '/v1/sources/none/start')).status).toBe(404);
  });
});

describe('commands', () => {
  test('each command is carried out by the workflow and answers with the state', async () => {
    const { sourceId } = await startSource();
    const states = await withWorker(async () => {
      const answers: unknown[] = [];
      for (const command of ['pause', 'resume', 'run-now', 'stop']) {
        const answer = await host.call('POST', `/v1/sources/${sourceId}/${command}`, { key: host.keys.operator });
        answers.push(answer.body.state);
      }
      return answers;
    });
    expect(states).toEqual(['paused', 'running', 'running', 'stopping']);
  });

  test('commands succeed while the workflow continues as new all the time', async () => {
    const { sourceId } = await startSource({ mode: 'continuous' });
    await withWorker(async () => {
      const results: number[] = [];
      for (let round = 0; round < 4; round += 1) {
        const answers = await Promise.all(Array.from({ length: 6 }, () => host.call('POST', `/v1/sources/${sourceId}/run-now`)));
        results.push(...answers.map(({ status }) => status));
      }
      expect(results).toEqual(Array.from({ length: 24 }, () => 200));
      await host.call('POST', `/v1/sources/${sourceId}/stop`);
    });
  });

  test('a command to a source that is not crawled answers 409 in words', async () => {
    const sourceId = await makeSource();
    for (const command of ['stop', 'pause', 'resume', 'run-now']) {
      const answer = await host.call('POST', `/v1/sources/${sourceId}/${command}`);
      expect(answer.body).toMatchObject({ status: 409, type: 'urn:trawl:problem:crawl-not-running' });
      expect(answer.body.detail).toContain(`nothing to ${command}`);
    }
    expect((await host.call('POST', '/v1/sources/none/stop')).status).toBe(404);
  });

  test('stop closes the record of a crawl whose workflow is gone', async () => {
    const { sourceId, crawlId } = await startSource();
    await handleOf(sourceId).terminate();
    expect((await host.call('POST', `/v1/sources/${sourceId}/stop`)).body).toEqual({ sourceId, state: 'stopped' });
    expect((await host.call('GET', `/v1/crawls/${crawlId}`)).body).toMatchObject({ state: 'stopped', endedAt: expect.any(String) });
  });

  test('a command that no worker takes answers 503 with the remedy', async () => {
    const silent = await startApiHost({ temporal: { address: env.address, namespace: 'default' }, commandTimeoutMs: 500 });
    const own = await makeBasics(silent);
    const made = await silent.call('POST', '/v1/sources', { body: sourceBody(own, { startImmediately: true }) });
    const answer = await silent.call('POST', `/v1/sources/${made.body.id}/pause`);
    expect(answer.body).toMatchObject({ status: 503, type: 'urn:trawl:problem:worker-silent' });
    await silent.close();
  });

  test('a new secret and changed settings reach the running crawls', async () => {
    const credential = await host.call('POST', '/v1/credentials', { body: credentialBody() });
    const { sourceId } = await startSource({ credentialId: credential.body.id });
    await withWorker(async () => {
      const before = await handleOf(sourceId).query<number>('reloads');
      const saved = await host.call('PUT', `/v1/credentials/${credential.body.id}/secret`, { body: { secret: 'renewed' } });
      expect(saved.body.warnings).toEqual([]);
      expect(await handleOf(sourceId).query<number>('reloads')).toBe(before + 1);
      await host.call('PATCH', `/v1/sources/${sourceId}`, { body: { priority: 'low' } });
      expect(await handleOf(sourceId).query<number>('reloads')).toBe(before + 2);
    });
  });
});

describe('reconciling', () => {
  test('a record without a workflow gets one again, with the same crawl, going on after its last state', async () => {
    const sourceId = await makeSource();
    const crawlId = ulid();
    await host.store.sources.beginCrawl({ sourceId, before: null, crawlId, at: new Date() });
    expect((await reconcileCrawls(deps())).restarted).toBe(1);
    expect((await handleOf(sourceId).describe()).memo).toEqual({ crawlId });
    expect((await host.call('GET', `/v1/crawls/${crawlId}`)).body).toMatchObject({ state: 'running' });
    expect((await reconcileCrawls(deps())).restarted).toBe(0);
  });

  test('a paused crawl that lost its workflow comes back paused, in its cycle, and its states keep counting', async () => {
    const sourceId = await makeSource();
    const crawlId = ulid();
    await host.store.sources.beginCrawl({ sourceId, before: null, crawlId, at: new Date() });
    await reconcileCrawls(deps());
    await handleOf(sourceId).terminate();
    // As if Temporal had lost its data: a workflow of another crawl is the latest that it knows.
    const second = ulid();
    await host.store.sources.beginCrawl({ sourceId, before: crawlId, crawlId: second, at: new Date() });
    await host.store.crawls.create({
      _id: second,
      sourceId,
      datasetId: basics.datasetId,
      mode: 'once',
      state: 'paused',
      stateSequence: 7,
      stateReason: null,
      cycle: 3,
      cycles: [],
      totals: { ...noCounts },
      startedAt: new Date(),
      endedAt: null,
    });
    await host.store.sources.writeState({ sourceId, crawlId: second, state: 'paused', sequence: 7, reason: null });
    expect((await reconcileCrawls(deps())).restarted).toBe(1);
    const [start] = (await handleOf(sourceId).fetchHistory()).events ?? [];
    const payload = start?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
    expect(JSON.parse(Buffer.from(payload?.data ?? []).toString())).toMatchObject({
      crawlId: second,
      cycle: 3,
      stateSequence: 7,
      pausing: true,
    });
  });

  test('a workflow that a person terminated is not started again: its record is closed', async () => {
    const { sourceId, crawlId } = await startSource();
    await handleOf(sourceId).terminate();
    expect((await reconcileCrawls(deps())).closed).toBe(1);
    expect((await host.call('GET', `/v1/crawls/${crawlId}`)).body).toMatchObject({ state: 'stopped', stateReason: { code: 'Terminated' } });
    expect((await host.call('GET', `/v1/sources/${sourceId}`)).body).toMatchObject({ state: 'stopped' });
  });

  test('closing a record keeps the counts of its cycles', async () => {
    const { sourceId, crawlId } = await startSource();
    const first = { pages: 1, documents: 10, removed: 0, skips: 0, requests: 5 };
    const second = { pages: 2, documents: 3, removed: 1, skips: 0, requests: 4 };
    for (const [number, counts] of [
      [1, first],
      [2, second],
    ] as const) {
      await host.store.crawls.openCycle({ crawlId, number, at: new Date() });
      await host.store.crawls.writeState({ sourceId, crawlId, state: 'running', sequence: number, reason: null, cycle: number, counts });
    }
    const before = (await host.call('GET', `/v1/crawls/${crawlId}`)).body;
    await handleOf(sourceId).terminate();
    await reconcileCrawls(deps());
    const after = (await host.call('GET', `/v1/crawls/${crawlId}`)).body;
    expect(after).toMatchObject({ state: 'stopped', counts: { documents: 13, requests: 9 } });
    expect(after.cycles).toEqual(before.cycles);
  });

  test('a workflow of the source that is not known to the records keeps its place', async () => {
    const sourceId = await makeSource();
    const stray = firstSourceInput({ sourceId, datasetId: basics.datasetId, crawlId: 'stray', mode: 'once', priority: 'normal' });
    await host.temporal.start({ input: stray, service: 'exchange', country: 'DE' });
    const answer = await host.call('POST', `/v1/sources/${sourceId}/start`);
    expect(answer.body).toMatchObject({ status: 409, crawlId: 'stray' });
    expect((await host.call('GET', `/v1/sources/${sourceId}/crawls`)).body.items).toEqual([]);
  });
});

describe('a start that Temporal does not carry out', () => {
  const startWith = async (kind: 'temporal-unavailable' | 'temporal-refused') => {
    const sourceId = await makeSource();
    const source = await host.store.sources.get(sourceId);
    const start = () => Promise.reject(new ProblemError(kind, 'planted'));
    const problem = await startCrawl({ ...deps(), temporal: { ...host.temporal, start } }, source!).catch((error: unknown) => error);
    return { sourceId, problem: problem as ProblemError };
  };

  test('because it went away in that moment leaves a crawl that the reconciler starts', async () => {
    const { sourceId, problem } = await startWith('temporal-unavailable');
    expect(problem.message).toContain('starts by itself');
    expect((await reconcileCrawls(deps())).restarted).toBe(1);
    expect((await handleOf(sourceId).describe()).memo).toEqual({ crawlId: problem.extras.crawlId });
  });

  test('because it refuses leaves a failed crawl that says so, and the next start is free', async () => {
    const { sourceId } = await startWith('temporal-refused');
    expect((await host.call('GET', `/v1/sources/${sourceId}`)).body).toMatchObject({
      state: 'failed',
      stateReason: { code: 'StartRefused' },
    });
    expect((await host.call('POST', `/v1/sources/${sourceId}/start`)).status).toBe(202);
  });

  test('for want of search attributes is told in the words of Temporal', async () => {
    const bare = await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'existing-path', path: process.env['TRAWL_TEMPORAL_BIN']! } },
    });
    const other = await startApiHost({ temporal: { address: bare.address, namespace: 'default' } });
    const made = await other.call('POST', '/v1/sources', { body: sourceBody(await makeBasics(other)) });
    const answer = await other.call('POST', `/v1/sources/${made.body.id}/start`);
    expect(answer.body).toMatchObject({ status: 503, type: 'urn:trawl:problem:temporal-refused' });
    expect(answer.body.detail).toMatch(/Trawl\w+.*start one/);
    await other.close();
    await bare.teardown();
  });
});

describe('while Temporal is away', () => {
  test('a start answers 503, changes nothing, and health says who is down', async () => {
    const away = await startApiHost({ temporal: { address: '127.0.0.1:1', namespace: 'default' }, callTimeoutMs: 500 });
    const own = await makeBasics(away);
    const made = await away.call('POST', '/v1/sources', { body: sourceBody(own) });
    const answer = await away.call('POST', `/v1/sources/${made.body.id}/start`);
    expect(answer.body).toMatchObject({ status: 503, type: 'urn:trawl:problem:temporal-unavailable' });
    expect(answer.body.detail).toContain('TEMPORAL_ADDRESS');
    expect((await away.call('GET', `/v1/sources/${made.body.id}`)).body).toMatchObject({ state: 'ready', crawlId: null });
    const ready = await away.call('GET', '/health/ready', { key: null });
    expect(ready.status).toBe(503);
    expect(ready.body).toMatchObject({ ready: false, mongodb: { ok: true }, temporal: { ok: false } });
    const immediate = await away.call('POST', '/v1/sources', { body: sourceBody(own, { startImmediately: true }) });
    expect(immediate.status).toBe(201);
    expect(immediate.body.warnings[0]).toMatch(/did not start/);
    await away.close();
  });

  test('a namespace that does not exist is named', async () => {
    const lost = await startApiHost({ temporal: { address: env.address, namespace: 'nowhere' } });
    const ready = await waitFor('an answer of Temporal', () => lost.call('GET', '/health/ready', { key: null }));
    expect(ready.body.temporal.detail).toContain('no namespace "nowhere"');
    await lost.close();
  });
});
