import type { CalendarStates } from './calendar-state.ts';
import type { CalendarBase, EventContent } from './model.ts';

export type EventPatch = Partial<Omit<EventContent, 'iCalUId' | 'createdMs'>>;

export type EventChange =
  | { readonly op: 'event.add'; readonly key: string; readonly calendar: string; readonly event: EventContent }
  | { readonly op: 'event.edit'; readonly key: string; readonly calendar: string; readonly patch: EventPatch }
  | { readonly op: 'event.delete'; readonly key: string; readonly calendar: string };

/** A calendar as the journal keeps it. */
export type StoredCalendar = Omit<CalendarBase, 'key' | 'events'>;

export type CalendarChange =
  | { readonly op: 'calendar.add'; readonly key: string; readonly calendar: StoredCalendar }
  | { readonly op: 'calendar.edit'; readonly key: string; readonly patch: Partial<Pick<CalendarBase, 'name' | 'color' | 'isDefault'>> }
  | { readonly op: 'calendar.delete'; readonly key: string }
  | { readonly op: 'calendarGroup.add'; readonly key: string; readonly name: string }
  | { readonly op: 'calendarGroup.edit'; readonly key: string; readonly name: string }
  | { readonly op: 'calendarGroup.delete'; readonly key: string };

/** Whatever has calendars: a mailbox, or a group. */
export interface CalendarHost {
  readonly guid: string;
  readonly calendars: CalendarStates;
  /** Object id of the user; undefined for a group. */
  readonly ownerId?: string;
}
