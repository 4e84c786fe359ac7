import { setTimeout as delay } from 'node:timers/promises';
import { GraphError } from '../graph/graph-error.ts';

const triesPerRequest = 5;
const firstWaitMs = 500;
const longestWaitMs = 15_000;

/** A fault of Graph that the same request may not meet again. */
export const isPassing = (error: unknown): error is GraphError =>
  error instanceof GraphError && (error.class === 'transient' || error.class === 'throttled');

/**
 * Repeats a read that failed for a passing reason: back-off with jitter for transient faults; a throttled one is
 * repeated at once, since the gate then waits as long as Graph asked. Throws the last fault after five tries.
 */
export async function retrying<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await read();
    } catch (error) {
      signal.throwIfAborted();
      if (!isPassing(error) || tries >= triesPerRequest) throw error;
      if (error.class === 'throttled' && error.retryAfterMs !== null) continue;
      const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (tries - 1)) * (0.5 + Math.random());
      await delay(error.retryAfterMs ?? waitMs, undefined, { signal });
    }
  }
}

/** Faults that whatever is read next in the mailbox would meet too: Graph's word on the app, the mailbox or its limits, and our own. */
export const meetsAll = (error: unknown): boolean =>
  !(error instanceof GraphError) || error.class === 'unauthorised' || error.class === 'ineligible' || error.class === 'throttled';

/** Faults that end all work on the mailbox; the rest concerns one thing only. A connection that breaks may be either. */
export function endsLane(error: unknown): boolean {
  return meetsAll(error) || (error instanceof GraphError && error.code === 'TrawlUnreachable');
}
