import { makeId } from '../data/ids.ts';
import type { CalendarBase } from '../data/model.ts';
import type { EventView } from '../data/calendar-state.ts';
import type { MailboxState } from '../data/mailbox-state.ts';
import { PROBLEMS } from '../http/problem.ts';
import { checkedId } from '../mail/mail-ids.ts';

export function calendarId(mailbox: MailboxState, key: string): string {
  return makeId({ kind: 'calendar', immutable: false, mailboxGuid: mailbox.guid, parts: [key] });
}

export function calendarGroupId(mailbox: MailboxState, group: string): string {
  return makeId({ kind: 'calendarGroup', immutable: false, mailboxGuid: mailbox.guid, parts: [group] });
}

/** Events stay in their calendar, so both kinds of id are as stable here. */
export function eventId(mailbox: MailboxState, event: Pick<EventView, 'calendarKey' | 'key'>, immutable: boolean): string {
  return makeId({ kind: 'event', immutable, mailboxGuid: mailbox.guid, parts: [event.calendarKey, event.key] });
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

export function findEvent(mailbox: MailboxState, id: string): EventView {
  const [calendarKey, key] = checkedId(mailbox, id, 'event').parts;
  const event = mailbox.calendars.event(calendarKey!, key!);
  if (!event) throw PROBLEMS.itemNotFound();
  return event;
}
