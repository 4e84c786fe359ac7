import type { Clock } from '../data/clock.ts';

export interface EndpointHealth {
  note(url: string, tookMs: number): void;
  /** Slow ones get their notices later, those that are slower still get none for a while. */
  stateOf(url: string): 'good' | 'slow' | 'dropped';
  readonly slowDelayMs: number;
}

/** learn.microsoft.com/graph/change-notifications-delivery-webhooks: throttling of endpoints that answer late. */
const SLOW_ANSWER_MS = 2_900;
const WINDOW_MS = 10 * 60_000;
const FEWEST = 100;
const SLOW_SHARE = 0.1;
const DROPPED_SHARE = 0.15;

export function createEndpointHealth(clock: Clock): EndpointHealth {
  const answers = new Map<string, { readonly atMs: number; readonly isSlow: boolean }[]>();
  const recent = (url: string) => (answers.get(url) ?? []).filter(({ atMs }) => atMs > clock.nowMs() - WINDOW_MS);
  return {
    slowDelayMs: WINDOW_MS,
    note: (url, tookMs) => {
      const known = recent(url).slice(-FEWEST * 10);
      answers.set(url, [...known, { atMs: clock.nowMs(), isSlow: tookMs > SLOW_ANSWER_MS }]);
    },
    stateOf: (url) => {
      const known = recent(url);
      if (known.length < FEWEST) return 'good';
      const share = known.filter(({ isSlow }) => isSlow).length / known.length;
      return share >= DROPPED_SHARE ? 'dropped' : share >= SLOW_SHARE ? 'slow' : 'good';
    },
  };
}
