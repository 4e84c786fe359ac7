import { createHash } from 'node:crypto';
import type { WorkflowService } from '@temporalio/client';
import { encodeTime } from 'ulid';
import { sourceSignals, sourceUpdates } from '../contract/workflow/names.ts';

type History = NonNullable<Awaited<ReturnType<WorkflowService['getWorkflowExecutionHistoryReverse']>>['history']>;
type HistoryEvent = NonNullable<History['events']>[number];

/** What is done to a workflow from outside, as audit entries name it where requests have their method. */
export const temporalMethods = ['UPDATE', 'SIGNAL', 'CANCEL', 'TERMINATE', 'PAUSE', 'UNPAUSE', 'RESET'] as const;
export type TemporalMethod = (typeof temporalMethods)[number];

/** One thing that somebody did to a source's workflow, by the API or past it. */
export interface TemporalCommand {
  /** Made of the event, so that whoever reads it again makes the same; sorts by time, as ids of requests do. */
  id: string;
  at: Date;
  sourceId: string;
  method: TemporalMethod;
  /** Of the update or signal. */
  name: string;
  /** Who it was, as the client told Temporal. */
  identity: string;
  /** Of an update; the API gives its own the id of the request. */
  updateId: string | null;
}

type Found = Pick<TemporalCommand, 'method' | 'name' | 'identity' | 'updateId'>;

const knownNames: ReadonlySet<string> = new Set([...Object.values(sourceUpdates), ...Object.values(sourceSignals)]);

/** Whoever sends a signal names it: what Trawl does not know may be anything, a secret in the wrong field as well. */
const nameOf = (name: string | null | undefined): string => (knownNames.has(name ?? '') ? name! : 'unknown');

function whole(method: TemporalMethod, of: { identity?: string | null }): Found {
  return { method, name: method.toLowerCase(), identity: of.identity ?? '', updateId: null };
}

/** What an event says of somebody outside; null for what workflows, workers and the server do to each other. */
function foundIn(event: HistoryEvent): Found | null {
  const update = event.workflowExecutionUpdateAcceptedEventAttributes;
  if (update) {
    const { meta, input } = update.acceptedRequest ?? {};
    return { method: 'UPDATE', name: nameOf(input?.name), identity: meta?.identity ?? '', updateId: meta?.updateId ?? null };
  }
  const signal = event.workflowExecutionSignaledEventAttributes;
  // A mailbox's workflow reports by signal: the server then names the workflow that it came from.
  if (signal && !signal.externalWorkflowExecution?.workflowId)
    return { method: 'SIGNAL', name: nameOf(signal.signalName), identity: signal.identity ?? '', updateId: null };
  const cancel = event.workflowExecutionCancelRequestedEventAttributes;
  if (cancel && !cancel.externalWorkflowExecution?.workflowId) return whole('CANCEL', cancel);
  const terminated = event.workflowExecutionTerminatedEventAttributes;
  if (terminated) return whole('TERMINATE', terminated);
  const paused = event.workflowExecutionPausedEventAttributes;
  if (paused) return whole('PAUSE', paused);
  const unpaused = event.workflowExecutionUnpausedEventAttributes;
  if (unpaused) return whole('UNPAUSE', unpaused);
  const failed = event.workflowTaskFailedEventAttributes;
  return failed?.newRunId ? whole('RESET', failed) : null;
}

/** Crockford's digits, which ULIDs are written in (github.com/ulid/spec). */
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const randomLength = 16;

/** By time and kind and not by run and number: a reset copies events into a new run. */
function idOf(at: Date, parts: readonly unknown[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest();
  const rest = [...hash.subarray(0, randomLength)].map((byte) => digits[byte % digits.length]).join('');
  return `${encodeTime(at.getTime(), 10)}${rest}`;
}

/** The command that an event of a source's workflow tells of, if any. */
export function commandIn(event: HistoryEvent, sourceId: string): TemporalCommand | null {
  const found = foundIn(event);
  if (found === null) return null;
  const seconds = Number(event.eventTime?.seconds ?? 0);
  const nanos = event.eventTime?.nanos ?? 0;
  const at = new Date(seconds * 1000 + Math.floor(nanos / 1_000_000));
  return { id: idOf(at, [sourceId, seconds, nanos, found.method, found.name, found.updateId]), at, sourceId, ...found };
}
