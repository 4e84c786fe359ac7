/** Counts in a window that slides by whole seconds. */
export interface WindowCount {
  /** Adds and gives the sum of the window that ends now. */
  add(nowMs: number, amount: number): number;
  total(nowMs: number): number;
  /** Seconds until the oldest count leaves the window. */
  secondsToWait(nowMs: number): number;
}

export function createWindowCount(windowSeconds: () => number): WindowCount {
  const seconds = new Map<number, number>();
  let sum = 0;
  const forget = (second: number) => {
    for (const [at, amount] of seconds) {
      // A second of the future was counted before the clock was taken back.
      if (at > second - windowSeconds() && at <= second) break;
      seconds.delete(at);
      sum -= amount;
    }
  };
  const total = (nowMs: number) => {
    forget(Math.floor(nowMs / 1_000));
    return sum;
  };
  return {
    total,
    add: (nowMs, amount) => {
      total(nowMs);
      const second = Math.floor(nowMs / 1_000);
      seconds.set(second, (seconds.get(second) ?? 0) + amount);
      sum += amount;
      return sum;
    },
    secondsToWait: (nowMs) => {
      const second = Math.floor(nowMs / 1_000);
      const oldest = seconds.keys().next().value ?? second;
      return Math.max(1, oldest + windowSeconds() + 1 - second);
    },
  };
}
