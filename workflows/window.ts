/**
 * The sliding window of mailboxes in flight: which are started, since when each was silent. Plain data and
 * functions, so that its rules are tested without Temporal.
 */
export interface Window {
  /** Mailbox id → when it was last heard of. */
  readonly inFlight: Map<string, number>;
  size: number;
  /** A place without news for this long is looked at: its workflow may have ended without a report. */
  readonly silentAfterMs: number;
}

export function createWindow(given: { inFlight: readonly string[]; size: number; silentAfterMs: number; nowMs: number }): Window {
  const inFlight = new Map(given.inFlight.map((id) => [id, given.nowMs]));
  return { inFlight, size: Math.max(1, given.size), silentAfterMs: given.silentAfterMs };
}

export function freePlaces(window: Window): number {
  return Math.max(0, window.size - window.inFlight.size);
}

/** True when the mailbox was in flight, so that a report is counted once. */
export function closePlace(window: Window, mailboxId: string): boolean {
  return window.inFlight.delete(mailboxId);
}

export function silentPlaces(window: Window, nowMs: number): string[] {
  return [...window.inFlight].filter(([, heardMs]) => nowMs - heardMs >= window.silentAfterMs).map(([id]) => id);
}
