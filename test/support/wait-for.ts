import { setTimeout as delay } from 'node:timers/promises';

/** Asking must not take the processor from what is waited for: ten times as long as a question took, nobody asks. */
const restPerQuestion = 10;
const shortestRestMs = 25;
const longestRestMs = 400;

/**
 * Asks until the answer is given (neither false, null nor undefined); throws with `what` when it takes too long.
 * `everyMs` is for moments that soon pass; without it, dear questions are asked seldom.
 */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T> | T,
  { timeoutMs = 30_000, everyMs }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<NonNullable<T>> {
  const untilMs = Date.now() + timeoutMs;
  let fault: unknown;
  for (;;) {
    const askedMs = performance.now();
    try {
      const answer = await ask();
      if (answer !== false && answer !== null && answer !== undefined) return answer as NonNullable<T>;
      fault = undefined;
    } catch (error) {
      fault = error;
    }
    if (Date.now() > untilMs) throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}`, { cause: fault });
    const restMs = restPerQuestion * (performance.now() - askedMs);
    await delay(everyMs ?? Math.min(longestRestMs, Math.max(shortestRestMs, restMs)));
  }
}
