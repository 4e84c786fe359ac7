import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Connection, type WorkflowClient, type WorkflowStartOptions } from '@temporalio/client';
import {
  defineSearchAttributeKey,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type SearchAttributePair,
} from '@temporalio/common';
import { priorityKeys, searchAttributes, sourceWorkflowId, taskQueues, workflowTypes } from '../contract/workflow/names.ts';
import type { CrawlSourceInput } from '../contract/workflow/inputs.ts';
import type { SourceState } from '../contract/workflow/states.ts';
import { createReadCommands } from './read-commands.ts';
import { createReadGroups } from './read-groups.ts';
import { createRunTest } from './run-test.ts';
import { createRunToEnd } from './run-to-end.ts';
import { createStartDeletion } from './start-deletion.ts';
import { grpc, grpcCode, outOfTime, reachedAnEndingRun, toProblem, workerSilent } from './temporal-faults.ts';
import { crawlSummary, type CrawlControl, type CrawlWorkflow } from './temporal.ts';

export interface CrawlControlOptions {
  connection: Connection;
  namespace: string;
  uiBaseUrl: string | null;
  /** How long one call may take. */
  callTimeoutMs?: number;
  /** How long a command is repeated and waited for. */
  commandTimeoutMs?: number;
  /** How long the end of a test is waited for. */
  testTimeoutMs?: number;
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

type Command = Parameters<CrawlControl['command']>[0];
interface Answered {
  state?: SourceState;
}

function updateSource(workflow: WorkflowClient, { sourceId, name, requestId: updateId, arg }: Command): Promise<Answered> {
  const handle = workflow.getHandle(sourceWorkflowId(sourceId));
  if (arg === undefined) return handle.executeUpdate<Answered, []>(name, { updateId });
  return handle.executeUpdate<Answered, [string]>(name, { updateId, args: [arg] });
}

type StartGiven = Parameters<CrawlControl['start']>[0];

function startOptions({ input, service, country }: StartGiven): WorkflowStartOptions {
  return {
    workflowId: sourceWorkflowId(input.sourceId),
    taskQueue: taskQueues.workflows,
    args: [input],
    workflowIdConflictPolicy: 'FAIL',
    typedSearchAttributes: attributesOf(input),
    memo: { crawlId: input.crawlId },
    priority: { priorityKey: priorityKeys[input.priority] },
    staticSummary: crawlSummary({ service, country, mode: input.mode, priority: input.priority }),
    staticDetails: `Source \`${input.sourceId}\`, dataset \`${input.datasetId}\`, crawl \`${input.crawlId}\`.`,
  };
}

async function ping({ connection, namespace }: Pick<CrawlControlOptions, 'connection' | 'namespace'>, timeoutMs: number): Promise<void> {
  try {
    await connection.withDeadline(Date.now() + timeoutMs, () => connection.workflowService.describeNamespace({ namespace }));
  } catch (error) {
    if (grpcCode(error) === grpc.notFound)
      throw new Error(`Temporal has no namespace "${namespace}": create it or set TEMPORAL_NAMESPACE`, { cause: error });
    throw new Error('Temporal does not answer: check TEMPORAL_ADDRESS and that Temporal runs', { cause: error });
  }
}

/** Speaks to Temporal through its client. The connection may be lazy: each call fails alone while Temporal is away. */
export function createCrawlControl(options: CrawlControlOptions): CrawlControl {
  const { connection, namespace } = options;
  const callTimeoutMs = options.callTimeoutMs ?? 5000;
  const commandTimeoutMs = options.commandTimeoutMs ?? 10_000;
  const { workflow } = new Client({ connection, namespace });
  const within = <T>(timeoutMs: number, call: () => Promise<T>) => connection.withDeadline(Date.now() + timeoutMs, call);

  async function look(sourceId: string, { waitMs } = { waitMs: callTimeoutMs }): Promise<CrawlWorkflow | null> {
    try {
      const found = await within(waitMs, () => workflow.getHandle(sourceWorkflowId(sourceId)).describe());
      const crawlId = found.memo?.['crawlId'];
      const { name } = found.status;
      return { running: name === 'RUNNING' || name === 'PAUSED', status: name, crawlId: typeof crawlId === 'string' ? crawlId : null };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw toProblem(error);
    }
  }

  async function start(given: StartGiven): Promise<'started' | 'existing'> {
    try {
      await within(callTimeoutMs, () => workflow.start(workflowTypes.crawlSource, startOptions(given)));
      return 'started';
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return 'existing';
      throw toProblem(error);
    }
  }

  async function command({ sourceId, name, requestId, arg }: Command): Promise<{ state: SourceState | null } | null> {
    const until = Date.now() + commandTimeoutMs;
    let reached = false;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await connection.withDeadline(until, () => updateSource(workflow, { sourceId, name, requestId, arg }));
        return { state: answer?.state ?? null };
      } catch (error) {
        const ended = error instanceof WorkflowNotFoundError;
        // Having reached a run that then ended for good is as much as can be had.
        if (ended && (await look(sourceId))?.running !== true) return reached ? { state: null } : null;
        if (outOfTime(error) || Date.now() >= until) throw workerSilent(name);
        if (!ended && !reachedAnEndingRun(error)) throw toProblem(error);
        reached ||= !ended;
        await sleep(Math.min(50 * attempt, 500));
      }
    }
  }

  const startDeletion = createStartDeletion({ workflow, connection, timeoutMs: callTimeoutMs });
  const runToEnd = createRunToEnd({ workflow, connection, startTimeoutMs: callTimeoutMs });
  const runTest = createRunTest(runToEnd, options.testTimeoutMs ?? 30_000);
  const readGroups = createReadGroups(runToEnd);
  const readCommands = createReadCommands({ workflow, connection, namespace, callTimeoutMs });
  return {
    ...{ look, start, command, runTest, readGroups, readCommands, startDeletion },
    ping: (timeoutMs) => ping(options, timeoutMs),
    uiUrl: (sourceId) => uiUrlOf(options, sourceId),
  };
}

function uiUrlOf({ uiBaseUrl, namespace }: CrawlControlOptions, sourceId: string): string | null {
  if (uiBaseUrl === null) return null;
  return `${uiBaseUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(sourceWorkflowId(sourceId))}`;
}
