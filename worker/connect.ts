import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';

const retryEveryMs = 2_000;

/**
 * Tries until it works, saying each time what is wrong: a worker that starts before its servers waits for them.
 * Ends when the signal fires.
 */
export async function connectTo<T>(connect: () => Promise<T>, { log, signal }: { log: Logger; signal: AbortSignal }): Promise<T> {
  for (;;) {
    try {
      return await connect();
    } catch (error) {
      signal.throwIfAborted();
      log.warn(`${(error as Error).message} — trying again in ${retryEveryMs / 1000} s`);
      await delay(retryEveryMs, undefined, { signal });
    }
  }
}
