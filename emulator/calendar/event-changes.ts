import type { EventPatch } from '../data/calendar-changes.ts';
import { PROBLEMS } from '../http/problem.ts';
import type { CalendarContext } from './calendar-context.ts';
import type { Entry } from './event-query.ts';

/** The calendar that holds an event, if the mailbox may write into it. Throws Exchange's 403. */
export function writableCalendar({ mailbox }: CalendarContext, calendarKey: string) {
  const calendar = mailbox.calendars.get(calendarKey);
  if (!calendar) throw PROBLEMS.itemNotFound();
  if (!calendar.canEdit) throw PROBLEMS.mailDenied();
  return calendar;
}

/** Changes a single event or a whole series; an occurrence becomes an exception of its series. */
export async function changeEvent(context: CalendarContext, entry: Entry, patch: EventPatch): Promise<void> {
  const { event, occurrence } = entry;
  const calendar = writableCalendar(context, event.calendarKey);
  const { exceptions = [] } = event.load();
  if (!occurrence) return context.commit(calendar, { op: 'event.edit', key: event.key, calendar: calendar.key, patch });
  const { originalStartMs } = occurrence;
  const known = exceptions.find((exception) => exception.originalStartMs === originalStartMs);
  const { recurrence: _recurrence, exceptions: _exceptions, ...own } = patch;
  const changed = { originalStartMs, isCancelled: false, patch: { ...known?.patch, ...own } };
  const others = exceptions.filter((exception) => exception !== known);
  return context.commit(calendar, {
    ...{ op: 'event.edit', key: event.key, calendar: calendar.key },
    patch: { exceptions: [...others, changed] },
  });
}

/** An occurrence is taken out of its series; a master goes with all its occurrences. */
export async function removeEvent(context: CalendarContext, entry: Entry): Promise<void> {
  const { event, occurrence } = entry;
  const calendar = writableCalendar(context, event.calendarKey);
  const name = { key: event.key, calendar: calendar.key };
  if (!occurrence) return context.commit(calendar, { op: 'event.delete', ...name });
  const { originalStartMs } = occurrence;
  const others = (event.load().exceptions ?? []).filter((exception) => exception.originalStartMs !== originalStartMs);
  const exceptions = [...others, { originalStartMs, isCancelled: true, patch: {} }];
  return context.commit(calendar, { op: 'event.edit', ...name, patch: { exceptions } });
}
