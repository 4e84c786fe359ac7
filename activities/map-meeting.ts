import type { Meeting } from '../contract/document-fields.ts';
import type { GraphMessage } from '../graph/types.ts';
import { toInstant, toPerson } from './map-body.ts';

/** What a message about a meeting says of it; undefined for any other message, and for one that tells nothing of it. */
export function mapMeeting(message: GraphMessage): Meeting | undefined {
  const { meetingMessageType: type, startDateTime, endDateTime, event } = message;
  if (type === undefined && startDateTime === undefined && event === undefined) return undefined;
  const meeting: Meeting = {
    type: type ?? null,
    startAt: toInstant(startDateTime ?? null),
    endAt: toInstant(endDateTime ?? null),
    allDay: message.isAllDay ?? false,
    location: message.location?.displayName ?? null,
    recurrence: message.recurrence ?? null,
    outOfDate: message.isOutOfDate ?? false,
    requestType: message.meetingRequestType ?? null,
    responseType: message.responseType ?? null,
  };
  if (event === null) meeting.event = null;
  else if (event !== undefined) {
    const { id, iCalUId = null, organizer = null, seriesMasterId = null } = event;
    meeting.event = { graphId: id, iCalUId, organizer: toPerson(organizer), seriesMasterId };
  }
  return meeting;
}
