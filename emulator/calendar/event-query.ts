import type { EventView } from '../data/calendar-state.ts';
import type { EventContent } from '../data/model.ts';
import { passes, propertiesOf, type Filter } from '../http/filter.ts';
import { checkedFilter, selection } from '../http/odata.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import type { CalendarContext } from './calendar-context.ts';
import type { Occurrence } from './occurrences.ts';
import { EVENT_TYPE, renderEvent } from './render-event.ts';

export interface Entry {
  readonly event: EventView;
  readonly occurrence?: Occurrence | undefined;
}

/** What an event, or one occurrence of it, says. */
export function contentOf({ event, occurrence }: Entry): EventContent {
  return occurrence?.content ?? event.load();
}

const NAVIGATIONS = [
  'attachments', 'extensions', 'singleValueExtendedProperties', 'multiValueExtendedProperties', 'instances', 'exceptionOccurrences', 'calendar',
] as const; // prettier-ignore

/** Names that `$select` may give; navigations are allowed there, and change nothing. */
const SELECTABLE = { name: EVENT_TYPE.name, properties: [...EVENT_TYPE.properties, ...NAVIGATIONS] };
const FILTERABLE = { name: EVENT_TYPE.name, properties: [...EVENT_TYPE.properties, 'singleValueExtendedProperties', 'extensions'] };

export function eventSelection(context: CalendarContext): ReadonlySet<string> | undefined {
  return selection(context.request, SELECTABLE);
}

/** `$filter` and `$orderby` over events; times are compared in UTC. Throws Exchange's 400. */
export function queried(context: CalendarContext, entries: readonly Entry[]): readonly Entry[] {
  const { query } = context.request;
  if (query.has('$search')) throw problem(400, 'BadRequest', "The query parameter '$search' is not supported on events.");
  const text = query.get('$filter');
  const filter = text === undefined ? undefined : inUtc(checkedFilter(text, FILTERABLE));
  const order = orderOf(query.get('$orderby'));
  if (!filter && order.length === 0) return entries;
  const names = new Set([...(filter ? propertiesOf(filter) : []), ...order.map(({ path }) => path)].map((path) => path.split('/')[0]!));
  const seen = entries.map((entry) => ({ entry, entity: comparable(context, entry, names) }));
  const kept = filter ? seen.filter(({ entity }) => passes(filter, entity)) : seen;
  const compare = (a: Record<string, unknown>, b: Record<string, unknown>) => {
    for (const { path, factor } of order) {
      const [left, right] = [valueAt(a, path), valueAt(b, path)].map((value) => JSON.stringify(value ?? '').toLowerCase()) as [
        string,
        string,
      ];
      if (left !== right) return left < right ? -factor : factor;
    }
    return 0;
  };
  return (order.length > 0 ? kept.toSorted((a, b) => compare(a.entity, b.entity)) : kept).map(({ entry }) => entry);
}

function comparable(context: CalendarContext, entry: Entry, names: ReadonlySet<string>): Record<string, unknown> {
  const { event, occurrence } = entry;
  const prefer = { ...context.request.prefer, timeZone: undefined };
  const entity = renderEvent(context.mailbox, event, { prefer, occurrence, selected: names, isFull: context.isFull });
  const content = contentOf(entry);
  for (const name of ['start', 'end'] as const) {
    const moment = entity[name] as { dateTime: string; timeZone: string } | undefined;
    if (moment) entity[name] = { ...moment, dateTime: `${moment.dateTime}Z` };
  }
  if (!context.isFull) return entity;
  return { ...entity, singleValueExtendedProperties: content.singleValues ?? [], extensions: content.extensions ?? [] };
}

function inUtc(filter: Filter): Filter {
  if ('parts' in filter) return { ...filter, parts: filter.parts.map(inUtc) };
  if (filter.type === 'not' || filter.type === 'any') return { ...filter, part: inUtc(filter.part) };
  if (filter.type !== 'compare' || !/dateTime$/i.test(filter.property) || typeof filter.value !== 'string') return filter;
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/i.test(filter.value.slice(10));
  return hasZone || !filter.value.includes('T') ? filter : { ...filter, value: `${filter.value}Z` };
}

function orderOf(text: string | undefined): { path: string; factor: 1 | -1 }[] {
  if (text === undefined || text.trim() === '') return [];
  return text.split(',').map((part) => {
    const found = /^\s*([A-Za-z]+(?:\/[A-Za-z]+)*)(?:\s+(asc|desc))?\s*$/i.exec(part);
    if (!found) throw PROBLEMS.badQuery(`Syntax error in the $orderby query option '${text.slice(0, 200)}'.`);
    const name = found[1]!.split('/')[0]!;
    if (!(EVENT_TYPE.properties as readonly string[]).includes(name)) throw PROBLEMS.unknownProperty(name, EVENT_TYPE.name);
    return { path: found[1]!, factor: found[2]?.toLowerCase() === 'desc' ? -1 : 1 };
  });
}

function valueAt(entity: Record<string, unknown>, path: string): unknown {
  let value: unknown = entity;
  for (const name of path.split('/')) value = (value as Record<string, unknown> | null | undefined)?.[name];
  return value;
}

/** What `$expand` names, each with the options in its parentheses. Throws Exchange's 400 for what an event does not have. */
export function expansionsOf(context: CalendarContext): Map<(typeof NAVIGATIONS)[number], string> {
  const text = context.request.query.get('$expand')?.trim() ?? '';
  const expansions = new Map<(typeof NAVIGATIONS)[number], string>();
  for (const [, name, options] of text.matchAll(/\s*([^,(]+)(?:\(((?:[^()']|'[^']*'|\([^()]*\))*)\))?\s*(?:,|$)/g)) {
    const known = NAVIGATIONS.find((navigation) => navigation.toLowerCase() === name!.trim().toLowerCase());
    if (!known) throw PROBLEMS.unknownProperty(name!.trim(), EVENT_TYPE.name);
    expansions.set(known, options ?? '');
  }
  if (text !== '' && expansions.size === 0) throw PROBLEMS.badQuery(`Syntax error in the $expand query option '${text.slice(0, 200)}'.`);
  return expansions;
}
