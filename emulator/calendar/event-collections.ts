import type { CalendarBase } from '../data/model.ts';
import { problem } from '../http/problem.ts';
import { calendarOfPath, eventOfPath, type CalendarContext } from './calendar-context.ts';
import { calendarId, readableCalendar } from './calendar-ids.ts';
import { contentOf, expansionsOf, type Entry } from './event-query.ts';
import { renderAttachments } from './event-attachments.ts';
import { exceptionsOf, occurrencesOf, touches, type TimeWindow } from './occurrences.ts';
import { renderEvent, type RenderOptions } from './render-event.ts';
import { renderCalendar } from './render-calendar.ts';
import { windowOf } from './time-window.ts';

/** Single events and series masters, in the order in which they were made; with `seq` those of then. */
export function mastersOf({ mailbox }: Pick<CalendarContext, 'mailbox'>, calendar: CalendarBase, seq?: number): Entry[] {
  return [...mailbox.calendars.eventKeys(calendar, seq)].map((key) => ({ event: mailbox.calendars.event(calendar.key, key, seq)! }));
}

/** What a calendar view shows: single events, occurrences and exceptions, by their start. */
export function viewOf(context: CalendarContext, mostDays: number): Entry[] {
  const window = windowOf(context.request, mostDays);
  return byStart(mastersOf(context, calendarOfPath(context)).flatMap((entry) => inWindow(entry, window)));
}

/** Sorted by their start; each is loaded once for it. */
export function byStart(entries: readonly Entry[]): Entry[] {
  const keyed = entries.map((entry) => ({ entry, startMs: contentOf(entry).startMs }));
  return keyed.sort((a, b) => a.startMs - b.startMs).map(({ entry }) => entry);
}

export function inWindow(entry: Entry, window: TimeWindow): Entry[] {
  const content = entry.event.load();
  if (!content.recurrence) return touches(content, window) ? [entry] : [];
  return occurrencesOf(content, window).map((occurrence) => ({ event: entry.event, occurrence }));
}

/** The master that the path names. Throws Exchange's 400 for anything else. */
export function masterOfPath(context: CalendarContext): Entry {
  const found = eventOfPath(context);
  if (found.occurrence || !found.event.load().recurrence) {
    throw problem(400, 'ErrorInvalidRequest', 'The event is not a recurring master: only a series master has instances.');
  }
  return found;
}

export function instancesOf(context: CalendarContext, mostDays: number): Entry[] {
  const window = windowOf(context.request, mostDays);
  return inWindow(masterOfPath(context), window);
}

export function exceptionsOfPath(context: CalendarContext): Entry[] {
  const { event } = masterOfPath(context);
  return exceptionsOf(event.load()).map((occurrence) => ({ event, occurrence }));
}

/** An event with what `$expand` asks for. */
export function expandedEvent(
  context: CalendarContext,
  entry: Entry,
  options: { selected: ReadonlySet<string> | undefined; mostDays: number },
): Record<string, unknown> {
  const { request, mailbox, isFull } = context;
  const how: RenderOptions = { prefer: request.prefer, selected: options.selected, isFull };
  const render = (of: Entry) => renderEvent(mailbox, of.event, { ...how, occurrence: of.occurrence });
  const entity = render(entry);
  const content = contentOf(entry);
  for (const [name, text] of expansionsOf(context)) {
    if (name === 'attachments') entity[name] = isFull ? renderAttachments(context, entry) : [];
    else if (name === 'extensions') entity[name] = isFull ? (content.extensions ?? []) : [];
    else if (name === 'singleValueExtendedProperties') withProperties(entity, { name, text, values: isFull ? content.singleValues : [] });
    else if (name === 'multiValueExtendedProperties') withProperties(entity, { name, text, values: isFull ? content.multiValues : [] });
    else if (name === 'calendar')
      entity[name] = renderCalendar(mailbox, readableCalendar(mailbox, calendarId(mailbox, entry.event.calendarKey)));
    else if (entry.occurrence || !content.recurrence) entity[name] = [];
    else if (name === 'exceptionOccurrences')
      entity[name] = exceptionsOf(content).map((occurrence) => render({ event: entry.event, occurrence }));
    else entity[name] = inWindow(entry, windowOf(request, options.mostDays)).map(render);
  }
  return entity;
}

/** Only those that the filter in the parentheses names: learn.microsoft.com/graph/api/singlevaluelegacyextendedproperty-get. */
function withProperties(
  entity: Record<string, unknown>,
  of: { name: string; text: string; values: readonly { id: string; value: unknown }[] | undefined },
): void {
  const wanted = [...of.text.matchAll(/id\s+eq\s+'((?:[^']|'')*)'/gi)].map((found) => normalPropertyId(found[1]!.replaceAll("''", "'")));
  if (wanted.length === 0) {
    throw problem(400, 'ErrorInvalidProperty', `$expand=${of.name} needs a $filter on the id of each property that is wanted.`);
  }
  const found = (of.values ?? []).filter(({ id }) => wanted.includes(normalPropertyId(id)));
  if (found.length > 0) entity[of.name] = found;
}

function normalPropertyId(id: string): string {
  return id.trim().replaceAll(/\s+/g, ' ').toLowerCase();
}
