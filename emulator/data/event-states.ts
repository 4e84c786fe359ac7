import type { EventChange, EventPatch } from './calendar-changes.ts';
import type { EventContent, EventSource } from './model.ts';

export interface EventView {
  readonly key: string;
  readonly calendarKey: string;
  readonly changedSeq: number;
  readonly changedMs: number | null;
  load(): EventContent;
}

/** An event at a moment; a change makes a new one. */
interface EventState {
  readonly key: string;
  readonly gone: boolean;
  readonly changedSeq: number;
  readonly changedMs: number;
  readonly patch: EventPatch;
  readonly added: EventContent | null;
}

/** The events of one calendar: those of the organisation with the changes above them, and each event's past since the start. */
export interface EventStates {
  lastSeq(): number;
  keys(seq?: number): Iterable<string>;
  count(): number;
  event(key: string, seq?: number): EventView | undefined;
  changedKeys(between: { readonly after: number; readonly until: number }): string[];
  apply(change: EventChange, at: { readonly seq: number; readonly atMs: number }): void;
}

export function createEventStates(calendarKey: string, base: EventSource): EventStates {
  /** All states that a changed event had, oldest first; one that was added later begins with none. */
  const pasts = new Map<string, EventState[]>();
  const log: { readonly seq: number; readonly key: string }[] = [];

  const pristine = (key: string): EventState | undefined =>
    base.indexOf(key) < 0 ? undefined : { key, gone: false, changedSeq: 0, changedMs: 0, patch: {}, added: null };
  const stateOf = (key: string, seq = Infinity): EventState | undefined => {
    const past = pasts.get(key);
    return past?.findLast((state) => state.changedSeq <= seq) ?? pristine(key);
  };
  const viewOf = (state: EventState): EventView => {
    const { key, changedSeq, changedMs } = state;
    const load = () => ({ ...(state.added ?? base.load(base.indexOf(key))), ...state.patch });
    return { key, calendarKey, changedSeq, changedMs: changedSeq === 0 ? null : changedMs, load };
  };
  const isThere = (key: string, seq?: number): boolean => stateOf(key, seq)?.gone === false;

  return {
    lastSeq: () => log.at(-1)?.seq ?? 0,
    *keys(seq) {
      for (let index = 0; index < base.count; index++) if (isThere(base.keyOf(index), seq)) yield base.keyOf(index);
      for (const [key, past] of pasts) if (past[0]!.added && isThere(key, seq)) yield key;
    },
    count: () => {
      let count = base.count;
      for (const [key, past] of pasts) {
        if (past[0]!.added) count += isThere(key) ? 1 : 0;
        else count -= isThere(key) ? 0 : 1;
      }
      return count;
    },
    event: (key, seq) => {
      const state = stateOf(key, seq);
      return state && !state.gone ? viewOf(state) : undefined;
    },
    changedKeys: ({ after, until }) => {
      const keys = new Set<string>();
      for (const { seq, key } of log) {
        if (seq <= after || seq > until) continue;
        keys.delete(key);
        keys.add(key);
      }
      return [...keys];
    },
    apply: (change, { seq, atMs }) => {
      const known = stateOf(change.key);
      const at = { key: change.key, changedSeq: seq, changedMs: atMs };
      const next = nextState(change, { known, at });
      if (!next) return;
      const past = pasts.get(change.key);
      if (past) past.push(next);
      else pasts.set(change.key, [next]);
      log.push({ seq, key: change.key });
    },
  };
}

function nextState(
  change: EventChange,
  of: { known: EventState | undefined; at: Pick<EventState, 'key' | 'changedSeq' | 'changedMs'> },
): EventState | undefined {
  if (change.op === 'event.add') return { ...of.at, gone: false, patch: {}, added: change.event };
  if (!of.known) return undefined;
  if (change.op === 'event.delete') return { ...of.known, ...of.at, gone: true };
  return { ...of.known, ...of.at, patch: { ...of.known.patch, ...change.patch } };
}
