import type { EventPatch, MailboxChange } from './changes.ts';
import type { CalendarBase, EventContent } from './model.ts';

interface EventState {
  readonly key: string;
  gone: boolean;
  changedSeq: number;
  changedMs: number;
  patch: EventPatch;
  readonly added: EventContent | null;
}

export interface EventView {
  readonly key: string;
  readonly calendarKey: string;
  readonly changedSeq: number;
  readonly changedMs: number | null;
  load(): EventContent;
}

export interface CalendarStates {
  readonly all: readonly CalendarBase[];
  get(key: string): CalendarBase | undefined;
  /** The keys of a calendar's masters and single events, in the order in which they were made. */
  eventKeys(calendar: CalendarBase): Iterable<string>;
  count(calendar: CalendarBase): number;
  event(calendarKey: string, key: string): EventView | undefined;
  apply(change: Extract<MailboxChange, { op: `event.${string}` }>, at: { readonly seq: number; readonly atMs: number }): void;
}

/** The calendars of one mailbox with the changes above them; only changed events take memory. */
export function createCalendarStates(calendars: readonly CalendarBase[]): CalendarStates {
  const byKey = new Map(calendars.map((calendar) => [calendar.key, calendar]));
  const changed = new Map<string, Map<string, EventState>>(calendars.map((calendar) => [calendar.key, new Map()]));

  const stateOf = (calendarKey: string, key: string): EventState | undefined => {
    const known = changed.get(calendarKey)?.get(key);
    if (known) return known;
    const calendar = byKey.get(calendarKey);
    if (!calendar || calendar.events.indexOf(key) < 0) return undefined;
    return { key, gone: false, changedSeq: 0, changedMs: 0, patch: {}, added: null };
  };
  const event = (calendarKey: string, key: string): EventView | undefined => {
    const state = stateOf(calendarKey, key);
    if (!state || state.gone) return undefined;
    const { events } = byKey.get(calendarKey)!;
    const load = () => ({ ...(state.added ?? events.load(events.indexOf(key))), ...state.patch });
    return { key, calendarKey, changedSeq: state.changedSeq, changedMs: state.changedSeq === 0 ? null : state.changedMs, load };
  };

  return {
    all: calendars,
    get: (key) => byKey.get(key),
    *eventKeys(calendar) {
      const states = changed.get(calendar.key)!;
      for (let index = 0; index < calendar.events.count; index++) {
        const key = calendar.events.keyOf(index);
        if (!states.get(key)?.gone) yield key;
      }
      for (const state of states.values()) if (state.added && !state.gone) yield state.key;
    },
    count: (calendar) => {
      let count = calendar.events.count;
      for (const state of changed.get(calendar.key)!.values()) {
        if (state.added && !state.gone) count++;
        if (!state.added && state.gone) count--;
      }
      return count;
    },
    event,
    apply: (change, { seq, atMs }) => {
      const states = changed.get(change.calendar);
      if (!states) return;
      if (change.op === 'event.add') {
        states.set(change.key, { key: change.key, gone: false, changedSeq: seq, changedMs: atMs, patch: {}, added: change.event });
        return;
      }
      const state = stateOf(change.calendar, change.key);
      if (!state) return;
      states.set(change.key, state);
      state.changedSeq = seq;
      state.changedMs = atMs;
      if (change.op === 'event.edit') state.patch = { ...state.patch, ...change.patch };
      else state.gone = true;
    },
  };
}
