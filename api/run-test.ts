import type { Connection, WorkflowClient } from '@temporalio/client';
import { readTestRef } from '../contract/workflow/test-ref.ts';
import { priorityKeys, taskQueues, testWorkflowId, workflowTypes } from '../contract/workflow/names.ts';
import type { CrawlControl, TestWorkflow } from './temporal.ts';
import { outOfTime, toProblem, workerSilent } from './temporal-faults.ts';

/** A test that nobody waits for any more ends by itself. */
const longestTestMs = 60_000;

const summaries: Record<TestWorkflow, string> = { testCredential: 'Test of a credential', testConnection: 'Test of a connection' };

/** Starts the workflow of a test and waits for its end. The connection may be lazy. */
export function createRunTest(given: {
  workflow: WorkflowClient;
  connection: Connection;
  startTimeoutMs: number;
  testTimeoutMs: number;
}): CrawlControl['runTest'] {
  const { workflow, connection, startTimeoutMs, testTimeoutMs } = given;
  return async ({ testId, what, waitMs = testTimeoutMs }) => {
    const options = {
      workflowId: testWorkflowId(testId),
      taskQueue: taskQueues.workflows,
      args: [{ v: 1, testId }],
      workflowExecutionTimeout: longestTestMs,
      priority: { priorityKey: priorityKeys.high },
      staticSummary: summaries[what],
    };
    try {
      const start = () => workflow.start(workflowTypes[what], options);
      const handle = await connection.withDeadline(Date.now() + startTimeoutMs, start);
      readTestRef(await connection.withDeadline(Date.now() + Math.min(waitMs, testTimeoutMs), () => handle.result()));
    } catch (error) {
      throw outOfTime(error) ? workerSilent(what) : toProblem(error);
    }
  };
}
