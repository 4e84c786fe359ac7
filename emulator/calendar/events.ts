import type { EventView } from '../data/calendar-state.ts';
import { json, plainCount, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { contextUrl, pageSize, project, selection, skipPage } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import { endsEarly } from '../mail/folders.ts';
import { CALENDAR_READERS } from './calendars.ts';
import { findCalendar, findEvent } from './calendar-ids.ts';
import { EVENT_TYPE, renderEvent } from './render-event.ts';

export const eventRoutes: readonly GraphRoute[] = [
  mailboxRoute('/users/{user-id}/events', {
    kind: 'events.list',
    roles: CALENDAR_READERS,
    handle: (context) => listEvents(context, 'default'),
  }),
  mailboxRoute('/users/{user-id}/events/$count', {
    kind: 'events.count',
    roles: CALENDAR_READERS,
    handle: (context) => countEvents(context, 'default'),
  }),
  mailboxRoute('/users/{user-id}/events/{event-id}', { kind: 'events.get', roles: CALENDAR_READERS, handle: getEvent }),
  mailboxRoute('/users/{user-id}/calendars/{calendar-id}/events', {
    ...{ kind: 'events.list', roles: CALENDAR_READERS },
    handle: (context) => listEvents(context, context.params['calendar-id']!),
  }),
  mailboxRoute('/users/{user-id}/calendars/{calendar-id}/events/$count', {
    ...{ kind: 'events.count', roles: CALENDAR_READERS },
    handle: (context) => countEvents(context, context.params['calendar-id']!),
  }),
  mailboxRoute('/users/{user-id}/calendars/{calendar-id}/events/{event-id}', {
    kind: 'events.get',
    roles: CALENDAR_READERS,
    handle: getEvent,
  }),
];

/** Single events and series masters only; occurrences are in calendarView and instances. */
function listEvents(context: MailboxContext, calendarName: string): Answer {
  const { request, mailbox, user } = context;
  const calendar = findCalendar(mailbox, calendarName);
  const selected = selection(request, EVENT_TYPE);
  const keys = [...mailbox.calendars.eventKeys(calendar)];
  const size = pageSize(request, { fallback: 10, maximum: 1_000 });
  const view = (position: number): EventView => mailbox.calendars.event(calendar.key, keys[position]!)!;
  const item = (position: number) => project(renderEvent(mailbox, view(position), request.prefer), selected);
  const place = calendarName === 'default' ? '' : `/calendars('${calendarName}')`;
  const fragment = `users('${user.id}')${place}/events`;
  return json(skipPage(request, { count: keys.length, size, fragment, item, endsEarly: endsEarly(context, keys.length > size) }));
}

function countEvents({ mailbox }: MailboxContext, calendarName: string): Answer {
  return plainCount(mailbox.calendars.count(findCalendar(mailbox, calendarName)));
}

function getEvent(context: MailboxContext): Answer {
  const { request, mailbox, user, params } = context;
  const event = findEvent(mailbox, params['event-id']!);
  if (params['calendar-id'] !== undefined && findCalendar(mailbox, params['calendar-id']).key !== event.calendarKey)
    throw PROBLEMS.itemNotFound();
  const entity = project(renderEvent(mailbox, event, request.prefer), selection(request, EVENT_TYPE));
  return json({ '@odata.context': contextUrl(request, `users('${user.id}')/events/$entity`), ...entity });
}
