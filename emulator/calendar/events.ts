import type { EventView } from '../data/calendar-state.ts';
import type { CalendarBase } from '../data/model.ts';
import { json, plainCount, type Answer } from '../http/answer.ts';
import { passes } from '../http/filter.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { checkedFilter, contextUrl, pageSize, selection, skipPage } from '../http/odata.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { endsEarly } from '../mail/folders.ts';
import { preferenceHeader } from '../mail/message-in-folder.ts';
import { findCalendar, findEvent } from './calendar-ids.ts';
import { CALENDAR_READERS } from './calendars.ts';
import { occurrencesOf, touches, type Occurrence, type TimeWindow } from './occurrences.ts';
import { EVENT_TYPE, renderEvent } from './render-event.ts';

type Handle = (context: MailboxContext, calendar: string) => Answer;

/** The same resource below the user (their default calendar) and below one calendar. */
function both(path: string, of: { kind: string; handle: Handle }): GraphRoute[] {
  const common = { kind: of.kind, roles: CALENDAR_READERS };
  return [
    mailboxRoute(`/users/{user-id}${path}`, { ...common, handle: (context) => of.handle(context, 'default') }),
    mailboxRoute(`/users/{user-id}/calendars/{calendar-id}${path}`, {
      ...common,
      handle: (context) => of.handle(context, context.params['calendar-id']!),
    }),
  ];
}

export const eventRoutes: readonly GraphRoute[] = [
  ...both('/events', { kind: 'events.list', handle: listEvents }),
  ...both('/events/$count', { kind: 'events.count', handle: countEvents }),
  ...both('/events/{event-id}', { kind: 'events.get', handle: getEvent }),
  ...both('/events/{event-id}/instances', { kind: 'events.instances', handle: listInstances }),
  ...both('/calendarView', { kind: 'calendarView.list', handle: listView }),
  ...both('/calendarView/$count', { kind: 'calendarView.count', handle: countView }),
];

interface Entry {
  readonly event: EventView;
  readonly occurrence?: Occurrence | undefined;
}

function answerList(context: MailboxContext, list: { readonly entries: readonly Entry[]; readonly fragment: string }): Answer {
  const { request, mailbox, user } = context;
  const selected = selection(request, EVENT_TYPE);
  const size = pageSize(request, { fallback: 10, maximum: 1_000 });
  const count = list.entries.length;
  const item = (position: number) => {
    const { event, occurrence } = list.entries[position]!;
    return renderEvent(mailbox, event, { prefer: request.prefer, occurrence, selected });
  };
  const fragment = `users('${user.id}')${list.fragment}`;
  return json(skipPage(request, { count, size, fragment, item, endsEarly: endsEarly(context, count > size) }), preferenceHeader(context));
}

/** Single events and series masters only; occurrences are in calendarView and instances. */
function listEvents(context: MailboxContext, calendarName: string): Answer {
  return answerList(context, { entries: masters(context, calendarName), fragment: `${placeOf(calendarName)}/events` });
}

function countEvents(context: MailboxContext, calendarName: string): Answer {
  return plainCount(masters(context, calendarName).length);
}

function masters(context: MailboxContext, calendarName: string): Entry[] {
  const { mailbox, request } = context;
  const calendar = findCalendar(mailbox, calendarName);
  const entries = [...mailbox.calendars.eventKeys(calendar)].map((key) => ({ event: mailbox.calendars.event(calendar.key, key)! }));
  const text = request.query.get('$filter');
  if (text === undefined) return entries;
  const filter = checkedFilter(text, EVENT_TYPE);
  return entries.filter(({ event }) => passes(filter, renderEvent(mailbox, event, { prefer: request.prefer })));
}

function placeOf(calendarName: string): string {
  return calendarName === 'default' ? '' : `/calendars('${calendarName}')`;
}

function getEvent(context: MailboxContext, calendarName: string): Answer {
  const { request, mailbox, user } = context;
  const found = eventIn(context, calendarName);
  const entity = renderEvent(mailbox, found.event, { ...found, prefer: request.prefer, selected: selection(request, EVENT_TYPE) });
  return json({ '@odata.context': contextUrl(request, `users('${user.id}')/events/$entity`), ...entity }, preferenceHeader(context));
}

/** Below the user any calendar's event is found by its id; below a calendar only its own. */
function eventIn({ mailbox, params }: MailboxContext, calendarName: string) {
  const found = findEvent(mailbox, params['event-id']!);
  const isElsewhere = calendarName !== 'default' && findCalendar(mailbox, calendarName).key !== found.event.calendarKey;
  if (isElsewhere) throw PROBLEMS.itemNotFound();
  return found;
}

function listInstances(context: MailboxContext, calendarName: string): Answer {
  const window = windowOf(context);
  const { event, occurrence } = eventIn(context, calendarName);
  const content = event.load();
  if (occurrence || !content.recurrence) {
    throw problem(400, 'ErrorInvalidRequest', 'The event is not a recurring master: only a series master has instances.');
  }
  const entries = occurrencesOf(content, window).map((found) => ({ event, occurrence: found }));
  return answerList(context, { entries, fragment: `/events('${context.params['event-id']}')/instances` });
}

function listView(context: MailboxContext, calendarName: string): Answer {
  return answerList(context, { entries: viewOf(context, calendarName), fragment: `${placeOf(calendarName)}/calendarView` });
}

function countView(context: MailboxContext, calendarName: string): Answer {
  return plainCount(viewOf(context, calendarName).length);
}

function viewOf({ mailbox, ...context }: MailboxContext, calendarName: string): Entry[] {
  const window = windowOf({ mailbox, ...context });
  const calendar: CalendarBase = findCalendar(mailbox, calendarName);
  const entries = [...mailbox.calendars.eventKeys(calendar)].flatMap((key): (Entry & { startMs: number })[] => {
    const event = mailbox.calendars.event(calendar.key, key)!;
    const content = event.load();
    if (!content.recurrence) return touches(content, window) ? [{ event, startMs: content.startMs }] : [];
    return occurrencesOf(content, window).map((occurrence) => ({ event, occurrence, startMs: occurrence.content.startMs }));
  });
  return entries.toSorted((a, b) => a.startMs - b.startMs);
}

/** Five years: the span that is reported as Exchange's limit; Microsoft's pages name none. */
const LONGEST_WINDOW_MS = 1_826 * 86_400_000;

function windowOf({ request }: MailboxContext): TimeWindow {
  const [start, end] = [request.query.get('startDateTime'), request.query.get('endDateTime')];
  if (start === undefined || end === undefined) {
    const message = 'This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.';
    throw problem(400, 'ErrorInvalidParameter', message);
  }
  // A moment without an offset is UTC, not this machine's time.
  const [startMs, endMs] = [start, end].map((text) =>
    Date.parse(/(Z|[+-]\d{2}:?\d{2})$/i.test(text) || !text.includes('T') ? text : `${text}Z`),
  ) as [number, number];
  if (Number.isNaN(startMs) || Number.isNaN(endMs)) throw problem(400, 'ErrorInvalidParameter', 'The time window is not made of dates.');
  if (endMs < startMs) throw problem(400, 'ErrorInvalidParameter', 'The end of the time window lies before its start.');
  if (endMs - startMs > LONGEST_WINDOW_MS)
    throw problem(400, 'ErrorCalendarViewRangeTooBig', 'The specified calendar view range exceeds the maximum range of five years.');
  return { startMs, endMs };
}
