import { makeId } from '../data/ids.ts';
import type { CalendarBase } from '../data/model.ts';
import type { EventView } from '../data/calendar-state.ts';
import type { MailboxState } from '../data/mailbox-state.ts';
import { PROBLEMS } from '../http/problem.ts';
import { checkedId } from '../mail/mail-ids.ts';
import { occurrenceByStart, type Occurrence } from './occurrences.ts';

export function calendarId(mailbox: MailboxState, key: string): string {
  return makeId({ kind: 'calendar', immutable: false, mailboxGuid: mailbox.guid, parts: [key] });
}

export function calendarGroupId(mailbox: MailboxState, group: string): string {
  return makeId({ kind: 'calendarGroup', immutable: false, mailboxGuid: mailbox.guid, parts: [group] });
}

/** Events stay in their calendar, so both kinds of id are as stable here. An occurrence is named by its original start. */
export function eventId(
  mailbox: MailboxState,
  event: Pick<EventView, 'calendarKey' | 'key'> & { readonly originalStartMs?: number },
  immutable: boolean,
): string {
  const parts = [event.calendarKey, event.key, ...(event.originalStartMs === undefined ? [] : [String(event.originalStartMs)])];
  return makeId({ kind: 'event', immutable, mailboxGuid: mailbox.guid, parts });
}

/** By id, or `default` for the user's default calendar. */
export function findCalendar(mailbox: MailboxState, idOrDefault: string): CalendarBase {
  const found =
    idOrDefault === 'default'
      ? mailbox.calendars.all.find((calendar) => calendar.isDefault)
      : mailbox.calendars.get(checkedId(mailbox, idOrDefault, 'calendar').parts[0]!);
  if (!found) throw PROBLEMS.itemNotFound();
  return found;
}

/** A single event, a master, or one occurrence of a series. */
export function findEvent(mailbox: MailboxState, id: string): { readonly event: EventView; readonly occurrence: Occurrence | undefined } {
  const [calendarKey, key, originalStart] = checkedId(mailbox, id, 'event').parts;
  const event = mailbox.calendars.event(calendarKey!, key!);
  if (!event) throw PROBLEMS.itemNotFound();
  if (originalStart === undefined) return { event, occurrence: undefined };
  const occurrence = occurrenceByStart(event.load(), Number(originalStart));
  if (!occurrence) throw PROBLEMS.itemNotFound();
  return { event, occurrence };
}
