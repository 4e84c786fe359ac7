import type { CalendarHost } from './calendar-changes.ts';
import { createCalendarStates, type CalendarStates } from './calendar-state.ts';
import type { GroupCalendarChange } from './changes.ts';
import { EMPTY_EVENTS, type CalendarBase } from './model.ts';
import { uuidOf } from './random.ts';

/** The one calendar that a Microsoft 365 group has. */
const CALENDAR: CalendarBase = {
  ...{ key: 'calendar', name: 'Calendar', isDefault: true, owner: null, canEdit: true, color: 'auto', group: 'mine' },
  events: EMPTY_EVENTS,
};

export interface GroupCalendars {
  get(groupId: string): CalendarHost;
  apply(change: GroupCalendarChange, atMs: number): void;
}

/** The calendars of groups, by group id: only those that something was put into take memory. */
export function createGroupCalendars(): GroupCalendars {
  const held = new Map<string, { readonly calendars: CalendarStates; seq: number }>();
  const empty = createCalendarStates([CALENDAR]);
  return {
    get: (groupId) => {
      const id = groupId.toLowerCase();
      return {
        guid: uuidOf(`mailbox:${id}`),
        get calendars() {
          return held.get(id)?.calendars ?? empty;
        },
      };
    },
    apply: (change, atMs) => {
      const id = change.groupCalendar.toLowerCase();
      const group = held.get(id) ?? { calendars: createCalendarStates([CALENDAR]), seq: 0 };
      held.set(id, group);
      group.seq++;
      group.calendars.apply(change, { seq: group.seq, atMs });
    },
  };
}
