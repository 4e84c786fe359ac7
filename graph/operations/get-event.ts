import { graphAddress } from '../address.ts';
import { outlookHeaders } from '../prefer.ts';
import { readItem } from '../read-answer.ts';
import type { Requests } from '../requests.ts';
import { shapes } from '../schemas.ts';
import type { Graph } from '../types.ts';

const operation = 'getEvent';

/** What Trawl keeps of an event. */
export const eventSelect = [
  'id,changeKey,iCalUId,subject,bodyPreview,body,start,end,originalStartTimeZone,isAllDay,isCancelled,type,seriesMasterId',
  'recurrence,location,organizer,attendees,importance,sensitivity,categories,createdDateTime,lastModifiedDateTime,webLink',
].join(',');

/** Reads one event, whole. Times are UTC. */
export const getEvent =
  (requests: Requests): Graph['getEvent'] =>
  async ({ userId, eventId }, options) => {
    const url = graphAddress(requests.graphOrigin, ['users', userId, 'events', eventId], { $select: eventSelect });
    return readItem(await requests.getJson({ operation, url, headers: outlookHeaders(), options }), shapes.event, operation);
  };
