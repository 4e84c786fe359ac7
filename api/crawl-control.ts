import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, isGrpcServiceError, ServiceError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { defineSearchAttributeKey, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type SearchAttributePair } from '@temporalio/common';
import { priorityKeys, searchAttributes, sourceWorkflowId, taskQueues, workflowTypes } from '../contract/workflow/names.ts';
import type { CrawlSourceInput } from '../contract/workflow/inputs.ts';
import type { SourceState } from '../contract/workflow/states.ts';
import { ProblemError } from './problem.ts';
import { crawlSummary, type CrawlControl, type CrawlWorkflow } from './temporal.ts';

/** gRPC status codes that are told apart here (https://grpc.io/docs/guides/status-codes/). */
const grpc = { invalidArgument: 3, deadlineExceeded: 4, notFound: 5, failedPrecondition: 9, aborted: 10, unavailable: 14 } as const;

export interface CrawlControlOptions {
  connection: Connection;
  namespace: string;
  uiBaseUrl: string | null;
  /** How long one call may take. */
  callTimeoutMs?: number;
  /** How long a command is repeated and waited for. */
  commandTimeoutMs?: number;
}

function grpcCode(error: unknown): number | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return cause.code;
  }
  return null;
}

function grpcDetails(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return cause.details;
  }
  return error instanceof Error ? error.message : String(error);
}

function unavailable(error: unknown): ProblemError {
  const problem = new ProblemError(
    'temporal-unavailable',
    'Temporal does not answer. The request can be repeated; when this lasts, check TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE and that Temporal runs.',
  );
  problem.cause = error;
  return problem;
}

/** Turns what the client throws into a problem; refusals keep Temporal's words, since they name the setting that is wrong. */
function toProblem(error: unknown): unknown {
  const code = grpcCode(error);
  if (code === grpc.invalidArgument || code === grpc.failedPrecondition) {
    return new ProblemError(
      'temporal-unavailable',
      `Temporal refuses: ${grpcDetails(error)}. A worker registers missing search attributes when it starts: start one, then repeat the request.`,
    );
  }
  if (code !== null || error instanceof ServiceError) return unavailable(error);
  return error;
}

function attributesOf(input: CrawlSourceInput): SearchAttributePair[] {
  const keyword = (name: string, value: string) => ({ key: defineSearchAttributeKey(name, 'KEYWORD'), value });
  return [
    keyword(searchAttributes.source, input.sourceId),
    keyword(searchAttributes.dataset, input.datasetId),
    keyword(searchAttributes.state, 'running'),
    keyword(searchAttributes.priority, input.priority),
    { key: defineSearchAttributeKey(searchAttributes.cycle, 'INT'), value: input.cycle },
  ];
}

/**
 * Whether a command should be sent again: the run that it reached was ending. Around continue-as-new the server answers
 * FAILED_PRECONDITION, ABORTED or "workflow is closing", and an accepted update can end with "completed before".
 */
function reachedAnEndingRun(error: unknown): boolean {
  if (error instanceof WorkflowUpdateFailedError) return /completed before/i.test(`${error.message} ${error.cause?.message ?? ''}`);
  const code = grpcCode(error);
  return code === grpc.failedPrecondition || code === grpc.aborted || /closing|completed before/i.test(grpcDetails(error));
}

function outOfTime(error: unknown): boolean {
  return error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || grpcCode(error) === grpc.deadlineExceeded;
}

/** Speaks to Temporal through its client. The connection may be lazy: each call fails alone while Temporal is away. */
export function createCrawlControl(options: CrawlControlOptions): CrawlControl {
  const { connection, namespace } = options;
  const callTimeoutMs = options.callTimeoutMs ?? 5000;
  const commandTimeoutMs = options.commandTimeoutMs ?? 10_000;
  const { workflow } = new Client({ connection, namespace });
  const within = <T>(timeoutMs: number, call: () => Promise<T>) => connection.withDeadline(Date.now() + timeoutMs, call);

  async function look(sourceId: string): Promise<CrawlWorkflow | null> {
    try {
      const found = await within(callTimeoutMs, () => workflow.getHandle(sourceWorkflowId(sourceId)).describe());
      const crawlId = found.memo?.['crawlId'];
      const { name } = found.status;
      return { running: name === 'RUNNING' || name === 'PAUSED', status: name, crawlId: typeof crawlId === 'string' ? crawlId : null };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw toProblem(error);
    }
  }

  async function start({ input, service, country }: Parameters<CrawlControl['start']>[0]): Promise<'started' | 'existing'> {
    try {
      await within(callTimeoutMs, () =>
        workflow.start(workflowTypes.crawlSource, {
          workflowId: sourceWorkflowId(input.sourceId),
          taskQueue: taskQueues.workflows,
          args: [input],
          workflowIdConflictPolicy: 'FAIL',
          typedSearchAttributes: attributesOf(input),
          memo: { crawlId: input.crawlId },
          priority: { priorityKey: priorityKeys[input.priority] },
          staticSummary: crawlSummary({ service, country, mode: input.mode, priority: input.priority }),
          staticDetails: `Source \`${input.sourceId}\`, dataset \`${input.datasetId}\`, crawl \`${input.crawlId}\`.`,
        }),
      );
      return 'started';
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return 'existing';
      throw toProblem(error);
    }
  }

  async function command({ sourceId, name, updateId }: Parameters<CrawlControl['command']>[0]): Promise<{ state: SourceState | null } | null> {
    const until = Date.now() + commandTimeoutMs;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const handle = workflow.getHandle(sourceWorkflowId(sourceId));
        const answer = await connection.withDeadline(until, () => handle.executeUpdate<{ state?: SourceState }, []>(name, { updateId }));
        return { state: answer?.state ?? null };
      } catch (error) {
        const ended = error instanceof WorkflowNotFoundError;
        if (ended && (await look(sourceId))?.running !== true) return null;
        if (outOfTime(error) || Date.now() >= until) throw workerSilent(name);
        if (!ended && !reachedAnEndingRun(error)) throw toProblem(error);
        await sleep(Math.min(50 * attempt, 500));
      }
    }
  }

  async function ping(timeoutMs: number): Promise<void> {
    try {
      await within(timeoutMs, () => connection.workflowService.describeNamespace({ namespace }));
    } catch (error) {
      if (grpcCode(error) === grpc.notFound) throw new Error(`Temporal has no namespace "${namespace}": create it or set TEMPORAL_NAMESPACE`, { cause: error });
      throw new Error('Temporal does not answer: check TEMPORAL_ADDRESS and that Temporal runs', { cause: error });
    }
  }

  return { look, start, command, ping, uiUrl: (sourceId) => uiUrlOf(options, sourceId) };
}

function workerSilent(name: string): ProblemError {
  return new ProblemError(
    'worker-silent',
    `No worker took the command ${name} in time; it may still be carried out. Check that a worker runs and reaches Temporal (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE).`,
  );
}

function uiUrlOf({ uiBaseUrl, namespace }: CrawlControlOptions, sourceId: string): string | null {
  if (uiBaseUrl === null) return null;
  return `${uiBaseUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(sourceWorkflowId(sourceId))}`;
}
