import type { CalendarHost } from '../data/calendar-changes.ts';
import type { EventView } from '../data/calendar-state.ts';
import { isoSeconds } from '../data/clock.ts';
import { changeKeyOf } from '../data/ids.ts';
import type { Attendee, EventContent, EventLocation } from '../data/model.ts';
import type { Preferences } from '../http/request.ts';
import { htmlToText, previewOf, textToHtml, withoutScripts } from '../mail/html.ts';
import { recipient } from '../mail/render-message.ts';
import { eventId } from './calendar-ids.ts';
import type { Occurrence } from './occurrences.ts';
import { wallClock, wallText } from './time-zones.ts';

const PROPERTIES = [
  'id', 'createdDateTime', 'lastModifiedDateTime', 'changeKey', 'categories', 'transactionId', 'originalStartTimeZone', 'originalEndTimeZone', 'iCalUId',
  'reminderMinutesBeforeStart', 'isReminderOn', 'hasAttachments', 'subject', 'bodyPreview', 'importance', 'sensitivity', 'isAllDay', 'isCancelled',
  'isOrganizer', 'responseRequested', 'seriesMasterId', 'showAs', 'type', 'webLink', 'onlineMeetingUrl', 'isOnlineMeeting', 'onlineMeetingProvider',
  'allowNewTimeProposals', 'isDraft', 'hideAttendees', 'onlineMeeting', 'recurrence', 'responseStatus', 'body', 'start', 'end', 'location', 'locations',
  'attendees', 'organizer', 'originalStart',
] as const; // prettier-ignore

/** As Exchange names the type in its refusals. */
export const EVENT_TYPE = { name: 'Microsoft.OutlookServices.Event', properties: [...PROPERTIES, 'cancelledOccurrences'] } as const;

const NEVER = '0001-01-01T00:00:00Z';
/** Not given to those who may read the basics only: learn.microsoft.com/graph/permissions-reference, Calendars.ReadBasic.All. */
const NOT_BASIC: ReadonlySet<string> = new Set(['body', 'bodyPreview']);

export interface RenderOptions {
  readonly prefer: Preferences;
  readonly occurrence?: Occurrence | undefined;
  readonly selected?: ReadonlySet<string> | undefined;
  readonly isFull?: boolean;
}

/** A single event or a series master as Graph gives it, or, with `occurrence`, that occurrence of the master. */
export function renderEvent(host: Pick<CalendarHost, 'guid'>, event: EventView, options: RenderOptions): Record<string, unknown> {
  const { prefer, occurrence, selected } = options;
  const master = event.load();
  const content = occurrence?.content ?? master;
  const changeKey = eventChangeKey(host, event);
  const values: Record<string, () => unknown> = {
    ...namesOf(host, { event, content, occurrence, prefer }),
    ...wordsOf(content),
    ...meetingOf(content),
    changeKey: () => changeKey,
    createdDateTime: () => isoSeconds(content.createdMs),
    lastModifiedDateTime: () => isoSeconds(event.changedMs ?? content.createdMs),
    body: () => bodyOf(content, prefer),
    start: () => momentOf(content, 'startMs', prefer),
    end: () => momentOf(content, 'endMs', prefer),
    attendees: () => content.attendees.map((attendee) => renderAttendee(attendee, prefer)),
    // Only a master has lost some: learn.microsoft.com/graph/api/resources/event.
    cancelledOccurrences: () => (occurrence ? [] : cancelledOf(host, { event, content: master, prefer })),
  };
  const entity: Record<string, unknown> = {
    '@odata.etag': `W/"${changeKey}"`,
    id: eventId(host, nameOf(event, occurrence), prefer.immutableIds),
  };
  for (const name of selected ? EVENT_TYPE.properties : PROPERTIES) {
    const isWanted = !selected || selected.has(name) || (name === 'locations' && selected.has('location'));
    if (name === 'id' || !isWanted || (options.isFull === false && NOT_BASIC.has(name))) continue;
    // Only occurrences have it: learn.microsoft.com/graph/api/resources/event.
    if (name !== 'originalStart' || occurrence) entity[name] = values[name]!();
  }
  return entity;
}

/** Occurrences and exceptions lie inside their master, and share its version. */
export function eventChangeKey(host: Pick<CalendarHost, 'guid'>, event: EventView): string {
  return changeKeyOf(host.guid, { key: `${event.calendarKey}/${event.key}`, sequence: event.changedSeq });
}

function nameOf(event: EventView, occurrence: Occurrence | undefined) {
  return { ...event, ...(occurrence ? { originalStartMs: occurrence.originalStartMs } : {}) };
}

/**
 * Times are UTC unless `Prefer: outlook.timezone` says otherwise: learn.microsoft.com/graph/api/event-get. All-day events
 * are dates: they are from midnight to midnight in whatever zone was asked for.
 */
function momentOf(content: EventContent, end: 'startMs' | 'endMs', prefer: Preferences): { dateTime: string; timeZone: string } {
  const timeZone = prefer.timeZone ?? 'UTC';
  const inZone = wallClock(content[end], timeZone);
  return { dateTime: content.isAllDay ? wallText(content[end]) : inZone, timeZone };
}

function bodyOf({ body }: EventContent, prefer: Preferences): object {
  if (prefer.textBodies) return { contentType: 'text', content: body.contentType === 'text' ? body.content : htmlToText(body.content) };
  return { contentType: 'html', content: body.contentType === 'text' ? textToHtml(body.content) : withoutScripts(body.content) };
}

function namesOf(
  host: Pick<CalendarHost, 'guid'>,
  of: { event: EventView; content: EventContent; occurrence: Occurrence | undefined; prefer: Preferences },
): Record<string, () => unknown> {
  const { event, content, occurrence, prefer } = of;
  const link = () => encodeURIComponent(eventId(host, nameOf(event, occurrence), false));
  return {
    iCalUId: () => (occurrence ? occurrenceUid(content, occurrence) : content.iCalUId),
    seriesMasterId: () => (occurrence ? eventId(host, event, prefer.immutableIds) : null),
    type: () => typeOf(content, occurrence),
    recurrence: () => content.recurrence,
    webLink: () => `https://outlook.office365.com/owa/?itemid=${link()}&exvsurl=1&path=/calendar/item`,
    originalStart: () => occurrence && isoSeconds(occurrence.originalStartMs),
  };
}

function wordsOf(content: EventContent): Record<string, () => unknown> {
  return {
    categories: () => content.categories,
    transactionId: () => content.transactionId ?? null,
    originalStartTimeZone: () => content.timeZone,
    originalEndTimeZone: () => content.endTimeZone ?? content.timeZone,
    reminderMinutesBeforeStart: () => content.reminderMinutes ?? 15,
    isReminderOn: () => content.isReminderOn ?? !content.isAllDay,
    hasAttachments: () => (content.attachments ?? []).some((attachment) => !attachment.isInline),
    subject: () => content.subject,
    bodyPreview: () => previewOf(content.body),
    importance: () => content.importance ?? 'normal',
    sensitivity: () => content.sensitivity,
    isAllDay: () => content.isAllDay,
    isCancelled: () => content.isCancelled,
    showAs: () => content.showAs,
    location: () =>
      locationsOf(content)[0] ?? { displayName: '', locationType: 'default', uniqueIdType: 'unknown', address: {}, coordinates: {} },
    locations: () => locationsOf(content),
  };
}

function meetingOf(content: EventContent): Record<string, () => unknown> {
  const response = () => content.responseStatus?.response ?? (content.isOrganizer ? 'organizer' : 'accepted');
  const respondedMs = content.responseStatus?.timeMs;
  return {
    isOrganizer: () => content.isOrganizer,
    organizer: () => recipient(content.organizer),
    responseRequested: () => content.responseRequested ?? true,
    responseStatus: () => ({ response: response(), time: respondedMs === undefined ? NEVER : isoSeconds(respondedMs) }),
    allowNewTimeProposals: () => content.allowNewTimeProposals ?? true,
    isDraft: () => content.isDraft ?? false,
    hideAttendees: () => content.hideAttendees ?? false,
    onlineMeetingUrl: () => null,
    isOnlineMeeting: () => content.joinUrl !== undefined,
    onlineMeetingProvider: () => content.onlineMeetingProvider ?? 'unknown',
    onlineMeeting: () => (content.joinUrl === undefined ? null : { joinUrl: content.joinUrl }),
  };
}

function renderAttendee(attendee: Attendee, prefer: Preferences): object {
  const { proposedNewTime, respondedMs } = attendee;
  const timeZone = prefer.timeZone ?? 'UTC';
  const at = (timeMs: number) => ({ dateTime: wallClock(timeMs, timeZone), timeZone });
  return {
    type: attendee.type,
    status: { response: attendee.response, time: respondedMs === undefined ? NEVER : isoSeconds(respondedMs) },
    ...(proposedNewTime ? { proposedNewTime: { start: at(proposedNewTime.startMs), end: at(proposedNewTime.endMs) } } : {}),
    ...recipient(attendee),
  };
}

export function locationsOf(content: Pick<EventContent, 'location' | 'locations'>): EventLocation[] {
  if (content.locations && content.locations.length > 0) {
    return content.locations.map((location) => ({ locationType: 'default', ...location }));
  }
  if (content.location === '') return [];
  return [{ displayName: content.location, locationType: 'default', uniqueId: content.location, uniqueIdType: 'private' }];
}

export function typeOf(content: EventContent, occurrence: Occurrence | undefined): string {
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

function cancelledOf(host: Pick<CalendarHost, 'guid'>, of: { event: EventView; content: EventContent; prefer: Preferences }): string[] {
  const id = eventId(host, of.event, of.prefer.immutableIds);
  const cancelled = (of.content.exceptions ?? []).filter((exception) => exception.isCancelled);
  return cancelled.map(({ originalStartMs }) => `OID.${id}.${new Date(originalStartMs).toISOString().slice(0, 10)}`);
}
