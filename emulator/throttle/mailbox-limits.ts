import type { Clock } from '../data/clock.ts';
import { DEFAULT_LIMITS, type LimitSettings } from './limit-settings.ts';
import { createWindowCount, type WindowCount } from './window-count.ts';

/** Outlook's limits per app and mailbox, from learn.microsoft.com/graph/throttling-limits. */
export type MailboxLimitOptions = Pick<LimitSettings, 'concurrent' | 'requestsPerWindow' | 'windowSeconds'> &
  Partial<Pick<LimitSettings, 'uploadBytesPerWindow' | 'uploadWindowSeconds'>>;

export type MailboxLimit = 'MailboxConcurrency' | 'RequestsPerWindow' | 'UploadPerWindow';

export type Admission =
  | { readonly admitted: true; release(): void; uploaded(bytes: number): void }
  | { readonly admitted: false; readonly limit: MailboxLimit; readonly retryAfterSeconds: number };

export interface MailboxUse {
  readonly mailboxId: string;
  readonly appId: string;
  readonly requests: number;
  /** The most that were asked for at a time, refused ones included. */
  readonly largestConcurrency: number;
  /** The most that were let in at a time. */
  readonly largestAdmitted: number;
  readonly largestWindow: number;
  readonly uploadedBytes: number;
  /** Requests answered 429 because a limit was reached. */
  readonly violations: number;
}

export interface MailboxLimits {
  /** Takes a place and counts the request; a refused one counts too, as Microsoft says of throttled calls. */
  admit(appId: string, mailboxId: string, uploadBytes?: number): Admission;
  use(): MailboxUse[];
  /** The most that were in flight at a time, over all apps and mailboxes. */
  largestInFlight(): number;
  reset(): void;
}

/** `limits` is asked at every request, so that it may change while the emulator runs. */
export function createMailboxLimits(
  clock: Clock,
  limits: MailboxLimitOptions | (() => MailboxLimitOptions) = DEFAULT_LIMITS,
): MailboxLimits {
  const given = typeof limits === 'function' ? limits : () => limits;
  const settings = () => ({ ...DEFAULT_LIMITS, ...given() });
  const meters = new Map<string, Meter>();
  const all = { inFlight: 0, largest: 0 };
  const meterOf = (key: string): Meter => {
    const meter = meters.get(key) ?? createMeter(settings);
    meters.set(key, meter);
    return meter;
  };
  return {
    admit: (appId, mailboxId, uploadBytes = 0) => {
      const meter = meterOf(`${appId}/${mailboxId}`);
      const refused = admissionFault(meter, { limits: settings(), nowMs: clock.nowMs(), uploadBytes });
      if (!refused) return enter(meter, all, clock);
      meter.counts.violations++;
      return { admitted: false, ...refused };
    },
    use: () =>
      [...meters].map(([key, { counts }]) => {
        const at = key.indexOf('/');
        return { mailboxId: key.slice(at + 1), appId: key.slice(0, at), ...counts };
      }),
    largestInFlight: () => all.largest,
    reset: () => {
      all.largest = all.inFlight;
      for (const meter of meters.values()) {
        const { inFlight } = meter;
        const largest = { largestConcurrency: inFlight, largestAdmitted: inFlight, largestWindow: meter.window.total(clock.nowMs()) };
        Object.assign(meter.counts, NOTHING, largest);
      }
    },
  };
}

const NOTHING = { requests: 0, largestConcurrency: 0, largestAdmitted: 0, largestWindow: 0, uploadedBytes: 0, violations: 0 };

interface Meter {
  inFlight: number;
  readonly counts: typeof NOTHING;
  readonly window: WindowCount;
  readonly uploads: WindowCount;
}

function createMeter(settings: () => LimitSettings): Meter {
  return {
    inFlight: 0,
    counts: { ...NOTHING },
    window: createWindowCount(() => settings().windowSeconds),
    uploads: createWindowCount(() => settings().uploadWindowSeconds),
  };
}

/** A place is free again soon. */
const CONCURRENCY_WAIT_SECONDS = 0.75;

/** Counts the request. Gives the limit that it is over. */
function admissionFault(
  meter: Meter,
  of: { limits: LimitSettings; nowMs: number; uploadBytes: number },
): { limit: MailboxLimit; retryAfterSeconds: number } | undefined {
  const { counts, window, uploads } = meter;
  const { limits, nowMs, uploadBytes } = of;
  counts.requests++;
  const inWindow = window.add(nowMs, 1);
  counts.largestWindow = Math.max(counts.largestWindow, inWindow);
  counts.largestConcurrency = Math.max(counts.largestConcurrency, meter.inFlight + 1);
  if (meter.inFlight >= limits.concurrent) return { limit: 'MailboxConcurrency', retryAfterSeconds: CONCURRENCY_WAIT_SECONDS };
  if (inWindow > limits.requestsPerWindow) return { limit: 'RequestsPerWindow', retryAfterSeconds: window.secondsToWait(nowMs) };
  if (uploadBytes > 0 && uploads.total(nowMs) + uploadBytes > limits.uploadBytesPerWindow)
    return { limit: 'UploadPerWindow', retryAfterSeconds: uploads.secondsToWait(nowMs) };
  return undefined;
}

function enter(meter: Meter, all: { inFlight: number; largest: number }, clock: Clock): Admission {
  meter.inFlight++;
  meter.counts.largestAdmitted = Math.max(meter.counts.largestAdmitted, meter.inFlight);
  all.largest = Math.max(all.largest, ++all.inFlight);
  let held = true;
  const release = () => {
    if (!held) return;
    held = false;
    meter.inFlight--;
    all.inFlight--;
  };
  const uploaded = (bytes: number) => {
    meter.counts.uploadedBytes += bytes;
    meter.uploads.add(clock.nowMs(), bytes);
  };
  return { admitted: true, release, uploaded };
}
