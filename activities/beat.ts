import { versioned } from '../contract/workflow/check.ts';
import { noCounts, type Counts } from '../contract/workflow/counts.ts';
import { readCounts } from '../contract/workflow/inputs.ts';
import { cancellationSignal, Context, heartbeat } from '@temporalio/activity';

const beatEveryMs = 1_000;

/** What a beat tells: nothing, or what the next attempt shall go on counting from. */
export interface Beat {
  v: 1;
  counts?: Counts;
}

/**
 * Runs an activity's work while beating once a second, so that a dead worker is noticed and a cancellation arrives.
 * The signal given to the work fires on cancellation, time-out and shutdown of the worker.
 */
export async function beating<T>(work: (signal: AbortSignal) => Promise<T>, tell: () => Beat = () => ({ v: 1 })): Promise<T> {
  heartbeat(tell());
  const timer = setInterval(() => heartbeat(tell()), beatEveryMs);
  try {
    return await work(cancellationSignal());
  } catch (error) {
    // A request that was aborted by the cancellation is reported as the cancellation itself.
    if (cancellationSignal().aborted) await Context.current().cancelled;
    heartbeat(tell());
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** What earlier attempts of this activity have counted, as their last beat told. */
export function countsBefore(): Counts {
  const { heartbeatDetails } = Context.current().info;
  if (heartbeatDetails === undefined || heartbeatDetails === null) return noCounts;
  const { counts } = versioned('The last beat', heartbeatDetails, 1);
  return counts === undefined ? noCounts : readCounts('The last beat', counts);
}

/** Names this attempt among all that may ever hold a place: an attempt that was given up must not share its successor's. */
export function attemptName(): string {
  const { workflowExecution, activityId, attempt } = Context.current().info;
  return `${workflowExecution?.runId ?? 'no-run'}/${activityId}/${attempt}`;
}
