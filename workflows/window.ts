/**
 * The sliding window of mailboxes in flight: which are started, since when each was silent. Plain data and
 * functions, so that its rules are tested without Temporal.
 */
export interface Window {
  /** Mailbox id → when it was last heard of. */
  readonly inFlight: Map<string, number>;
  /** Mailbox id → when this run has started it, or has taken it over from the run before. */
  readonly startedMs: Map<string, number>;
  size: number;
  /** A place without news for this long is looked at: its workflow may have ended without a report. */
  readonly silentAfterMs: number;
}

export function createWindow(given: { inFlight: readonly string[]; size: number; silentAfterMs: number; nowMs: number }): Window {
  const inFlight = new Map(given.inFlight.map((id) => [id, given.nowMs]));
  return { inFlight, startedMs: new Map(inFlight), size: Math.max(1, given.size), silentAfterMs: given.silentAfterMs };
}

export function freePlaces(window: Window): number {
  return Math.max(0, window.size - window.inFlight.size);
}

/** A mailbox at work for this long is a large one: others need not wait until it is done. */
export const longAfterMs = 10 * 60_000;
/** Large mailboxes included, this many times the window's size are in flight at most. */
const mostTimes = 5;

export function openPlace(window: Window, mailboxId: string, nowMs: number): void {
  window.inFlight.set(mailboxId, nowMs);
  window.startedMs.set(mailboxId, nowMs);
}

/** Free places when large mailboxes do not count, so that small ones are not stuck behind them. */
export function freePlacesBesideLong(window: Window, nowMs: number): number {
  const long = [...window.inFlight.keys()].filter((id) => nowMs - (window.startedMs.get(id) ?? nowMs) >= longAfterMs).length;
  const besides = Math.min(window.size + long, window.size * mostTimes);
  return Math.max(0, besides - window.inFlight.size);
}

/** How long until the next mailbox counts as large; null when none will. */
export function untilNextLongMs(window: Window, nowMs: number): number | null {
  const rests = [...window.inFlight.keys()]
    .map((id) => (window.startedMs.get(id) ?? nowMs) + longAfterMs - nowMs)
    .filter((restMs) => restMs > 0);
  return rests.length === 0 ? null : Math.min(...rests);
}

/** True when the mailbox was in flight, so that a report is counted once. */
export function closePlace(window: Window, mailboxId: string): boolean {
  window.startedMs.delete(mailboxId);
  return window.inFlight.delete(mailboxId);
}

export function silentPlaces(window: Window, nowMs: number): string[] {
  return [...window.inFlight].filter(([, heardMs]) => nowMs - heardMs >= window.silentAfterMs).map(([id]) => id);
}
