import { setTimeout as sleep } from 'node:timers/promises';

export interface KeepTryingOptions {
  log: { warn: (message: string) => void };
  /** Ends the waiting; the promise then rejects with the signal's reason. */
  signal: AbortSignal;
  /** First pause; it doubles up to 15 s. */
  firstPauseMs?: number;
}

const longestPauseMs = 15_000;

/** Tries until it succeeds. Each failure is told with its own words, which name the setting and the remedy. */
export async function keepTrying<T>(attempt: () => Promise<T>, options: KeepTryingOptions): Promise<T> {
  for (let pauseMs = options.firstPauseMs ?? 500; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    options.signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      options.log.warn(`${(error as Error).message}. Trying again in ${(pauseMs / 1000).toFixed(1)} s`);
      await sleep(pauseMs, undefined, { signal: options.signal });
    }
  }
}
