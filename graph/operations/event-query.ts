import { createYieldingQuery, type YieldingQuery } from './yielding-query.ts';

/** What Trawl keeps of an event. */
const eventSelect = [
  'id,changeKey,iCalUId,subject,bodyPreview,body,start,end,originalStartTimeZone,originalEndTimeZone,originalStart,isAllDay',
  'isCancelled,type,seriesMasterId,recurrence,location,organizer,attendees,showAs,responseStatus,isOnlineMeeting',
  'onlineMeetingProvider,onlineMeeting,importance,sensitivity,categories,createdDateTime,lastModifiedDateTime,webLink',
].join(',');

/** Cancelled occurrences came to v1.0 late; a service without them is asked for the rest. */
export const createEventQuery = (): YieldingQuery =>
  createYieldingQuery({ whole: { $select: `${eventSelect},cancelledOccurrences` }, plain: { $select: eventSelect } });
