import type { Connection, WorkflowClient } from '@temporalio/client';
import { callerGroupsWorkflowId, priorityKeys, taskQueues, workflowTypes } from '../contract/workflow/names.ts';
import type { CrawlControl } from './temporal.ts';
import { outOfTime, toProblem, workerSilent } from './temporal-faults.ts';

/** A look that nobody waits for any more ends by itself. */
const longestLookMs = 45_000;
const waitMs = 20_000;

/** Starts the workflow that asks for somebody's groups, or joins the one that runs, and waits for its end. */
export function createReadGroups(given: {
  workflow: WorkflowClient;
  connection: Connection;
  startTimeoutMs: number;
}): CrawlControl['readGroups'] {
  const { workflow, connection, startTimeoutMs } = given;
  return async ({ userId, credentialId }) => {
    const options = {
      workflowId: callerGroupsWorkflowId(userId),
      workflowIdConflictPolicy: 'USE_EXISTING' as const,
      taskQueue: taskQueues.workflows,
      args: [{ v: 1, userId, credentialId }],
      workflowExecutionTimeout: longestLookMs,
      priority: { priorityKey: priorityKeys.high },
      staticSummary: 'Groups of a caller whose token has no room for them',
    };
    try {
      const start = () => workflow.start(workflowTypes.readCallerGroups, options);
      const handle = await connection.withDeadline(Date.now() + startTimeoutMs, start);
      await connection.withDeadline(Date.now() + waitMs, () => handle.result());
    } catch (error) {
      throw outOfTime(error) ? workerSilent(workflowTypes.readCallerGroups) : toProblem(error);
    }
  };
}
