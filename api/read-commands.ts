import type { Connection, WorkflowClient } from '@temporalio/client';
import { sourceWorkflowId, workflowTypes } from '../contract/workflow/names.ts';
import { commandIn, type TemporalCommand } from './temporal-commands.ts';
import { toProblem } from './temporal-faults.ts';

/** How far the history of each run was read: the number of its last event, or that nothing more will come. */
export type RunsRead = Map<string, number | 'whole'>;

export type ReadCommands = (given: { closedSince: Date; read: RunsRead }) => AsyncGenerator<TemporalCommand>;

const prefix = sourceWorkflowId('');
const eventsPerPage = 200;

interface Run {
  workflowId: string;
  runId: string;
  closed: boolean;
}

/**
 * Reads what was done from outside to sources' workflows, in runs that are open or were closed since, and notes how far it
 * has read: a run is read from its newest event back to the last one that was read. Throws ProblemError
 * `temporal-unavailable`; what is not noted is read again.
 */
export function createReadCommands(given: {
  workflow: WorkflowClient;
  connection: Connection;
  namespace: string;
  callTimeoutMs: number;
}): ReadCommands {
  const { workflow, connection, namespace, callTimeoutMs } = given;
  const within = <T>(call: () => Promise<T>) => connection.withDeadline(Date.now() + callTimeoutMs, call);

  async function newEvents({ workflowId, runId }: Run, after: number) {
    const events = [];
    let nextPageToken: Uint8Array | null | undefined;
    do {
      const request = { namespace, execution: { workflowId, runId }, maximumPageSize: eventsPerPage, nextPageToken };
      const page = await within(() => connection.workflowService.getWorkflowExecutionHistoryReverse(request));
      const found = page.history?.events ?? [];
      const isNew = found.filter(({ eventId }) => Number(eventId) > after);
      events.push(...isNew);
      if (isNew.length < found.length) break;
      ({ nextPageToken } = page);
    } while (nextPageToken && nextPageToken.length > 0);
    return events.toReversed();
  }

  return async function* readCommands({ closedSince, read }) {
    const query = `WorkflowType = '${workflowTypes.crawlSource}' AND (CloseTime IS NULL OR CloseTime > '${closedSince.toISOString()}')`;
    const listed = new Set<string>();
    try {
      for await (const { workflowId, runId, closeTime } of workflow.list({ query })) {
        listed.add(runId);
        const before = read.get(runId) ?? 0;
        if (before === 'whole' || !workflowId.startsWith(prefix)) continue;
        const closed = closeTime !== undefined;
        const events = await newEvents({ workflowId, runId, closed }, before);
        const sourceId = workflowId.slice(prefix.length);
        for (const event of events) {
          const command = commandIn(event, sourceId);
          if (command !== null) yield command;
        }
        read.set(runId, closed ? 'whole' : Number(events.at(-1)?.eventId ?? before));
      }
    } catch (error) {
      throw toProblem(error);
    }
    for (const runId of read.keys()) if (!listed.has(runId)) read.delete(runId);
  };
}
