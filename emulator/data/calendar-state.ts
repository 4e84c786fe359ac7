import type { CalendarChange, CalendarHost, EventChange } from './calendar-changes.ts';
import { createEventStates, type EventStates, type EventView } from './event-states.ts';
import { EMPTY_EVENTS, type CalendarBase, type CalendarKind, type EventContent } from './model.ts';

export type { EventView } from './event-states.ts';

export interface CalendarGroup {
  readonly key: string;
  readonly name: string;
  readonly changedSeq: number;
}

/** Where a calendar's events are: in the mailbox itself, or in that of the colleague who shares it. */
export interface CalendarHome {
  readonly events: EventStates;
  readonly calendarKey: string;
  /** Undefined for a calendar of the mailbox itself. */
  readonly ownerId?: string;
}

export interface CalendarStates {
  readonly all: readonly CalendarBase[];
  readonly groups: readonly CalendarGroup[];
  get(key: string): CalendarBase | undefined;
  /** One more with each change of the calendar itself. */
  changedSeq(key: string): number;
  /** Undefined when the owner of a shared calendar is gone, or has it no more. */
  home(calendar: CalendarBase): CalendarHome | undefined;
  /** The events of one of this mailbox's own calendars, for those whom it is shared with. */
  ownEvents(key: string): EventStates | undefined;
  /** The number of the last change that readers of the calendar can see. */
  seq(calendar: CalendarBase): number;
  /** The keys of a calendar's masters and single events, in the order in which they were made; with `seq` those of then. */
  eventKeys(calendar: CalendarBase, seq?: number): Iterable<string>;
  count(calendar: CalendarBase): number;
  /** With `seq` as it was when that was the last change. */
  event(calendarKey: string, key: string, seq?: number): EventView | undefined;
  /** The keys of events that changed after `after` and not after `until`, in the order of their last change. */
  changedKeys(calendar: CalendarBase, between: { readonly after: number; readonly until: number }): string[];
  apply(change: EventChange | CalendarChange, at: { readonly seq: number; readonly atMs: number }): void;
}

const FIRST_GROUPS: readonly CalendarGroup[] = [
  { key: 'mine', name: 'My Calendars', changedSeq: 0 },
  { key: 'other', name: 'Other Calendars', changedSeq: 0 },
  { key: 'people', name: "People's Calendars", changedSeq: 0 },
];

/** What a calendar is; `own` unless it says otherwise. */
export function kindOf(calendar: CalendarBase): CalendarKind {
  return calendar.kind ?? (calendar.share || calendar.group === 'people' ? 'shared' : calendar.group === 'other' ? 'subscribed' : 'own');
}

/** The calendars of one mailbox with the changes above them; only changed events take memory. */
export function createCalendarStates(
  base: readonly CalendarBase[],
  calendarsOf: (owner: string) => CalendarHost | undefined = () => undefined,
): CalendarStates {
  const calendars = new Map(base.map((calendar) => [calendar.key, calendar]));
  const groups = new Map(FIRST_GROUPS.map((group) => [group.key, group]));
  const own = new Map<string, EventStates>(base.map((calendar) => [calendar.key, createEventStates(calendar.key, calendar.events)]));
  const changed = new Map<string, number>();
  let lastSeq = 0;

  const home = (calendar: CalendarBase): CalendarHome | undefined => {
    if (!calendar.share) return { events: own.get(calendar.key)!, calendarKey: calendar.key };
    const host = calendarsOf(calendar.share.owner);
    const events = host?.calendars.ownEvents(calendar.share.calendarKey);
    return host && events && { events, calendarKey: calendar.share.calendarKey, ...(host.ownerId ? { ownerId: host.ownerId } : {}) };
  };
  const event = (calendarKey: string, key: string, seq?: number): EventView | undefined => {
    const calendar = calendars.get(calendarKey);
    const view = calendar && home(calendar)?.events.event(key, seq);
    if (!view || !calendar.share) return view;
    return { ...view, calendarKey, load: () => seenByOthers(view.load()) };
  };

  return {
    get all() {
      return [...calendars.values()];
    },
    get groups() {
      return [...groups.values()];
    },
    get: (key) => calendars.get(key),
    changedSeq: (key) => changed.get(key) ?? 0,
    home,
    ownEvents: (key) => (calendars.get(key)?.share ? undefined : own.get(key)),
    seq: (calendar) => (calendar.share ? (home(calendar)?.events.lastSeq() ?? 0) : lastSeq),
    eventKeys: (calendar, seq) => home(calendar)?.events.keys(seq) ?? [],
    count: (calendar) => home(calendar)?.events.count() ?? 0,
    event,
    changedKeys: (calendar, between) => home(calendar)?.events.changedKeys(between) ?? [],
    apply: (change, at) => {
      lastSeq = at.seq;
      if (change.op === 'event.add' || change.op === 'event.edit' || change.op === 'event.delete') {
        own.get(change.calendar)?.apply(change, at);
      } else if (change.op.startsWith('calendarGroup.')) {
        applyToGroup({ groups, calendars }, change, at.seq);
      } else {
        changed.set(change.key, at.seq);
        applyToCalendar({ calendars, own }, change);
      }
    },
  };
}

function applyToCalendar(
  of: { calendars: Map<string, CalendarBase>; own: Map<string, EventStates> },
  change: EventChange | CalendarChange,
): void {
  if (change.op === 'calendar.add') {
    of.calendars.set(change.key, { ...change.calendar, key: change.key, events: EMPTY_EVENTS });
    of.own.set(change.key, createEventStates(change.key, EMPTY_EVENTS));
  } else if (change.op === 'calendar.delete') {
    of.calendars.delete(change.key);
    of.own.delete(change.key);
  } else if (change.op === 'calendar.edit') {
    if (change.patch.isDefault) {
      for (const [key, other] of of.calendars) if (other.isDefault) of.calendars.set(key, { ...other, isDefault: false });
    }
    const known = of.calendars.get(change.key);
    if (known) of.calendars.set(change.key, { ...known, ...change.patch });
  }
}

function applyToGroup(
  of: { groups: Map<string, CalendarGroup>; calendars: Map<string, CalendarBase> },
  change: EventChange | CalendarChange,
  seq: number,
): void {
  if (change.op === 'calendarGroup.add' || change.op === 'calendarGroup.edit') {
    of.groups.set(change.key, { key: change.key, name: change.name, changedSeq: seq });
  } else if (change.op === 'calendarGroup.delete') {
    of.groups.delete(change.key);
  }
}

/** Of a private event those whom the calendar is shared with see that there is one: support.microsoft.com, "Make an event private". */
function seenByOthers(content: EventContent): EventContent {
  const exceptions = content.exceptions?.map((exception) => ({ ...exception, patch: masked(exception.patch) }));
  const shown = content.sensitivity === 'normal' || content.sensitivity === 'personal' ? content : masked(content);
  return exceptions && shown !== content ? { ...shown, exceptions } : shown;
}

function masked<Content extends Partial<EventContent>>(content: Content): Content {
  const { attachments: _a, extensions: _e, singleValues: _s, multiValues: _m, locations: _l, joinUrl: _j, ...rest } = content;
  const hidden: Partial<EventContent> = {
    ...('subject' in content ? { subject: 'Private Appointment' } : {}),
    ...('body' in content ? { body: { contentType: 'text', content: '' } } : {}),
    ...('location' in content ? { location: '' } : {}),
    ...('attendees' in content ? { attendees: [] } : {}),
    ...('categories' in content ? { categories: [] } : {}),
  };
  return { ...rest, ...hidden } as Content;
}
