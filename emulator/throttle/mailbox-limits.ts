import type { Clock } from '../data/clock.ts';

/** Outlook's limits per app and mailbox, from learn.microsoft.com/graph/throttling-limits. */
export interface MailboxLimitOptions {
  readonly concurrent: number;
  readonly requestsPerWindow: number;
  readonly windowSeconds: number;
}

export const OUTLOOK_LIMITS: MailboxLimitOptions = { concurrent: 4, requestsPerWindow: 10_000, windowSeconds: 600 };

export type Admission =
  | { readonly admitted: true; release(): void }
  | { readonly admitted: false; readonly limit: 'MailboxConcurrency' | 'RequestsPerWindow'; readonly retryAfterSeconds: number };

export interface MailboxUse {
  readonly mailboxId: string;
  readonly appId: string;
  readonly requests: number;
  readonly largestConcurrency: number;
  readonly largestWindow: number;
  /** Requests answered 429 because a limit was reached. */
  readonly violations: number;
}

export interface MailboxLimits {
  /** Takes a place and counts the request; a refused one counts too, as Microsoft says of throttled calls. */
  admit(appId: string, mailboxId: string): Admission;
  use(): MailboxUse[];
  reset(): void;
}

interface Meter {
  inFlight: number;
  requests: number;
  largestConcurrency: number;
  largestWindow: number;
  violations: number;
  inWindow: number;
  readonly seconds: Map<number, number>;
}

const emptyMeter = (): Meter => ({
  inFlight: 0,
  requests: 0,
  largestConcurrency: 0,
  largestWindow: 0,
  violations: 0,
  inWindow: 0,
  seconds: new Map(),
});

export function createMailboxLimits(clock: Clock, limits: MailboxLimitOptions = OUTLOOK_LIMITS): MailboxLimits {
  const meters = new Map<string, Meter>();
  const meterOf = (key: string) => {
    const meter = meters.get(key) ?? emptyMeter();
    meters.set(key, meter);
    return meter;
  };
  return {
    admit: (appId, mailboxId) => {
      const meter = meterOf(`${appId}/${mailboxId}`);
      const second = Math.floor(clock.nowMs() / 1_000);
      forgetBefore(meter, second - limits.windowSeconds);
      meter.requests++;
      meter.inWindow++;
      meter.seconds.set(second, (meter.seconds.get(second) ?? 0) + 1);
      meter.largestWindow = Math.max(meter.largestWindow, meter.inWindow);
      meter.largestConcurrency = Math.max(meter.largestConcurrency, meter.inFlight + 1);
      if (meter.inFlight >= limits.concurrent) {
        meter.violations++;
        return { admitted: false, limit: 'MailboxConcurrency', retryAfterSeconds: 1 };
      }
      if (meter.inWindow > limits.requestsPerWindow) {
        meter.violations++;
        const oldest = meter.seconds.keys().next().value ?? second;
        return { admitted: false, limit: 'RequestsPerWindow', retryAfterSeconds: Math.max(1, oldest + limits.windowSeconds + 1 - second) };
      }
      meter.inFlight++;
      let held = true;
      const release = () => {
        if (held) meter.inFlight--;
        held = false;
      };
      return { admitted: true, release };
    },
    use: () =>
      [...meters].map(([key, { requests, largestConcurrency, largestWindow, violations }]) => {
        const [appId, mailboxId] = key.split('/') as [string, string];
        return { mailboxId, appId, requests, largestConcurrency, largestWindow, violations };
      }),
    reset: () => {
      for (const meter of meters.values())
        Object.assign(meter, { requests: 0, largestConcurrency: meter.inFlight, largestWindow: meter.inWindow, violations: 0 });
    },
  };
}

/** Seconds are kept in order of time, so the oldest stand first. */
function forgetBefore(meter: Meter, second: number): void {
  for (const [at, count] of meter.seconds) {
    if (at > second) return;
    meter.seconds.delete(at);
    meter.inWindow -= count;
  }
}
