import { isoSeconds } from '../data/clock.ts';
import { changeKeyOf } from '../data/ids.ts';
import type { EventView } from '../data/calendar-state.ts';
import type { MailboxState } from '../data/mailbox-state.ts';
import type { EventContent } from '../data/model.ts';
import type { Preferences } from '../http/request.ts';
import { htmlToText, previewOf, textToHtml } from '../mail/html.ts';
import { recipient } from '../mail/render-message.ts';
import { eventId } from './calendar-ids.ts';

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
function moment(timeMs: number): { dateTime: string; timeZone: string } {
  return { dateTime: `${new Date(timeMs).toISOString().slice(0, 19)}.0000000`, timeZone: 'UTC' };
}

function bodyOf({ body }: EventContent, prefer: Preferences): object {
  if (prefer.textBodies) return { contentType: 'text', content: body.contentType === 'text' ? body.content : htmlToText(body.content) };
  return { contentType: 'html', content: body.contentType === 'text' ? textToHtml(body.content) : body.content };
}

/** A single event or a series master as Graph gives it. */
export function renderEvent(mailbox: MailboxState, event: EventView, prefer: Preferences): Record<string, unknown> {
  const content = event.load();
  const changeKey = changeKeyOf(mailbox.guid, { key: `${event.calendarKey}/${event.key}`, sequence: event.changedSeq });
  const id = eventId(mailbox, event, prefer.immutableIds);
  const location = { displayName: content.location, locationType: 'default', uniqueId: content.location, uniqueIdType: 'private' };
  const response = content.isOrganizer ? 'organizer' : 'accepted';
  return {
    '@odata.etag': `W/"${changeKey}"`,
    id,
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
    ...{ iCalUId: content.iCalUId, reminderMinutesBeforeStart: 15, isReminderOn: !content.isAllDay, hasAttachments: false },
    ...{ subject: content.subject, bodyPreview: previewOf(content.body), importance: 'normal', sensitivity: content.sensitivity },
    ...{
      isAllDay: content.isAllDay,
      isCancelled: content.isCancelled,
      isOrganizer: content.isOrganizer,
      responseRequested: true,
      seriesMasterId: null,
    },
    ...{ showAs: content.showAs, type: content.recurrence ? 'seriesMaster' : 'singleInstance' },
    webLink: `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(eventId(mailbox, event, false))}&exvsurl=1&path=/calendar/item`,
    ...{
      onlineMeetingUrl: null,
      isOnlineMeeting: false,
      onlineMeetingProvider: 'unknown',
      allowNewTimeProposals: true,
      isDraft: false,
      hideAttendees: false,
    },
    ...{ onlineMeeting: null, recurrence: content.recurrence, responseStatus: { response, time: NEVER }, body: bodyOf(content, prefer) },
    ...{ start: moment(content.startMs), end: moment(content.endMs), location, locations: content.location === '' ? [] : [location] },
    attendees: content.attendees.map((attendee) => ({
      type: attendee.type,
      status: { response: attendee.response, time: NEVER },
      ...recipient(attendee),
    })),
    organizer: recipient(content.organizer),
  };
}
