import { GraphError } from '../graph/graph-error.ts';
import { WaitLongerError } from './failures.ts';
import { retrying } from './retrying.ts';

/** What came of asking Microsoft for one thing: `absent` where there is no such thing, `cannotTell` where nothing is proven. */
export type Attempt<T> =
  | { outcome: 'readable'; found: T; code: null }
  | { outcome: 'refused' | 'absent' | 'cannotTell'; found: null; code: string; unauthorised: boolean };

const outcomes: Partial<Record<GraphError['class'], 'refused' | 'absent'>> = {
  forbidden: 'refused',
  ineligible: 'absent',
  notFound: 'absent',
};

function failed(error: unknown, signal: AbortSignal): Attempt<never> {
  const nothing = { found: null, unauthorised: false } as const;
  if (error instanceof GraphError) {
    const unauthorised = error.class === 'unauthorised';
    return { outcome: outcomes[error.class] ?? 'cannotTell', found: null, code: error.code, unauthorised };
  }
  if (error instanceof WaitLongerError) return { outcome: 'cannotTell', code: 'TrawlMailboxBusy', ...nothing };
  if (signal.aborted) return { outcome: 'cannotTell', code: 'TrawlTimeout', ...nothing };
  throw error;
}

/** Ends the waiting when the signal fires: a budget may make a request wait that no signal reaches. */
function until<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/**
 * Asks for one thing, again after passing faults, for as long as the time limit allows. Never throws what Microsoft or the
 * limits say; faults of our own it throws.
 */
export async function attempt<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  limits: { timeoutMs: number; signal: AbortSignal },
): Promise<Attempt<T>> {
  const signal = AbortSignal.any([limits.signal, AbortSignal.timeout(limits.timeoutMs)]);
  try {
    return {
      outcome: 'readable',
      found: await until(
        retrying(() => ask(signal), signal),
        signal,
      ),
      code: null,
    };
  } catch (error) {
    return failed(error, signal);
  }
}
