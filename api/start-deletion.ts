import type { Connection, WorkflowClient } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { deletionWorkflowId, taskQueues, workflowTypes } from '../contract/workflow/names.ts';
import type { CrawlControl } from './temporal.ts';
import { toProblem } from './temporal-faults.ts';

/** Starts the workflow of a source's deletion; one that runs already is as good. The connection may be lazy. */
export function createStartDeletion(given: {
  workflow: WorkflowClient;
  connection: Connection;
  timeoutMs: number;
}): CrawlControl['startDeletion'] {
  const { workflow, connection, timeoutMs } = given;
  return async (sourceId) => {
    const options = {
      workflowId: deletionWorkflowId(sourceId),
      taskQueue: taskQueues.workflows,
      args: [{ v: 1, sourceId }],
      staticSummary: 'Deletion of a source',
    };
    try {
      await connection.withDeadline(Date.now() + timeoutMs, () => workflow.start(workflowTypes.deleteSource, options));
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return;
      throw toProblem(error);
    }
  };
}
