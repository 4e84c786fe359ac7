import type { CalendarHost } from '../data/calendar-changes.ts';
import { kindOf, type EventView } from '../data/calendar-state.ts';
import { makeId } from '../data/ids.ts';
import type { CalendarBase } from '../data/model.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { checkedId } from '../mail/mail-ids.ts';
import { occurrenceByStart, type Occurrence } from './occurrences.ts';

type Host = Pick<CalendarHost, 'guid' | 'calendars'>;

export function calendarId(mailbox: Pick<Host, 'guid'>, key: string): string {
  return makeId({ kind: 'calendar', immutable: false, mailboxGuid: mailbox.guid, parts: [key] });
}

export function calendarGroupId(mailbox: Pick<Host, 'guid'>, group: string): string {
  return makeId({ kind: 'calendarGroup', immutable: false, mailboxGuid: mailbox.guid, parts: [group] });
}

type EventName = Pick<EventView, 'calendarKey' | 'key'> & { readonly originalStartMs?: number };

/** Events stay in their calendar, so both kinds of id are as stable here. An occurrence is named by its original start. */
export function eventId(mailbox: Pick<Host, 'guid'>, event: EventName, immutable: boolean): string {
  return makeId({ kind: 'event', immutable, mailboxGuid: mailbox.guid, parts: partsOf(event) });
}

function partsOf(event: EventName): string[] {
  return [event.calendarKey, event.key, ...(event.originalStartMs === undefined ? [] : [String(event.originalStartMs)])];
}

export function eventAttachmentId(
  mailbox: Pick<Host, 'guid'>,
  of: { event: EventName; attachmentKey: string; immutable: boolean },
): string {
  const parts = ['event', of.attachmentKey, ...partsOf(of.event)];
  return makeId({ kind: 'attachment', immutable: of.immutable, mailboxGuid: mailbox.guid, parts });
}

/** The key of an attachment of this event. Throws Exchange's 400 and 404. */
export function attachmentKeyOf(mailbox: Pick<Host, 'guid'>, id: string, event: EventName): string {
  const [mark, key, ...name] = checkedId(mailbox, id, 'attachment').parts;
  if (mark !== 'event' || name.join('/') !== partsOf(event).join('/')) throw PROBLEMS.itemNotFound();
  return key!;
}

/** By id, or `default` for the user's default calendar. */
export function findCalendar(mailbox: Host, idOrDefault: string): CalendarBase {
  const found =
    idOrDefault === 'default'
      ? mailbox.calendars.all.find((calendar) => calendar.isDefault)
      : mailbox.calendars.get(checkedId(mailbox, idOrDefault, 'calendar').parts[0]!);
  if (!found) throw PROBLEMS.itemNotFound();
  return found;
}

/** A calendar whose events can be read: learn.microsoft.com/graph/known-issues says what an old-style share answers. */
export function readableCalendar(mailbox: Host, idOrDefault: string): CalendarBase {
  const calendar = findCalendar(mailbox, idOrDefault);
  if (kindOf(calendar) === 'oldStyleShare') {
    throw problem(500, 'ErrorInternalServerTransientError', 'An internal server error occurred. Try again later.');
  }
  if (!mailbox.calendars.home(calendar)) throw PROBLEMS.itemNotFound();
  return calendar;
}

export interface FoundEvent {
  readonly event: EventView;
  readonly occurrence: Occurrence | undefined;
}

/** A single event, a master, or one occurrence of a series. */
export function findEvent(mailbox: Host, id: string): FoundEvent {
  const [calendarKey, key, originalStart] = checkedId(mailbox, id, 'event').parts;
  const event = mailbox.calendars.event(calendarKey!, key!);
  if (!event) throw PROBLEMS.itemNotFound();
  if (originalStart === undefined) return { event, occurrence: undefined };
  const occurrence = occurrenceByStart(event.load(), Number(originalStart));
  if (!occurrence) throw PROBLEMS.itemNotFound();
  return { event, occurrence };
}
