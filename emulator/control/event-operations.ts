import type { CalendarBase, EventContent, Person } from '../data/model.ts';
import type { World } from '../data/world.ts';
import type { EventChange, EventPatch } from '../data/calendar-changes.ts';
import { uuidOf } from '../data/random.ts';
import { findEvent, calendarId, eventId } from '../calendar/calendar-ids.ts';
import { occurrenceByStart } from '../calendar/occurrences.ts';
import type { EventView } from '../data/calendar-state.ts';
import { problem } from '../http/problem.ts';
import { badInput, objectOf, oneOf, optionalBoolean, optionalText, optionalTime, textOf, type Fields } from './input.ts';
import { commit, mailboxOf, newKey, personOf, type MailboxOf } from './mail-operations.ts';

const HOUR_MS = 3_600_000;

/** By id, by name, or `default`. */
export function calendarOf({ mailbox }: MailboxOf, name: string): CalendarBase {
  const found = mailbox.calendars.all.find(
    (calendar) => (name === 'default' && calendar.isDefault) || calendar.name === name || calendarId(mailbox, calendar.key) === name,
  );
  if (!found) throw problem(404, 'NoCalendar', `The mailbox has no calendar '${name}'`);
  return found;
}

export async function addEvent(of: MailboxOf, calendarName: string, fields: Fields): Promise<object> {
  const calendar = calendarOf(of, calendarName);
  const key = newKey();
  await commit(of, {
    op: 'event.add',
    key,
    calendar: calendar.key,
    event: newEvent({ world: of.world, self: selfOf(of), seed: of.user.id }, { fields, key }),
  });
  return answerOf(of, { calendarKey: calendar.key, key });
}

export async function editEvent(of: MailboxOf, id: string, fields: Fields): Promise<object> {
  const { calendarKey, key } = masterOf(of, id);
  const patch = patchOf(fields);
  if (Object.keys(patch).length === 0)
    throw badInput('Nothing to change: give subject, body, start, end, location, isCancelled or recurrence');
  await commitEvent(of, { op: 'event.edit', key, calendar: calendarKey, patch });
  return answerOf(of, { calendarKey, key });
}

/** An event or a master; an occurrence is changed by `changeOccurrence`. */
function masterOf(of: MailboxOf, id: string): EventView {
  const { event, occurrence } = findEvent(of.mailbox, id);
  if (occurrence)
    throw badInput('The id names an occurrence; give the series’ id, or change the occurrence by …/events/{series}/exceptions');
  return event;
}

/** {originalStart, cancelled: true} takes an occurrence out of its series; other fields change it. */
export async function changeOccurrence(of: MailboxOf, id: string, fields: Fields): Promise<object> {
  const event = masterOf(of, id);
  const originalStartMs = optionalTime(fields, 'originalStart');
  if (originalStartMs === undefined) throw badInput('originalStart must be a date such as 2026-11-02T08:00:00Z');
  const content = event.load();
  if (!occurrenceByStart(content, originalStartMs)) throw problem(404, 'NoOccurrence', 'The series has no occurrence that starts then');
  const isCancelled = optionalBoolean(fields, 'cancelled') ?? false;
  const others = (content.exceptions ?? []).filter((exception) => exception.originalStartMs !== originalStartMs);
  const { recurrence: _recurrence, ...patch } = patchOf(fields);
  const exceptions = [...others, { originalStartMs, isCancelled, patch: isCancelled ? {} : patch }];
  await commitEvent(of, { op: 'event.edit', key: event.key, calendar: event.calendarKey, patch: { exceptions } });
  return answerOf(of, { calendarKey: event.calendarKey, key: event.key, ...(isCancelled ? {} : { originalStartMs }) });
}

export async function deleteEvent(of: MailboxOf, id: string): Promise<object> {
  const { calendarKey, key } = masterOf(of, id);
  await commitEvent(of, { op: 'event.delete', key, calendar: calendarKey });
  return { deleted: true };
}

const CALENDAR_KINDS = ['own', 'shared', 'oldStyleShare', 'subscribed'] as const;

/** {name, kind?, canEdit?, owner?: address, calendar?}: an own calendar, a colleague's (`owner`, their `calendar`), or one of the internet. */
export async function addCalendar(of: MailboxOf, fields: Fields): Promise<object> {
  const kind = oneOf(fields, 'kind', CALENDAR_KINDS) ?? 'own';
  const [name, key] = [textOf(fields, 'name'), newKey()];
  const common = { kind, name, isDefault: false, color: 'auto', canEdit: optionalBoolean(fields, 'canEdit') ?? kind === 'own' };
  if (kind === 'own' || kind === 'subscribed') {
    const owner = kind === 'subscribed' && fields['owner'] === null ? null : selfOf(of);
    await commit(of, { op: 'calendar.add', key, calendar: { ...common, owner, group: kind === 'own' ? 'mine' : 'other' } });
  } else {
    const from = mailboxOf(of.world, textOf(fields, 'owner'));
    const calendar = calendarOf(from, optionalText(fields, 'calendar') ?? 'default');
    const owner = selfOf(from);
    const share = kind === 'shared' ? { share: { owner: from.user.id, calendarKey: calendar.key } } : {};
    await commit(of, { op: 'calendar.add', key, calendar: { ...common, ...share, owner, group: 'people' } });
  }
  return { id: calendarId(of.mailbox, key), kind, name };
}

/** An event in the calendar of a group, which only its members read. */
export async function addGroupEvent(world: World, groupId: string, fields: Fields): Promise<object> {
  const key = newKey();
  const self = { name: groupId, address: `${groupId}@${world.tenant.domains[0]}` };
  const event = newEvent({ world, self, seed: groupId }, { fields, key });
  await world.commit([{ op: 'event.add', key, calendar: 'calendar', event, groupCalendar: groupId }]);
  const host = world.groupCalendar(groupId);
  return { id: eventId(host, { calendarKey: 'calendar', key }, true), calendarId: calendarId(host, 'calendar') };
}

function answerOf({ mailbox }: MailboxOf, event: { calendarKey: string; key: string; originalStartMs?: number }): object {
  return {
    id: eventId(mailbox, event, true),
    changingId: eventId(mailbox, event, false),
    calendarId: calendarId(mailbox, event.calendarKey),
  };
}

/** An event of a shared calendar is its owner's. */
function commitEvent(of: MailboxOf, change: EventChange): Promise<void> {
  const home = of.mailbox.calendars.home(of.mailbox.calendars.get(change.calendar)!);
  if (!home) throw problem(404, 'NoCalendar', 'The owner of the shared calendar has it no more');
  return of.world.commit([{ ...change, calendar: home.calendarKey, mailbox: home.ownerId ?? of.user.id }]);
}

function selfOf({ user }: MailboxOf): Person {
  return { name: user.displayName, address: user.mail ?? user.upn };
}

function newEvent(of: { world: World; self: Person; seed: string }, parts: { fields: Fields; key: string }): EventContent {
  const { world, self } = of;
  const nowMs = Math.floor(world.clock.nowMs() / 1_000) * 1_000;
  const startMs = optionalTime(parts.fields, 'start') ?? nowMs + 24 * HOUR_MS;
  const organizer = personOf(parts.fields['organizer']) ?? self;
  return {
    subject: textOf(parts.fields, 'subject'),
    body: { contentType: 'html', content: '' },
    ...{
      startMs,
      endMs: startMs + HOUR_MS,
      timeZone: 'UTC',
      isAllDay: optionalBoolean(parts.fields, 'isAllDay') ?? false,
      isCancelled: false,
    },
    ...{ location: '', organizer, isOrganizer: organizer.address === self.address, attendees: [], recurrence: null },
    ...{ iCalUId: uuidOf(`event:${of.seed}:${parts.key}`), showAs: 'busy', sensitivity: 'normal', categories: [], createdMs: nowMs },
    ...patchOf(parts.fields),
  };
}

function patchOf(fields: Fields): EventPatch {
  const content = optionalText(fields, 'body');
  const wanted = {
    subject: optionalText(fields, 'subject'),
    body: content === undefined ? undefined : { contentType: 'html' as const, content },
    startMs: optionalTime(fields, 'start'),
    endMs: optionalTime(fields, 'end'),
    location: optionalText(fields, 'location'),
    isCancelled: optionalBoolean(fields, 'isCancelled'),
    recurrence: recurrenceOf(fields['recurrence']),
  };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)) as EventPatch;
}

function recurrenceOf(value: unknown): EventContent['recurrence'] | undefined {
  if (value === undefined || value === null) return value;
  const fields = objectOf(value, 'recurrence');
  return { pattern: objectOf(fields['pattern'], 'recurrence/pattern'), range: objectOf(fields['range'], 'recurrence/range') };
}
