/** A time limit and a caller's signal in one: what reaches the socket. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Starts the time anew. */
  start(): void;
  /** Ends the time, until the next start. */
  stop(): void;
  expired(): boolean;
  callerAborted(): boolean;
  callerReason(): unknown;
  /** Lets go of timer and caller's signal; to be called in any case. */
  clear(): void;
}

/**
 * Makes a deadline that is not running yet. By hand instead of `AbortSignal.any`, so that nothing is left behind on a
 * caller's signal that lives as long as a lane and sees many thousands of requests.
 */
export function createDeadline(limits: { timeoutMs: number; signal?: AbortSignal | undefined }): Deadline {
  const { timeoutMs, signal } = limits;
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let isExpired = false;
  const onAbort = () => controller.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    start() {
      clearTimeout(timer);
      timer = setTimeout(() => {
        isExpired = true;
        controller.abort(new DOMException('The time limit of the request has passed', 'TimeoutError'));
      }, timeoutMs);
    },
    stop: () => clearTimeout(timer),
    expired: () => isExpired,
    callerAborted: () => signal?.aborted ?? false,
    callerReason: () => signal?.reason as unknown,
    clear() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
