import type { IgnoredCalendar } from '../contract/mailbox.ts';
import type { GraphCalendar } from '../graph/types.ts';
import type { CalendarFound } from '../store/types.ts';

export interface SortedCalendars {
  own: CalendarFound[];
  ignored: IgnoredCalendar[];
  /** Those of the own ones of which nobody is said to be the owner. */
  ownerless: CalendarFound[];
}

/**
 * Tells a mailbox's own calendars from those of others, so that no event is crawled at its owner's and again here.
 * The default calendar is own; an owner among the mailbox's addresses is own where the calendar can be edited, and a
 * subscription where it cannot; another owner means shared; without an owner it is read.
 */
export function sortCalendars(calendars: readonly GraphCalendar[], addresses: readonly string[]): SortedCalendars {
  const mine = new Set(addresses.map((address) => address.toLowerCase()));
  const sorted: SortedCalendars = { own: [], ignored: [], ownerless: [] };
  for (const calendar of calendars) {
    const name = calendar.name ?? '';
    const owner = calendar.owner?.address ?? null;
    const isMine = owner !== null && mine.has(owner.toLowerCase());
    if (calendar.isDefaultCalendar === true || owner === null || (isMine && calendar.canEdit !== false)) {
      sorted.own.push({ graphId: calendar.id, name });
      if (owner === null && calendar.isDefaultCalendar !== true) sorted.ownerless.push({ graphId: calendar.id, name });
    } else sorted.ignored.push({ graphId: calendar.id, name, why: isMine ? 'subscribed' : 'shared', owner });
  }
  return sorted;
}
