import type { EventContent, MeetingContent, MessageContent, Person } from '../data/model.ts';
import { textParts } from '../data/text-parts.ts';

export type IcsEvent = Pick<EventContent, 'subject' | 'startMs' | 'endMs' | 'isAllDay' | 'location' | 'iCalUId'> &
  Partial<Pick<EventContent, 'organizer' | 'body' | 'createdMs'>> & { readonly attendees?: readonly (Person & { partstat?: string })[] };

/** An event as iCalendar, for $value of an attached one. */
export function toIcs(event: IcsEvent): string {
  return calendarOf('PUBLISH', event);
}

const METHODS: Readonly<Record<MeetingContent['kind'], { method: string; partstat?: string }>> = {
  request: { method: 'REQUEST' },
  cancelled: { method: 'CANCEL' },
  accepted: { method: 'REPLY', partstat: 'ACCEPTED' },
  tentativelyAccepted: { method: 'REPLY', partstat: 'TENTATIVE' },
  declined: { method: 'REPLY', partstat: 'DECLINED' },
};

/** What an invitation or an answer says in iCalendar. In an answer the sender is the attendee. */
export function meetingToIcs(message: MessageContent): { method: string; ics: string } {
  const { meeting, from } = message;
  if (!meeting) throw new Error('The message is about no meeting');
  const { method, partstat } = METHODS[meeting.kind];
  const [organizer, attendees] = partstat === undefined ? [from, message.to] : [message.to[0], from ? [{ ...from, partstat }] : []];
  const event = { ...meeting, subject: message.subject, iCalUId: meeting.uid, attendees, ...(organizer ? { organizer } : {}) };
  return { method, ics: calendarOf(method, event) };
}

function calendarOf(method: string, event: IcsEvent): string {
  const time = (name: string, timeMs: number) =>
    event.isAllDay ? `${name};VALUE=DATE:${stamp(timeMs).slice(0, 8)}` : `${name}:${stamp(timeMs)}`;
  const person = (name: string, { name: cn, address }: Person, rest = '') =>
    `${name};CN="${cn.replaceAll(/["\r\n]/g, '')}"${rest}:mailto:${address.replaceAll(/[\r\n]/g, '')}`;
  const lines = [
    ...['BEGIN:VCALENDAR', 'PRODID:-//Microsoft Corporation//Outlook 16.0//EN', 'VERSION:2.0', `METHOD:${method}`, 'BEGIN:VEVENT'],
    `UID:${escaped(event.iCalUId)}`,
    `SUMMARY:${escaped(event.subject)}`,
    ...[time('DTSTART', event.startMs), time('DTEND', event.endMs), `DTSTAMP:${stamp(event.createdMs ?? event.startMs)}`],
    ...(event.location ? [`LOCATION:${escaped(event.location)}`] : []),
    ...(event.body?.contentType === 'text' && event.body.content ? [`DESCRIPTION:${escaped(event.body.content)}`] : []),
    ...(event.organizer ? [person('ORGANIZER', event.organizer)] : []),
    ...(event.attendees ?? []).map((attendee) =>
      person('ATTENDEE', attendee, attendee.partstat === undefined ? '' : `;PARTSTAT=${attendee.partstat}`),
    ),
    ...['END:VEVENT', 'END:VCALENDAR', ''],
  ];
  return lines.map(folded).join('\r\n');
}

function stamp(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

export function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, '\\$&').replaceAll(/\r\n|\r|\n/g, '\\n');
}

/** Lines hold at most 75 octets: RFC 5545, 3.1. */
export function folded(line: string): string {
  return Buffer.byteLength(line) <= 75 ? line : textParts(line, 74).join('\r\n ');
}
