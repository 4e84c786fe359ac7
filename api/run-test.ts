import type { Connection, WorkflowClient } from '@temporalio/client';
import { readTestCredentialRef } from '../contract/workflow/credential-test-input.ts';
import { priorityKeys, taskQueues, testWorkflowId, workflowTypes } from '../contract/workflow/names.ts';
import type { CrawlControl } from './temporal.ts';
import { outOfTime, toProblem, workerSilent } from './temporal-faults.ts';

/** A test that nobody waits for any more ends by itself. */
const longestTestMs = 60_000;

/** Starts the workflow of a test and waits for its end. The connection may be lazy. */
export function createRunTest(given: {
  workflow: WorkflowClient;
  connection: Connection;
  startTimeoutMs: number;
  testTimeoutMs: number;
}): CrawlControl['runTest'] {
  const { workflow, connection, startTimeoutMs, testTimeoutMs } = given;
  return async (testId) => {
    const options = {
      workflowId: testWorkflowId(testId),
      taskQueue: taskQueues.workflows,
      args: [{ v: 1, testId }],
      workflowExecutionTimeout: longestTestMs,
      priority: { priorityKey: priorityKeys.high },
      staticSummary: 'Test of a credential',
    };
    try {
      const start = () => workflow.start(workflowTypes.testCredential, options);
      const handle = await connection.withDeadline(Date.now() + startTimeoutMs, start);
      readTestCredentialRef(await connection.withDeadline(Date.now() + testTimeoutMs, () => handle.result()));
    } catch (error) {
      throw outOfTime(error) ? workerSilent('testCredential') : toProblem(error);
    }
  };
}
