import { setTimeout as delay } from 'node:timers/promises';
import { WaitLongerError } from './failures.ts';

/** Longer waits free the activity's slot instead. */
export const longestWaitMs = 30_000;

/** Waits, or throws WaitLongerError when it would take longer than an activity should hold its slot. */
export async function waitAtMost(
  what: string,
  { waitMs, longestMs, signal }: { waitMs: number; longestMs: number; signal: AbortSignal },
): Promise<void> {
  if (waitMs > longestMs) throw new WaitLongerError(what, waitMs);
  if (waitMs > 0) await delay(waitMs, undefined, { signal });
}
