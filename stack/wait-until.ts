import { setTimeout as sleep } from 'node:timers/promises';
import { wordsOf } from './stack-error.ts';

/**
 * Asks again and again until `ask` answers with something other than null, and gives that.
 * Throws an Error with the last reason when `withinMs` have passed, or with the signal's reason when it aborts.
 */
export async function waitUntil<T>(options: {
  what: string;
  ask: () => Promise<T | null>;
  withinMs: number;
  signal?: AbortSignal;
}): Promise<T> {
  const { what, ask, withinMs, signal } = options;
  const giveUpAt = Date.now() + withinMs;
  let pauseMs = 20;
  let reason = 'no answer';
  for (;;) {
    signal?.throwIfAborted();
    try {
      const answer = await ask();
      if (answer !== null) return answer;
    } catch (error) {
      reason = wordsOf(error);
    }
    signal?.throwIfAborted();
    if (Date.now() > giveUpAt) throw new Error(`${what} did not come about within ${Math.round(withinMs / 1000)} s: ${reason}`);
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 1.5, 500);
  }
}
