import { json, plainCount, type Answer } from '../http/answer.ts';
import type { GraphRoute } from '../http/graph-context.ts';
import { contextUrl, pageSize, skipPage, selectionText } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import { endsEarly } from '../mail/folders.ts';
import { preferenceHeader } from '../mail/message-in-folder.ts';
import { calendarOfPath, eventOfPath, everywhere, placeOf, type CalendarContext, type CalendarOptions } from './calendar-context.ts';
import { calendarId } from './calendar-ids.ts';
import { exceptionsOfPath, expandedEvent, instancesOf, masterOfPath, mastersOf, viewOf } from './event-collections.ts';
import { eventSelection, queried, type Entry } from './event-query.ts';
import { renderCalendar } from './render-calendar.ts';
import { checkedZone } from './time-zones.ts';

/** Reading of events below a user, a calendar and a group; the same event stands below /events and below /calendarView. */
export function eventRoutes(options: CalendarOptions): readonly GraphRoute[] {
  const { mostViewDays: mostDays } = options;
  const all = (path: string, kind: string, handle: (context: CalendarContext) => Answer) => everywhere(path, { kind, handle });
  const list = (kind: string, path: string, entries: (context: CalendarContext) => Entry[]) => [
    ...all(path, `${kind}.list`, (context) =>
      answerList(context, { entries: entries(context), place: placeName(context, path), mostDays }),
    ),
    ...all(`${path}/$count`, `${kind}.count`, (context) => plainCount(queried(context, entries(context)).length)),
  ];
  const one = (path: string) => all(path, 'events.get', (context) => getEvent(context, { entry: eventOfPath(context), mostDays }));
  return [
    ...list('events', '/events', (context) => mastersOf(context, calendarOfPath(context))),
    ...list('calendarView', '/calendarView', (context) => viewOf(context, mostDays)),
    ...['/events/{event-id}', '/calendarView/{event-id}'].flatMap((path) => [
      ...one(path),
      ...list('events.instances', `${path}/instances`, (context) => instancesOf(context, mostDays)),
      ...all(`${path}/instances/{event-id1}`, 'events.instances.get', (context) => getInstance(context, mostDays)),
      ...list('events.exceptions', `${path}/exceptionOccurrences`, exceptionsOfPath),
      ...all(`${path}/calendar`, 'events.calendar', getCalendarOf),
    ]),
  ];
}

function placeName(context: CalendarContext, path: string): string {
  const id = encodeURIComponent(context.params['event-id'] ?? '');
  const name = path.replace('/{event-id}', `('${id}')`);
  return `${context.root}${placeOf(context)}${name}${selectionText(context.request)}`;
}

function answerList(context: CalendarContext, list: { entries: readonly Entry[]; place: string; mostDays: number }): Answer {
  const { request } = context;
  checkPreferredZone(context);
  const selected = eventSelection(context);
  const entries = queried(context, list.entries);
  const size = pageSize(request, { fallback: 10, maximum: 1_000 });
  const item = (position: number) => expandedEvent(context, entries[position]!, { selected, mostDays: list.mostDays });
  const cutShort = endsEarly(context, entries.length > size);
  const page = skipPage(request, { count: entries.length, size, fragment: list.place, item, endsEarly: cutShort });
  return json(page, preferenceHeader(context));
}

/** A zone that nobody knows is refused even when there is nothing to show in it. */
export function checkPreferredZone({ request }: CalendarContext): void {
  if (request.prefer.timeZone !== undefined) checkedZone(request.prefer.timeZone);
}

export function getEvent(context: CalendarContext, of: { entry: Entry; mostDays: number }): Answer {
  checkPreferredZone(context);
  const entity = expandedEvent(context, of.entry, { selected: eventSelection(context), mostDays: of.mostDays });
  const body = { '@odata.context': entityContext(context), ...entity };
  return json(body, preferenceHeader(context));
}

export function entityContext(context: CalendarContext): string {
  return contextUrl(context.request, `${context.root}${placeOf(context)}/events${selectionText(context.request)}/$entity`);
}

function getInstance(context: CalendarContext, mostDays: number): Answer {
  const master = masterOfPath(context);
  const found = eventOfPath(context, context.params['event-id1']!);
  if (found.event.key !== master.event.key || !found.occurrence) throw PROBLEMS.itemNotFound();
  return getEvent(context, { entry: found, mostDays });
}

function getCalendarOf(context: CalendarContext): Answer {
  const { request, mailbox, root } = context;
  const calendar = mailbox.calendars.get(eventOfPath(context).event.calendarKey)!;
  const place = `${root}/calendars('${encodeURIComponent(calendarId(mailbox, calendar.key))}')/$entity`;
  return json({ '@odata.context': contextUrl(request, place), ...renderCalendar(mailbox, calendar) });
}
