import { setTimeout as delay } from 'node:timers/promises';
import { GraphError } from '../graph/graph-error.ts';
import { WaitLongerError } from './failures.ts';
import { isPassing } from './retrying.ts';

/** What came of asking Microsoft for one thing: `absent` where there is no such thing, `cannotTell` where nothing is proven. */
export type Attempt<T> =
  | { outcome: 'readable'; found: T; code: null }
  | { outcome: 'refused' | 'absent' | 'cannotTell'; found: null; code: string; unauthorised: boolean };

const outcomes: Partial<Record<GraphError['class'], 'refused' | 'absent'>> = {
  forbidden: 'refused',
  ineligible: 'absent',
  notFound: 'absent',
};

export interface AttemptLimits {
  timeoutMs: number;
  signal: AbortSignal;
  /** What it means when our own limits let nothing through now. */
  busyCode: string;
}

function failed(error: unknown, { signal, busyCode }: { signal: AbortSignal; busyCode: string }): Attempt<never> {
  if (error instanceof GraphError) {
    const unauthorised = error.class === 'unauthorised';
    return { outcome: outcomes[error.class] ?? 'cannotTell', found: null, code: error.code, unauthorised };
  }
  const untold = (code: string) => ({ outcome: 'cannotTell', found: null, code, unauthorised: false }) as const;
  if (error instanceof WaitLongerError) return untold(busyCode);
  if (signal.aborted) return untold('TrawlTimeout');
  throw error;
}

const mostTries = 3;
const firstWaitMs = 300;

interface Asking<T> {
  ask: (signal: AbortSignal) => Promise<T>;
  signal: AbortSignal;
  /** Told of each passing fault: it says more than that the time was up. */
  onPassing: (fault: GraphError) => void;
}

/** Few repeats, close together: somebody waits for the answer. */
async function repeating<T>({ ask, signal, onPassing }: Asking<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask(signal);
    } catch (error) {
      if (!isPassing(error) || tries >= mostTries) throw error;
      onPassing(error);
      await delay(error.retryAfterMs ?? firstWaitMs * 2 ** (tries - 1), undefined, { signal });
    }
  }
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
export async function attempt<T>(ask: (signal: AbortSignal) => Promise<T>, limits: AttemptLimits): Promise<Attempt<T>> {
  const signal = AbortSignal.any([limits.signal, AbortSignal.timeout(limits.timeoutMs)]);
  const heard: { fault: GraphError | null } = { fault: null };
  const onPassing = (fault: GraphError) => void (heard.fault = fault);
  try {
    return { outcome: 'readable', found: await until(repeating({ ask, signal, onPassing }), signal), code: null };
  } catch (error) {
    const isOurs = error instanceof GraphError || error instanceof WaitLongerError;
    return failed(isOurs ? error : (heard.fault ?? error), { signal, busyCode: limits.busyCode });
  }
}
