import type { Connection, WorkflowClient, WorkflowStartOptions } from '@temporalio/client';
import { priorityKeys, taskQueues, type workflowTypes } from '../contract/workflow/names.ts';
import { outOfTime, toProblem, workerSilent } from './temporal-faults.ts';

type Options = Pick<
  WorkflowStartOptions,
  'workflowId' | 'workflowIdConflictPolicy' | 'args' | 'workflowExecutionTimeout' | 'staticSummary'
>;

/**
 * Starts a short workflow that somebody waits for, ahead of all others, and gives its result.
 * Throws ProblemError `worker-silent` when that takes longer than `waitMs`, `temporal-unavailable` when Temporal does not answer.
 */
export type RunToEnd = (type: keyof typeof workflowTypes, given: Options & { waitMs: number }) => Promise<unknown>;

/** The connection may be lazy. */
export function createRunToEnd(given: { workflow: WorkflowClient; connection: Connection; startTimeoutMs: number }): RunToEnd {
  const { workflow, connection, startTimeoutMs } = given;
  return async (type, { waitMs, ...options }) => {
    const whole = { ...options, taskQueue: taskQueues.workflows, priority: { priorityKey: priorityKeys.high } };
    try {
      const handle = await connection.withDeadline(Date.now() + startTimeoutMs, () => workflow.start(type, whole));
      return await connection.withDeadline(Date.now() + waitMs, () => handle.result());
    } catch (error) {
      throw outOfTime(error) ? workerSilent(type) : toProblem(error);
    }
  };
}
