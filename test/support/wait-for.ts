import { setTimeout as delay } from 'node:timers/promises';

/** Asks until the answer is given (neither false, null nor undefined); throws with `what` when it takes too long. */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T> | T,
  { timeoutMs = 30_000, everyMs = 25 } = {},
): Promise<NonNullable<T>> {
  const untilMs = Date.now() + timeoutMs;
  let fault: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== false && answer !== null && answer !== undefined) return answer as NonNullable<T>;
      fault = undefined;
    } catch (error) {
      fault = error;
    }
    if (Date.now() > untilMs) throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}`, { cause: fault });
    await delay(everyMs);
  }
}
