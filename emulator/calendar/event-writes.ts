import { randomBytes } from 'node:crypto';
import type { EventPatch } from '../data/calendar-changes.ts';
import type { CalendarBase, EventContent, EventResponse } from '../data/model.ts';
import { uuidOf } from '../data/random.ts';
import { accepted, created, json, noContent, type Answer } from '../http/answer.ts';
import type { GraphRoute } from '../http/graph-context.ts';
import { jsonBody, type JsonObject } from '../http/json-body.ts';
import { problem } from '../http/problem.ts';
import { preferenceHeader } from '../mail/message-in-folder.ts';
import { asObject, flagField, invalid, listField, objectField, textField } from './body-fields.ts';
import { calendarOfPath, CALENDAR_WRITERS, eventOfPath, everywhere, type CalendarContext } from './calendar-context.ts';
import { attachmentOfBody } from './event-attachments.ts';
import { changeEvent, removeEvent, writableCalendar } from './event-changes.ts';
import { patchOfBody } from './event-input.ts';
import { contentOf, type Entry } from './event-query.ts';
import { checkPreferredZone, entityContext } from './events.ts';
import { answerToOrganizer, invitations, updates } from './meeting-copies.ts';
import { meetingMail } from './meeting-mails.ts';
import { firstStart } from './occurrences.ts';
import { renderEvent } from './render-event.ts';

export function eventWriteRoutes(): readonly GraphRoute[] {
  const write = (path: string, kind: string, method: 'POST' | 'PATCH' | 'DELETE', handle: (context: CalendarContext) => Promise<Answer>) =>
    everywhere(path, { kind: `events.${kind}`, roles: CALENDAR_WRITERS, method, handle });
  return [
    ...write('/events', 'create', 'POST', createEvent),
    ...['/events/{event-id}', '/calendarView/{event-id}'].flatMap((path) => [
      ...write(path, 'update', 'PATCH', updateEvent),
      ...write(path, 'delete', 'DELETE', deleteEvent),
    ]),
    ...write('/events/{event-id}/cancel', 'cancel', 'POST', cancelEvent),
    ...write('/events/{event-id}/accept', 'accept', 'POST', (context) => respond(context, 'accepted')),
    ...write('/events/{event-id}/tentativelyAccept', 'tentativelyAccept', 'POST', (context) => respond(context, 'tentativelyAccepted')),
    ...write('/events/{event-id}/decline', 'decline', 'POST', (context) => respond(context, 'declined')),
  ];
}

async function createEvent(context: CalendarContext): Promise<Answer> {
  checkPreferredZone(context);
  const calendar = writableCalendar(context, calendarOfPath(context).key);
  const fields = await jsonBody(context.request);
  const patch = patchOfBody(fields, undefined);
  checkTransaction(context, { calendar, transactionId: patch.transactionId });
  const key = `x${randomBytes(6).toString('hex')}`;
  const attachments = (listField(fields, 'attachments') ?? []).map((value) => attachmentOfBody(context, asObject(value, 'attachments')));
  const content = newContent(context, { key, patch: attachments.length > 0 ? { ...patch, attachments } : patch });
  await context.commit(calendar, { op: 'event.add', key, calendar: calendar.key, event: content });
  await toAttendees(context, calendar, (organizerId) => [
    ...invitations(context.world, { key, content, organizerId }),
    ...meetingMail(context.world, { content, kind: 'request', from: content.organizer, to: content.attendees }),
  ]);
  return created(entityOf(context, { event: context.mailbox.calendars.event(calendar.key, key)! }), preferenceHeader(context));
}

/** A transactionId that was seen makes a repeated create harmless: learn.microsoft.com/graph/api/resources/event. */
function checkTransaction({ mailbox }: CalendarContext, of: { calendar: CalendarBase; transactionId: string | undefined }): void {
  if (of.transactionId === undefined) return;
  for (const key of mailbox.calendars.eventKeys(of.calendar)) {
    if (mailbox.calendars.event(of.calendar.key, key)!.load().transactionId === of.transactionId) {
      throw problem(409, 'ErrorDuplicateTransactionId', 'Your request can\'t be completed. An event with the same transaction ID already exists.'); // prettier-ignore
    }
  }
}

function newContent(context: CalendarContext, of: { key: string; patch: EventPatch }): EventContent {
  const { self, world } = context;
  const nowMs = world.clock.nowMs();
  const made: EventContent = {
    ...{
      subject: '',
      body: { contentType: 'html', content: '' },
      startMs: 0,
      endMs: 0,
      timeZone: 'UTC',
      isAllDay: false,
      isCancelled: false,
    },
    ...{ location: '', organizer: self, isOrganizer: true, attendees: [], recurrence: null, showAs: 'busy', sensitivity: 'normal' },
    ...{ categories: [], createdMs: nowMs, iCalUId: globalId(`${context.basePath}/${of.key}`), responseStatus: { response: 'organizer' } },
    ...withMeetingLink(of.patch, of.key),
  };
  return atFirstOccurrence(made);
}

function withMeetingLink(patch: EventPatch, key: string): EventPatch {
  if (patch.onlineMeetingProvider !== 'teamsForBusiness') return patch;
  const meeting = encodeURIComponent(`19:meeting_${Buffer.from(uuidOf(`meeting:${key}`)).toString('base64url')}@thread.v2`);
  return { ...patch, joinUrl: `https://teams.microsoft.com/l/meetup-join/${meeting}/0` };
}

/** A series starts where its pattern first falls, which need not be where the body had it start. */
function atFirstOccurrence(content: EventContent): EventContent {
  if (!content.recurrence) return content;
  const startMs = firstStart(content);
  if (startMs === undefined) throw invalid('The recurrence has no occurrence.');
  return { ...content, startMs, endMs: startMs + content.endMs - content.startMs };
}

/** A global object id as Outlook makes them: MS-OXOCAL 2.2.1.27. */
function globalId(name: string): string {
  return `040000008200E00074C5B7101A82E00800000000${uuidOf(name).replaceAll('-', '').slice(0, 16).toUpperCase()}000000000000000010000000${uuidOf(`${name}/`).replaceAll('-', '').toUpperCase()}`;
}

function entityOf(context: CalendarContext, entry: Entry): object {
  const entity = renderEvent(context.mailbox, entry.event, { prefer: context.request.prefer, occurrence: entry.occurrence });
  return { '@odata.context': entityContext(context), ...entity };
}

async function updateEvent(context: CalendarContext): Promise<Answer> {
  checkPreferredZone(context);
  const entry = eventOfPath(context);
  const current = contentOf(entry);
  const fields = await jsonBody(context.request);
  const patch = withMeetingLink(patchOfBody(fields, current), entry.event.key);
  if (entry.occurrence && patch.recurrence) throw invalid('The recurrence belongs to the series: change its master.');
  const whole = entry.occurrence ? patch : seriesPatch(entry.event.load(), patch);
  if (Object.keys(whole).length > 0) {
    await changeEvent(context, entry, whole);
    await tellAttendees(context, entry, { patch: entry.occurrence ? undefined : whole });
  }
  const id = context.params['event-id']!;
  return json(entityOf(context, eventOfPath(context, id)), preferenceHeader(context));
}

/** A series whose times or pattern change is made anew: its exceptions are gone, as in Outlook. */
function seriesPatch(content: EventContent, patch: EventPatch): EventPatch {
  if (!content.recurrence && !patch.recurrence) return patch;
  const changesTimes = ['recurrence', 'startMs', 'endMs', 'isAllDay', 'timeZone'].some((name) => name in patch);
  if (!changesTimes) return patch;
  const { startMs, endMs } = atFirstOccurrence({ ...content, ...patch });
  return { ...patch, startMs, endMs, exceptions: [] };
}

async function deleteEvent(context: CalendarContext): Promise<Answer> {
  const entry = eventOfPath(context);
  const content = entry.event.load();
  await removeEvent(context, entry);
  if (content.isOrganizer)
    await tellAttendees(context, entry, { patch: entry.occurrence ? undefined : { isCancelled: true }, before: content });
  return noContent();
}

/** Only the organizer cancels: learn.microsoft.com/graph/api/event-cancel. */
async function cancelEvent(context: CalendarContext): Promise<Answer> {
  const entry = eventOfPath(context);
  const comment = commentOf(await optionalBody(context));
  const content = entry.event.load();
  if (!content.isOrganizer) {
    throw problem(400, 'ErrorInvalidRequest', "Your request can't be completed. You need to be an organizer to cancel a meeting.");
  }
  await removeEvent(context, entry);
  await tellAttendees(context, entry, { patch: entry.occurrence ? undefined : { isCancelled: true }, before: content, comment });
  return accepted();
}

/** An answer without a body is one without a comment. */
async function optionalBody(context: CalendarContext): Promise<JsonObject> {
  const length = context.request.header('content-length');
  const isEmpty = (length === undefined || length === '0') && context.request.header('transfer-encoding') === undefined;
  return isEmpty ? {} : jsonBody(context.request);
}

function commentOf(fields: JsonObject): string | undefined {
  return textField(fields, 'comment') ?? textField(fields, 'Comment');
}

async function respond(context: CalendarContext, response: Answered): Promise<Answer> {
  const entry = eventOfPath(context);
  const fields = await optionalBody(context);
  const comment = commentOf(fields);
  const sends = flagField(fields, 'sendResponse') ?? true;
  const content = contentOf(entry);
  if (content.isOrganizer) {
    throw problem(
      400,
      'ErrorInvalidRequest',
      "Your request can't be completed. You can't respond to this meeting because you're the meeting organizer.",
    );
  }
  const proposal = proposalOf(fields, { response, content });
  const { world, self } = context;
  if (response === 'declined') await removeEvent(context, entry);
  else {
    const status = { responseStatus: { response, timeMs: world.clock.nowMs() } };
    await changeEvent(context, entry, { ...status, showAs: response === 'accepted' ? 'busy' : 'tentative' });
  }
  if (sends && !entry.occurrence) {
    const told = answerToOrganizer(world, { key: entry.event.key, content, attendee: self.address, response, proposal });
    const mails = meetingMail(world, { content, kind: response, from: self, to: [content.organizer], comment });
    if (told.length + mails.length > 0) await world.commit([...told, ...mails]);
  }
  return accepted();
}

type Answered = 'accepted' | 'tentativelyAccepted' | 'declined';

function proposalOf(
  fields: JsonObject,
  of: { response: EventResponse; content: EventContent },
): { startMs: number; endMs: number } | undefined {
  const slot = objectField(fields, 'proposedNewTime');
  if (!slot) return undefined;
  if (of.response === 'accepted') throw invalid("The parameter 'proposedNewTime' is for declining and for accepting tentatively.");
  if (of.content.allowNewTimeProposals === false)
    throw problem(400, 'ErrorInvalidRequest', 'The organizer does not allow new time proposals.');
  const { startMs, endMs } = patchOfBody({ start: slot['start'], end: slot['end'] }, undefined);
  return { startMs: startMs!, endMs: endMs! };
}

/** What attendees are told of by mail; all else their calendars take over without a word. */
const TOLD_BY_MAIL: readonly (keyof EventPatch)[] = ['subject', 'startMs', 'endMs', 'isAllDay', 'location', 'recurrence'];

/** `before` is the meeting as it was when it is no longer there, without `patch` an occurrence alone was changed. */
async function tellAttendees(
  context: CalendarContext,
  entry: Entry,
  of: { patch: EventPatch | undefined; before?: EventContent; comment?: string | undefined },
): Promise<void> {
  const { patch, before, comment } = of;
  const { mailbox, world } = context;
  const { calendarKey, key } = entry.event;
  const content = before ?? mailbox.calendars.event(calendarKey, key)!.load();
  if (!content.isOrganizer) return;
  const exceptions = mailbox.calendars.event(calendarKey, key)?.load().exceptions;
  const told = patch ?? (exceptions ? { exceptions } : {});
  const calendar = mailbox.calendars.get(calendarKey)!;
  const isWorthAMail = told.isCancelled || TOLD_BY_MAIL.some((name) => name in told);
  const kind = told.isCancelled ? 'cancelled' : 'request';
  await toAttendees(context, calendar, (organizerId) => [
    ...updates(world, { key, content, organizerId, patch: told }),
    ...(isWorthAMail ? meetingMail(world, { content, kind, from: content.organizer, to: content.attendees, comment }) : []),
  ]);
}

async function toAttendees(
  { world, mailbox, user, isGroup }: CalendarContext,
  calendar: CalendarBase,
  changesOf: (organizerId: string) => ReturnType<typeof invitations>,
): Promise<void> {
  if (isGroup) return;
  const changes = changesOf(mailbox.calendars.home(calendar)?.ownerId ?? user.id);
  if (changes.length > 0) await world.commit(changes);
}
