import type { Attendee } from '../contract/document-fields.ts';
import type { DocumentContent } from '../contract/document.ts';
import type { GraphAttendee, GraphEvent } from '../graph/types.ts';
import type { DocumentUpsert } from '../store/types.ts';
import { contentHash } from './content-hash.ts';
import { mapBody, toDate, toInstant, told, toPerson, withoutUndefined } from './map-body.ts';

/** The id of a changed occurrence: Graph's own may change with the series, the place in the series does not. */
export function exceptionId(masterId: string, originalStart: string): string {
  return `${masterId}@${toDate(originalStart)?.toISOString() ?? originalStart}`;
}

/** Graph's date for "never" (learn.microsoft.com/graph/api/resources/responsestatus). */
const never = '0001-01-01T00:00:00Z';

function toAttendees(attendees: GraphAttendee[] | null): Attendee[] {
  return (attendees ?? []).flatMap((attendee) => {
    const person = toPerson(attendee);
    if (person === null) return [];
    const { type = null, status } = attendee;
    const time = status?.time ?? null;
    return [{ ...person, type, response: status?.response ?? null, respondedAt: time === never ? null : toDate(time) }];
  });
}

function onlineMeetingOf(event: GraphEvent): DocumentContent['onlineMeeting'] | undefined {
  const { isOnlineMeeting, onlineMeeting, onlineMeetingProvider = null } = event;
  if (isOnlineMeeting === undefined && onlineMeeting === undefined) return undefined;
  return isOnlineMeeting === true || onlineMeeting ? { provider: onlineMeetingProvider, joinUrl: onlineMeeting?.joinUrl ?? null } : null;
}

function toContent(event: GraphEvent, isException: boolean): DocumentContent {
  return withoutUndefined<DocumentContent>({
    changeKey: event.changeKey,
    iCalUId: event.iCalUId,
    subject: event.subject,
    preview: event.bodyPreview,
    ...mapBody(event.body),
    organizer: told(event.organizer, toPerson),
    attendees: told(event.attendees, toAttendees),
    startAt: told(event.start, toInstant),
    endAt: told(event.end, toInstant),
    timeZone: event.originalStartTimeZone,
    endTimeZone: event.originalEndTimeZone,
    originalStartAt: isException ? toDate(event.originalStart ?? null) : undefined,
    occurrenceId: isException ? event.id : undefined,
    allDay: told(event.isAllDay, (allDay) => allDay ?? false),
    cancelled: told(event.isCancelled, (cancelled) => cancelled ?? false),
    eventType: event.type,
    seriesMasterId: event.seriesMasterId,
    recurrence: event.recurrence,
    cancelledOccurrences: told(event.cancelledOccurrences, (days) => days ?? []),
    showAs: event.showAs,
    response: told(event.responseStatus, (status) => status?.response ?? null),
    onlineMeeting: onlineMeetingOf(event),
    location: told(event.location, (location) => location?.displayName ?? null),
    importance: event.importance,
    sensitivity: event.sensitivity,
    categories: told(event.categories, (categories) => categories ?? []),
    createdAt: told(event.createdDateTime, toDate),
    webLink: event.webLink,
    itemType: event['@odata.type'] ?? undefined,
    busyOnly: false,
  });
}

/** The write that stores an event as Graph returned it: single, master of a series, or changed occurrence. */
export function mapEvent(event: GraphEvent): DocumentUpsert {
  const { type, seriesMasterId, originalStart } = event;
  const isException = type === 'exception' && typeof seriesMasterId === 'string' && typeof originalStart === 'string';
  const content = toContent(event, isException);
  return {
    op: 'upsert',
    kind: 'event',
    graphId: isException ? exceptionId(seriesMasterId, originalStart) : event.id,
    content,
    lastModifiedAt: toDate(event.lastModifiedDateTime ?? null),
    whole: event.subject !== undefined && event.start !== undefined,
    contentHash: contentHash(content),
    attachmentsKey: null,
  };
}
