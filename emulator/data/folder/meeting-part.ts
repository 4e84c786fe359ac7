import ICAL from 'ical.js';
import type { MeetingContent, Person } from '../model.ts';
import { parseIcs } from './ics-calendar.ts';

const NOBODY: Person = { name: '', address: '' };

/** An answer's PARTSTAT, RFC 5546. */
const ANSWERS: Readonly<Record<string, MeetingContent['kind']>> = {
  ACCEPTED: 'accepted',
  TENTATIVE: 'tentativelyAccepted',
  DECLINED: 'declined',
};

/**
 * What a text/calendar part makes of its mail: an invitation (METHOD:REQUEST), its withdrawal (CANCEL) or an answer
 * (REPLY). Undefined where it makes nothing of it, so that the part stays an attachment.
 */
export function meetingOf(ics: string): MeetingContent | undefined {
  try {
    const root = ICAL.parse(ics) as unknown as ConstructorParameters<typeof ICAL.Component>[0];
    const calendar = new ICAL.Component(root);
    const method = String(calendar.getFirstPropertyValue('method') ?? '').toUpperCase();
    const attendee = calendar.getFirstSubcomponent('vevent')?.getFirstProperty('attendee');
    const partstat = String(attendee?.getFirstParameter('partstat') ?? '').toUpperCase();
    const kind = method === 'REQUEST' ? 'request' : method === 'CANCEL' ? 'cancelled' : method === 'REPLY' ? ANSWERS[partstat] : undefined;
    const content = parseIcs(ics, NOBODY).events[0]?.content;
    if (kind === undefined || !content) return undefined;
    const { iCalUId: uid, startMs, endMs, isAllDay, location, recurrence } = content;
    return { kind, uid, startMs, endMs, isAllDay, location, recurrence };
  } catch {
    return undefined;
  }
}
