import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureTypes } from '../../contract/workflow/failures.ts';
import { taskQueues, testWorkflowId, workflowTypes } from '../../contract/workflow/names.ts';
import { loadBundle } from '../../worker/bundle.ts';
import { startTestTemporal } from '../support/temporal.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';

let env: TestWorkflowEnvironment;
let workers: Worker[];
let runs: Promise<void>[];
/** What the activity does, by the id of the test; the attempts that it was given. */
const acts = new Map<string, (attempt: number) => unknown>();
const attempts = new Map<string, number>();

async function testCredential({ testId }: { testId: string }): Promise<unknown> {
  const attempt = (attempts.get(testId) ?? 0) + 1;
  attempts.set(testId, attempt);
  return acts.get(testId)!(attempt);
}

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  env = await startTestTemporal();
  const workflowBundleOption = await loadBundle(await workflowBundle());
  const common = { connection: env.nativeConnection, namespace: env.namespace ?? 'default' };
  workers = await Promise.all([
    Worker.create({ ...common, taskQueue: taskQueues.workflows, workflowBundle: workflowBundleOption }),
    Worker.create({ ...common, taskQueue: taskQueues.control, activities: { testCredential } }),
  ]);
  runs = workers.map((worker) => worker.run());
});
afterAll(async () => {
  for (const worker of workers) worker.shutdown();
  await Promise.all(runs);
  await env.teardown();
});

const run = (testId: string, input: unknown = { v: 1, testId }) =>
  env.client.workflow.execute(workflowTypes.testCredential, {
    workflowId: testWorkflowId(testId),
    taskQueue: taskQueues.workflows,
    args: [input],
  });

async function failureOf(running: Promise<unknown>): Promise<ApplicationFailure | null> {
  const error = await running.catch((reason: unknown) => reason);
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) if (cause instanceof ApplicationFailure) return cause;
  throw error instanceof WorkflowFailedError ? error : new Error('The workflow did not fail');
}

test('a test gives its id and nothing else, in a short history', async () => {
  const testId = randomUUID();
  acts.set(testId, () => ({ v: 1, testId, secret: 'more than was promised' }));
  expect(await run(testId)).toEqual({ v: 1, testId });
  const { events } = await env.client.workflow.getHandle(testWorkflowId(testId)).fetchHistory();
  expect(events?.length).toBeLessThanOrEqual(12);
});

test('a fault is met once more and no oftener: somebody waits', async () => {
  const [once, always] = [randomUUID(), randomUUID()];
  acts.set(once, (attempt) => {
    if (attempt === 1) throw ApplicationFailure.create({ type: failureTypes.transient, message: 'passing' });
    return { v: 1, testId: once };
  });
  acts.set(always, () => {
    throw ApplicationFailure.create({ type: failureTypes.transient, message: 'lasting' });
  });
  expect(await run(once)).toEqual({ v: 1, testId: once });
  expect(await failureOf(run(always))).toMatchObject({ type: failureTypes.transient });
  expect([attempts.get(once), attempts.get(always)]).toEqual([2, 2]);
});

test('a record that is gone ends the test at once', async () => {
  const testId = randomUUID();
  acts.set(testId, () => {
    throw ApplicationFailure.nonRetryable('not stored', failureTypes.notFound);
  });
  expect(await failureOf(run(testId))).toMatchObject({ type: failureTypes.notFound });
  expect(attempts.get(testId)).toBe(1);
});

test.each([[{ v: 2, testId: 't' }], [{ v: 1 }], ['t']])('an input %j that is not one is refused with the reason', async (input) => {
  expect(await failureOf(run(randomUUID(), input))).toMatchObject({ type: failureTypes.invalidInput, nonRetryable: true });
});
