import { cancellationSignal, Context, heartbeat } from '@temporalio/activity';

const beatEveryMs = 1_000;

/**
 * Runs an activity's work while beating once a second, so that a dead worker is noticed and a cancellation arrives.
 * The signal given to the work fires on cancellation, time-out and shutdown of the worker.
 */
export async function beating<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  heartbeat({ v: 1 });
  const timer = setInterval(() => heartbeat({ v: 1 }), beatEveryMs);
  try {
    return await work(cancellationSignal());
  } catch (error) {
    // A request that was aborted by the cancellation is reported as the cancellation itself.
    if (cancellationSignal().aborted) await Context.current().cancelled;
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** Names this attempt among all that may ever hold a place: an attempt that was given up must not share its successor's. */
export function attemptName(): string {
  const { workflowExecution, activityId, attempt } = Context.current().info;
  return `${workflowExecution?.runId ?? 'no-run'}/${activityId}/${attempt}`;
}
