import { wallClock } from '../calendar/time-zones.ts';
import { isoSeconds } from '../data/clock.ts';
import type { AttachedContact, EventContent } from '../data/model.ts';
import type { Preferences } from '../http/request.ts';
import { previewOf } from './html.ts';
import { bodyOf, recipient } from './render-message.ts';

/** An event inside a message: no id, no calendar. */
export function renderAttachedEvent(event: EventContent, prefer: Preferences): Record<string, unknown> {
  const timeZone = prefer.timeZone ?? 'UTC';
  const moment = (timeMs: number) => ({ dateTime: wallClock(timeMs, timeZone), timeZone });
  const location = { displayName: event.location, locationType: 'default', uniqueIdType: 'unknown' };
  return {
    '@odata.type': '#microsoft.graph.event',
    id: '',
    ...{ createdDateTime: isoSeconds(event.createdMs), lastModifiedDateTime: isoSeconds(event.createdMs), categories: event.categories },
    ...{ originalStartTimeZone: event.timeZone, originalEndTimeZone: event.timeZone, iCalUId: event.iCalUId },
    ...{ hasAttachments: false, subject: event.subject, bodyPreview: previewOf(event.body), importance: 'normal' },
    ...{ sensitivity: event.sensitivity, isAllDay: event.isAllDay, isCancelled: event.isCancelled, isOrganizer: event.isOrganizer },
    ...{ showAs: event.showAs, type: event.recurrence ? 'seriesMaster' : 'singleInstance', recurrence: event.recurrence },
    body: bodyOf(event, prefer),
    ...{ start: moment(event.startMs), end: moment(event.endMs), location, organizer: recipient(event.organizer) },
    attendees: event.attendees.map(({ name, address, type }) => ({ type, emailAddress: { name, address } })),
  };
}

export function renderAttachedContact(contact: AttachedContact): Record<string, unknown> {
  const { displayName, givenName, surname, companyName, jobTitle, businessPhones, mobilePhone } = contact;
  return {
    '@odata.type': '#microsoft.graph.contact',
    id: '',
    ...{ displayName, fileAs: displayName, givenName, surname, companyName, jobTitle, businessPhones, mobilePhone },
    emailAddresses: contact.emails.map(({ name, address }) => ({ name, address })),
  };
}
