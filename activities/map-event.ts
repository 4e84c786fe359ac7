import type { DocumentContent } from '../contract/document.ts';
import type { GraphEvent } from '../graph/types.ts';
import type { DocumentUpsert } from '../store/types.ts';
import { contentHash } from './content-hash.ts';
import { mapBody, toDate, toInstant, told, toPeople, toPerson, withoutUndefined } from './map-body.ts';

/** The write that stores an event as Graph returned it. */
export function mapEvent(event: GraphEvent): DocumentUpsert {
  const content = withoutUndefined<DocumentContent>({
    changeKey: event.changeKey,
    iCalUId: event.iCalUId,
    subject: event.subject,
    preview: event.bodyPreview,
    ...mapBody(event.body),
    organizer: told(event.organizer, toPerson),
    attendees: told(event.attendees, toPeople),
    startAt: told(event.start, toInstant),
    endAt: told(event.end, toInstant),
    timeZone: event.originalStartTimeZone,
    allDay: told(event.isAllDay, (allDay) => allDay ?? false),
    cancelled: told(event.isCancelled, (cancelled) => cancelled ?? false),
    eventType: event.type,
    seriesMasterId: event.seriesMasterId,
    recurrence: event.recurrence,
    location: told(event.location, (location) => location?.displayName ?? null),
    importance: event.importance,
    sensitivity: event.sensitivity,
    categories: told(event.categories, (categories) => categories ?? []),
    createdAt: told(event.createdDateTime, toDate),
    webLink: event.webLink,
    itemType: event['@odata.type'] ?? undefined,
  });
  return {
    op: 'upsert',
    kind: 'event',
    graphId: event.id,
    content,
    lastModifiedAt: toDate(event.lastModifiedDateTime ?? null),
    whole: event.subject !== undefined && event.start !== undefined,
    contentHash: contentHash(content),
    attachmentsKey: null,
  };
}
