export interface TokenBucket {
  /** Takes the cost, also when there is not enough: throttled calls count. Gives how much of the capacity is used, above 1 when it is over. */
  take(nowMs: number, cost: number): { readonly used: number; readonly allowed: boolean; readonly secondsToWait: number };
}

/** learn.microsoft.com/graph/throttling-limits: x-ms-throttle-limit-percentage ends at 1.8; a bucket is never deeper in debt. */
const MOST_USED = 1.8;

/** A bucket that fills evenly: `capacity` in `windowSeconds`. */
export function createTokenBucket(of: { capacity(): number; readonly windowSeconds: number }): TokenBucket {
  let used = 0;
  let lastMs: number | undefined;
  return {
    take: (nowMs, cost) => {
      const capacity = of.capacity();
      const perSecond = capacity / of.windowSeconds;
      used = Math.max(0, used - (Math.max(0, nowMs - (lastMs ?? nowMs)) / 1_000) * perSecond);
      lastMs = nowMs;
      const allowed = used + cost <= capacity;
      used = Math.min(capacity * MOST_USED, used + cost);
      return { used: used / capacity, allowed, secondsToWait: allowed ? 0 : Math.max(0.05, (used - capacity + cost) / perSecond) };
    },
  };
}
