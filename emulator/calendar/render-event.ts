import { isoSeconds } from '../data/clock.ts';
import { changeKeyOf } from '../data/ids.ts';
import type { EventView } from '../data/calendar-state.ts';
import type { MailboxState } from '../data/mailbox-state.ts';
import type { EventContent } from '../data/model.ts';
import { project } from '../http/odata.ts';
import type { Preferences } from '../http/request.ts';
import { htmlToText, previewOf, textToHtml } from '../mail/html.ts';
import { recipient } from '../mail/render-message.ts';
import { eventId } from './calendar-ids.ts';
import type { Occurrence } from './occurrences.ts';
import { wallClock } from './time-zones.ts';

export const EVENT_TYPE = {
  name: 'Microsoft.OutlookServices.Event',
  properties: [
    'id', 'createdDateTime', 'lastModifiedDateTime', 'changeKey', 'categories', 'transactionId', 'originalStartTimeZone', 'originalEndTimeZone', 'iCalUId',
    'reminderMinutesBeforeStart', 'isReminderOn', 'hasAttachments', 'subject', 'bodyPreview', 'importance', 'sensitivity', 'isAllDay', 'isCancelled',
    'isOrganizer', 'responseRequested', 'seriesMasterId', 'showAs', 'type', 'webLink', 'onlineMeetingUrl', 'isOnlineMeeting', 'onlineMeetingProvider',
    'allowNewTimeProposals', 'isDraft', 'hideAttendees', 'onlineMeeting', 'recurrence', 'responseStatus', 'body', 'start', 'end', 'location', 'locations',
    'attendees', 'organizer', 'originalStart', 'cancelledOccurrences',
  ],
} as const; // prettier-ignore

const NEVER = '0001-01-01T00:00:00Z';

/** Times are UTC unless `Prefer: outlook.timezone` says otherwise: learn.microsoft.com/graph/api/event-get. */
function moment(timeMs: number, prefer: Preferences): { dateTime: string; timeZone: string } {
  const timeZone = prefer.timeZone ?? 'UTC';
  return { dateTime: wallClock(timeMs, timeZone), timeZone };
}

function bodyOf({ body }: EventContent, prefer: Preferences): object {
  if (prefer.textBodies) return { contentType: 'text', content: body.contentType === 'text' ? body.content : htmlToText(body.content) };
  return { contentType: 'html', content: body.contentType === 'text' ? textToHtml(body.content) : body.content };
}

/** A single event or a series master as Graph gives it, or, with `occurrence`, that occurrence of the master. */
export function renderEvent(
  mailbox: MailboxState,
  event: EventView,
  options: {
    readonly prefer: Preferences;
    readonly occurrence?: Occurrence | undefined;
    readonly selected?: ReadonlySet<string> | undefined;
  },
): Record<string, unknown> {
  const { prefer, occurrence, selected } = options;
  const master = event.load();
  const content = occurrence?.content ?? master;
  const name = { ...event, ...(occurrence ? { originalStartMs: occurrence.originalStartMs } : {}) };
  const changeKey = changeKeyOf(mailbox.guid, { key: `${event.calendarKey}/${event.key}`, sequence: event.changedSeq });
  const location = { displayName: content.location, locationType: 'default', uniqueId: content.location, uniqueIdType: 'private' };
  const response = content.isOrganizer ? 'organizer' : 'accepted';
  const entity = {
    '@odata.etag': `W/"${changeKey}"`,
    id: eventId(mailbox, name, prefer.immutableIds),
    ...{
      createdDateTime: isoSeconds(content.createdMs),
      lastModifiedDateTime: isoSeconds(event.changedMs ?? content.createdMs),
      changeKey,
    },
    ...{
      categories: content.categories,
      transactionId: null,
      originalStartTimeZone: content.timeZone,
      originalEndTimeZone: content.timeZone,
    },
    ...{
      iCalUId: occurrence ? occurrenceUid(content, occurrence) : content.iCalUId,
      reminderMinutesBeforeStart: 15,
      isReminderOn: !content.isAllDay,
    },
    ...{
      hasAttachments: false,
      subject: content.subject,
      bodyPreview: previewOf(content.body),
      importance: 'normal',
      sensitivity: content.sensitivity,
    },
    ...{ isAllDay: content.isAllDay, isCancelled: content.isCancelled, isOrganizer: content.isOrganizer, responseRequested: true },
    seriesMasterId: occurrence ? eventId(mailbox, event, prefer.immutableIds) : null,
    ...{ showAs: content.showAs, type: typeOf(content, occurrence) },
    webLink: `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(eventId(mailbox, name, false))}&exvsurl=1&path=/calendar/item`,
    ...{ onlineMeetingUrl: null, isOnlineMeeting: false, onlineMeetingProvider: 'unknown', allowNewTimeProposals: true, isDraft: false },
    ...{ hideAttendees: false, onlineMeeting: null, recurrence: content.recurrence, responseStatus: { response, time: NEVER } },
    ...{ body: bodyOf(content, prefer), start: moment(content.startMs, prefer), end: moment(content.endMs, prefer), location },
    locations: content.location === '' ? [] : [location],
    attendees: content.attendees.map((attendee) => ({
      ...{ type: attendee.type, status: { response: attendee.response, time: NEVER } },
      ...recipient(attendee),
    })),
    organizer: recipient(content.organizer),
    ...(occurrence ? { originalStart: isoSeconds(occurrence.originalStartMs) } : {}),
    ...(selected?.has('cancelledOccurrences') ? { cancelledOccurrences: cancelledOf(mailbox, { event, content: master, prefer }) } : {}),
  };
  return project(entity, selected);
}

function typeOf(content: EventContent, occurrence: Occurrence | undefined): string {
  if (occurrence) return occurrence.isException ? 'exception' : 'occurrence';
  return content.recurrence ? 'seriesMaster' : 'singleInstance';
}

/** Differs by occurrence: learn.microsoft.com/graph/api/resources/event. The date stands in the middle of a global object id. */
function occurrenceUid(content: EventContent, occurrence: Occurrence): string {
  const date = new Date(occurrence.originalStartMs);
  const hex = (value: number, length: number) => value.toString(16).toUpperCase().padStart(length, '0');
  const stamp = hex(date.getUTCFullYear(), 4) + hex(date.getUTCMonth() + 1, 2) + hex(date.getUTCDate(), 2);
  return /^[0-9A-F]{40,}$/.test(content.iCalUId)
    ? content.iCalUId.slice(0, 32) + stamp + content.iCalUId.slice(40)
    : `${content.iCalUId}-${stamp}`;
}

function cancelledOf(mailbox: MailboxState, of: { event: EventView; content: EventContent; prefer: Preferences }): string[] {
  const id = eventId(mailbox, of.event, of.prefer.immutableIds);
  const cancelled = (of.content.exceptions ?? []).filter((exception) => exception.isCancelled);
  return cancelled.map(({ originalStartMs }) => `OID.${id}.${new Date(originalStartMs).toISOString().slice(0, 10)}`);
}
