import type { CalendarBase } from '../data/model.ts';
import { json, type Answer } from '../http/answer.ts';
import type { GraphRoute } from '../http/graph-context.ts';
import { contextUrl, parseSelect, project } from '../http/odata.ts';
import { problem } from '../http/problem.ts';
import { newChain, type Chains, type SyncToken } from '../mail/sync-token.ts';
import { calendarOfPath, everywhere, placeOf, type CalendarContext, type CalendarOptions } from './calendar-context.ts';
import { calendarId, eventId } from './calendar-ids.ts';
import { inWindow, masterOfPath, mastersOf } from './event-collections.ts';
import type { Entry } from './event-query.ts';
import { checkPreferredZone } from './events.ts';
import type { TimeWindow } from './occurrences.ts';
import { EVENT_TYPE, renderEvent } from './render-event.ts';
import { checkedWindow, momentOfText } from './time-window.ts';

const DEFAULT_PAGE = 10;
const MAX_PAGE = 1_000;
/** Above this, an emulator that plays `largePagesFail` answers like one that runs out of time. */
const LARGE_PAGE = 10;

/** calendarView: a window of one calendar; instances: of one series; events: single events and masters, without a window. */
type Resource = 'CalendarView' | 'Events' | 'Instances';

export function eventDeltaRoutes(chains: Chains, options: CalendarOptions): readonly GraphRoute[] {
  const delta = (path: string, resource: Resource) => {
    const handle = (context: CalendarContext) => eventDelta(context, { chains, resource, mostDays: options.mostViewDays });
    return everywhere(`${path}/delta`, { kind: `${resource.charAt(0).toLowerCase()}${resource.slice(1)}.delta`, handle });
  };
  return [
    ...delta('/calendarView', 'CalendarView'),
    ...delta('/events', 'Events'),
    ...delta('/events/{event-id}/instances', 'Instances'),
    ...delta('/calendarView/{event-id}/instances', 'Instances'),
  ];
}

interface Round {
  readonly calendar: CalendarBase;
  readonly resource: Resource;
  /** The one series that instances are of. */
  readonly master: string | undefined;
  readonly token: SyncToken;
}

function eventDelta(context: CalendarContext, of: { chains: Chains; resource: Resource; mostDays: number }): Answer {
  const { request, mailbox } = context;
  const { chains, resource } = of;
  checkPreferredZone(context);
  const calendar = calendarOfPath(context);
  const master = resource === 'Instances' ? masterOfPath(context).event.key : undefined;
  const folder = [resource, calendar.key, ...(master === undefined ? [] : [master])].join('/');
  const place = { kind: 'events', folder, path: pathOf(context, { resource, calendar }) } as const;
  const token = chains.read(context, place) ?? firstToken(context, { folder, resource, calendar, mostDays: of.mostDays });
  const size = Math.min(request.prefer.maxPageSize ?? DEFAULT_PAGE, MAX_PAGE);
  if (size > LARGE_PAGE && context.plays('largePagesFail')) return { status: 503 };
  if (context.plays('emptyPage'))
    return page(context, { value: [], link: chains.link(context, place, { option: '$skiptoken', token }), isLast: false });
  const until = token.until ?? mailbox.calendars.seq(calendar);
  const round: Round = { calendar, resource, master, token: { ...token, until } };
  const entries = token.after === undefined ? firstRound(context, round) : laterRound(context, round);
  const offset = token.offset ?? 0;
  const ghost = context.plays('removalInFirstRound') && token.after === undefined ? [removed(context, ghostOf(context, calendar))] : [];
  const value = [...entries.slice(offset, offset + size).map((render) => render()), ...ghost];
  const isLast = offset + size >= entries.length;
  const { until: _until, offset: _offset, ...kept } = token;
  const repeats = !isLast && context.plays('replay');
  const goesOn = { ...kept, until, offset: repeats ? offset : offset + size };
  const next = isLast ? { ...kept, after: until } : goesOn;
  const link = chains.link(context, place, { option: isLast ? '$deltatoken' : '$skiptoken', token: next });
  const isTwice = value.length > 0 && context.plays('itemsTwice');
  return page(context, { value: isTwice ? [...value, ...value.slice(0, Math.ceil(value.length / 2))] : value, link, isLast });
}

function page(context: CalendarContext, of: { value: readonly object[]; link: string; isLast: boolean }): Answer {
  const { request } = context;
  const body = {
    '@odata.context': contextUrl(request, 'Collection(event)'),
    [of.isLast ? '@odata.deltaLink' : '@odata.nextLink']: of.link,
    value: of.value,
  };
  return json(body, { 'Preference-Applied': ['odata.track-changes', ...request.prefer.applied].join(', ') });
}

function pathOf(context: CalendarContext, of: { resource: Resource; calendar: CalendarBase }): string {
  const place = placeOf(context);
  const base = `${context.basePath}${place.startsWith('/calendars') ? `/calendars/${calendarId(context.mailbox, of.calendar.key)}` : place}`;
  if (of.resource === 'CalendarView') return `${base}/calendarView/delta`;
  if (of.resource === 'Events') return `${base}/events/delta`;
  return `${base}/events/${encodeURIComponent(context.params['event-id']!)}/instances/delta`;
}

const REFUSED = ['$orderby', '$filter', '$select', '$expand', '$search', '$top'];

function firstToken(
  context: CalendarContext,
  of: { folder: string; resource: Resource; calendar: CalendarBase; mostDays: number },
): SyncToken {
  const { query } = context.request;
  // $top is passed over, as reported of message delta; events without a window take $select: learn.microsoft.com/graph/api/event-delta.
  const refused = REFUSED.filter((name) => query.has(name) && name !== '$top' && (name !== '$select' || of.resource !== 'Events'));
  if (refused.length > 0) {
    const message = `The following parameters are not supported with change tracking over the '${of.resource}' resource: '${refused.join(', ')}'.`;
    throw problem(400, 'ErrorInvalidUrlQuery', message);
  }
  const select = query.get('$select');
  parseSelect(select, EVENT_TYPE);
  const window = of.resource === 'Events' ? openWindow(context) : deltaWindow(context, of.mostDays);
  const chain = newChain(context, { kind: 'events', folder: of.folder });
  return {
    ...chain,
    until: context.mailbox.calendars.seq(of.calendar),
    ...(window ? { window } : {}),
    ...(select === undefined ? {} : { select }),
  };
}

function deltaWindow({ request }: CalendarContext, mostDays: number): TimeWindow {
  return checkedWindow({ start: request.query.get('startDateTime'), end: request.query.get('endDateTime') }, mostDays);
}

/** events/delta may begin at a moment: learn.microsoft.com/graph/api/event-delta (beta). */
function openWindow({ request }: CalendarContext): TimeWindow | undefined {
  const text = request.query.get('startDateTime');
  if (text === undefined) return undefined;
  const startMs = momentOfText(text);
  if (startMs === undefined) throw problem(400, 'ErrorInvalidParameter', `The value '${text}' of parameter 'StartDateTime' is invalid.`);
  return { startMs, endMs: Date.UTC(9_999, 0) };
}

type Render = () => object;

/** Everything that is there, as it was when the round began; a series is not torn apart by later changes. */
function firstRound(context: CalendarContext, round: Round): Render[] {
  return mastersOf(context, round.calendar, round.token.until)
    .filter(({ event }) => round.master === undefined || event.key === round.master)
    .flatMap((entry) => told(round, entry))
    .map((entry) => () => rendered(context, round, entry));
}

/** The master of a series comes before its occurrences, which hold little by themselves. */
function told(round: Round, entry: Entry): Entry[] {
  const { window } = round.token;
  const isSeries = entry.event.load().recurrence !== null;
  if (round.resource === 'Events') {
    const isIn = !window || isSeries || entry.event.load().endMs > window.startMs;
    return isIn ? [entry] : [];
  }
  const inside = inWindow(entry, window!);
  return isSeries && inside.length > 0 && round.resource === 'CalendarView' ? [entry, ...inside] : inside;
}

/** What changed since, once each: as it was at the round's end, or as removed when it is not, or no longer, in the window. */
function laterRound(context: CalendarContext, round: Round): Render[] {
  const { calendars } = context.mailbox;
  const [after, until] = [round.token.after!, round.token.until!];
  const keys = calendars.changedKeys(round.calendar, { after, until }).filter((key) => round.master === undefined || key === round.master);
  return keys.flatMap((key): Render[] => {
    const [before, now] = [calendars.event(round.calendar.key, key, after), calendars.event(round.calendar.key, key, until)];
    const [old, current] = [before, now].map((event) => (event ? told(round, { event }) : [])) as [Entry[], Entry[]];
    const known = new Map(old.map((entry) => [nameOf(entry), entry]));
    const kept = new Set(current.map(nameOf));
    const gone = old.filter((entry) => !kept.has(nameOf(entry)));
    const changed = current.filter((entry) => !isSame(known.get(nameOf(entry)), entry));
    // What is outside the window is told as removed: learn.microsoft.com/graph/api/event-delta.
    const outside = old.length + current.length === 0 ? [removedRender(context, { calendarKey: round.calendar.key, key })] : [];
    return [
      ...gone.map((entry) => removedRender(context, entryName(entry))),
      ...outside,
      ...changed.map((entry) => () => rendered(context, round, entry)),
    ];
  });
}

function nameOf({ event, occurrence }: Entry): string {
  return `${event.key}/${occurrence?.originalStartMs ?? ''}`;
}

function entryName({ event, occurrence }: Entry) {
  return { calendarKey: event.calendarKey, key: event.key, ...(occurrence ? { originalStartMs: occurrence.originalStartMs } : {}) };
}

/** A master changes with its series; an occurrence only when it is itself another. */
function isSame(before: Entry | undefined, now: Entry): boolean {
  if (!before || !now.occurrence) return false;
  const { exceptions: _a, ...old } = before.occurrence!.content;
  const { exceptions: _b, ...current } = now.occurrence.content;
  return before.occurrence!.isException === now.occurrence.isException && JSON.stringify(old) === JSON.stringify(current);
}

const OCCURRENCE_PROPERTIES: ReadonlySet<string> = new Set(['seriesMasterId', 'type', 'start', 'end']);

/** Plain occurrences come with id, master, type, start and end alone, as reported: microsoft-graph-docs#7632, #22197. */
function rendered(context: CalendarContext, round: Round, { event, occurrence }: Entry): object {
  const { mailbox, request, isFull } = context;
  const selected = parseSelect(round.token.select, EVENT_TYPE);
  const entity = renderEvent(mailbox, event, { prefer: request.prefer, occurrence, selected, isFull });
  const isShort = occurrence && !occurrence.isException && round.resource === 'CalendarView';
  return { '@odata.type': '#microsoft.graph.event', ...(isShort ? project(entity, OCCURRENCE_PROPERTIES) : entity) };
}

interface Name {
  readonly calendarKey: string;
  readonly key: string;
  readonly originalStartMs?: number;
}

function removedRender(context: CalendarContext, name: Name): Render {
  return () => removed(context, name);
}

function removed({ mailbox, request }: CalendarContext, name: Name): object {
  const id = eventId(mailbox, name, request.prefer.immutableIds);
  return { '@odata.type': '#microsoft.graph.event', id, '@removed': { reason: 'deleted' } };
}

function ghostOf({ mailbox }: CalendarContext, calendar: CalendarBase): Name {
  return { calendarKey: calendar.key, key: `ghost${mailbox.calendars.seq(calendar)}` };
}
