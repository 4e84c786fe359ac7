import ICAL from 'ical.js';
import { ianaZone, momentOfWall } from '../../calendar/time-zones.ts';
import { exchangeZone, lastDate } from './ics-zones.ts';
import type { Attendee, EventContent, EventException, LoadProblem, Person, Recurrence } from '../model.ts';
import { WEEKDAYS } from '../weekdays.ts';

type IcsProblem = Pick<LoadProblem, 'problem' | 'outcome'>;

export interface IcsEvents {
  readonly events: readonly { readonly uid: string; readonly content: EventContent }[];
  /** What could not be taken as it stands, in words. */
  readonly problems: readonly IcsProblem[];
}

const DAY_MS = 86_400_000;

/** The masters and single events of an iCalendar file. Throws when it is no iCalendar at all. */
export function parseIcs(text: string, owner: Person): IcsEvents {
  const parsed = ICAL.parse(text) as unknown[];
  // Several calendars in one file come as a list of components, one as itself.
  const roots = (typeof parsed[0] === 'string' ? [parsed] : parsed) as unknown as string[][];
  const events: { uid: string; content: EventContent }[] = [];
  const problems: IcsProblem[] = [];
  const seen = new Set<string>();
  for (const root of roots) {
    const calendar = new ICAL.Component(root as unknown as ConstructorParameters<typeof ICAL.Component>[0]);
    const zones = zonesOf(calendar);
    for (const [index, component] of calendar.getAllSubcomponents('vevent').entries()) {
      const uid = textOf(component, 'uid') || `no-uid-${index}`;
      if (component.getFirstProperty('recurrence-id') && hasMaster(calendar, uid)) continue;
      if (seen.has(uid)) {
        problems.push({ problem: `the event ${uid} stands there again`, outcome: 'left out' });
        continue;
      }
      try {
        const content = eventOf(component, { uid, owner, zones, problems });
        const exceptions = content.recurrence ? exceptionsOf(calendar, { component, uid, owner, zones, problems }) : [];
        events.push({ uid, content: exceptions.length > 0 ? { ...content, exceptions } : content });
        seen.add(uid);
      } catch (error) {
        problems.push({ problem: `the event ${uid} cannot be read: ${(error as Error).message}`, outcome: 'left out' });
      }
    }
  }
  return { events, problems };
}

type Component = InstanceType<typeof ICAL.Component>;
type Time = InstanceType<typeof ICAL.Time>;
type Timezone = InstanceType<typeof ICAL.Timezone>;

function hasMaster(calendar: Component, uid: string): boolean {
  return calendar.getAllSubcomponents('vevent').some((other) => textOf(other, 'uid') === uid && !other.getFirstProperty('recurrence-id'));
}

function zonesOf(calendar: Component): Map<string, Timezone> {
  const zones = new Map<string, Timezone>();
  for (const component of calendar.getAllSubcomponents('vtimezone')) {
    const id = textOf(component, 'tzid');
    if (id) zones.set(id, new ICAL.Timezone(component));
  }
  return zones;
}

function textOf(component: Component, name: string): string {
  const value = component.getFirstPropertyValue(name);
  return value === null || value === undefined ? '' : String(value).toWellFormed().replaceAll('\u0000', '');
}

function eventOf(
  component: Component,
  context: { uid: string; owner: Person; zones: Map<string, Timezone>; problems: IcsProblem[] },
): EventContent {
  const start = momentOf(component, 'dtstart', context.zones);
  if (!start) throw new Error('it has no DTSTART');
  const endMs = momentOf(component, 'dtend', context.zones)?.timeMs ?? start.timeMs + durationMs(component, start.isDate);
  const organizer = personOf(component, 'organizer') ?? context.owner;
  const createdMs =
    momentOf(component, 'created', context.zones)?.timeMs ?? momentOf(component, 'dtstamp', context.zones)?.timeMs ?? start.timeMs;
  return {
    subject: textOf(component, 'summary'),
    body: { contentType: 'text', content: textOf(component, 'description') },
    ...{ startMs: start.timeMs, endMs: Math.max(endMs, start.timeMs), timeZone: start.zone, isAllDay: start.isDate },
    isCancelled: textOf(component, 'status').toUpperCase() === 'CANCELLED',
    ...{
      location: textOf(component, 'location'),
      organizer,
      isOrganizer: organizer.address.toLowerCase() === context.owner.address.toLowerCase(),
    },
    ...{
      attendees: attendeesOf(component),
      recurrence: recurrenceOf(component, { ...context, start }),
      iCalUId: context.uid,
    },
    showAs: textOf(component, 'transp').toUpperCase() === 'TRANSPARENT' ? 'free' : 'busy',
    sensitivity: sensitivityOf(textOf(component, 'class')),
    categories: component.getAllProperties('categories').flatMap((property) => property.getValues().map(String)),
    createdMs: Math.floor(createdMs / 1_000) * 1_000,
  };
}

/** Occurrences that stand in the file with a RECURRENCE-ID, and those that EXDATE takes out. */
function exceptionsOf(
  calendar: Component,
  context: { component: Component; uid: string; owner: Person; zones: Map<string, Timezone>; problems: IcsProblem[] },
): EventException[] {
  const exceptions = new Map<number, EventException>();
  for (const property of context.component.getAllProperties('exdate')) {
    for (const value of property.getValues()) {
      const at = momentOfValue(value, property, context.zones);
      if (at) exceptions.set(at.timeMs, { originalStartMs: at.timeMs, isCancelled: true, patch: {} });
    }
  }
  for (const other of calendar.getAllSubcomponents('vevent')) {
    if (textOf(other, 'uid') !== context.uid) continue;
    try {
      const at = momentOf(other, 'recurrence-id', context.zones);
      if (!at) continue;
      const { recurrence: _r, exceptions: _e, iCalUId: _i, createdMs: _c, ...patch } = eventOf(other, context);
      exceptions.set(at.timeMs, { originalStartMs: at.timeMs, isCancelled: patch.isCancelled, patch });
    } catch (error) {
      context.problems.push({
        problem: `a changed occurrence of ${context.uid} cannot be read: ${(error as Error).message}`,
        outcome: 'left out',
      });
    }
  }
  return [...exceptions.values()];
}

function sensitivityOf(text: string): EventContent['sensitivity'] {
  const value = text.toLowerCase();
  return value === 'private' || value === 'confidential' ? value : 'normal';
}

interface Moment {
  readonly timeMs: number;
  readonly isDate: boolean;
  readonly zone: string;
  /** What the clock on the wall shows, written as if it were UTC. */
  readonly wallMs: number;
}

function momentOf(component: Component, name: string, zones: Map<string, Timezone>): Moment | undefined {
  const property = component.getFirstProperty(name);
  return property ? momentOfValue(property.getFirstValue(), property, zones) : undefined;
}

function momentOfValue(given: unknown, property: InstanceType<typeof ICAL.Property>, zones: Map<string, Timezone>): Moment | undefined {
  const value = given as Time | null | undefined;
  if (!value || typeof value.toJSDate !== 'function') return undefined;
  const [hour, minute, second] = value.isDate ? [0, 0, 0] : [value.hour, value.minute, value.second];
  const wall = Date.UTC(value.year, value.month - 1, value.day, hour, minute, second);
  if (Number.isNaN(wall)) throw new Error(`its ${property.name.toUpperCase()} is no date`);
  const zoneId = property.getFirstParameter('tzid');
  if (value.isDate || !zoneId) return { timeMs: wall, isDate: value.isDate, zone: 'UTC', wallMs: wall };
  const zone = zones.get(zoneId);
  const name = exchangeZone(zoneId, { zone, year: value.year });
  const known = ianaZone(name);
  const timeMs = zone ? wall - zone.utcOffset(value) * 1_000 : known === undefined ? wall : momentOfWall(known, wall);
  return { timeMs, isDate: false, zone: name, wallMs: wall };
}

function durationMs(component: Component, isDate: boolean): number {
  const value = component.getFirstPropertyValue('duration') as { toSeconds?: () => number } | null;
  if (value && typeof value.toSeconds === 'function') return value.toSeconds() * 1_000;
  return isDate ? DAY_MS : 0;
}

function addressOf(value: string): string {
  return value.replace(/^mailto:/i, '').trim();
}

function personOf(component: Component, name: string): Person | undefined {
  const property = component.getFirstProperty(name);
  if (!property) return undefined;
  const address = addressOf(String(property.getFirstValue()));
  return { name: property.getFirstParameter('cn') || address, address };
}

const RESPONSES: Readonly<Record<string, Attendee['response']>> = {
  ACCEPTED: 'accepted',
  DECLINED: 'declined',
  TENTATIVE: 'tentativelyAccepted',
};

function attendeesOf(component: Component): Attendee[] {
  return component.getAllProperties('attendee').map((property) => {
    const address = addressOf(String(property.getFirstValue()));
    const isResource = ['ROOM', 'RESOURCE'].includes(property.getFirstParameter('cutype')?.toUpperCase() ?? '');
    const isOptional = property.getFirstParameter('role')?.toUpperCase() === 'OPT-PARTICIPANT';
    const response = RESPONSES[property.getFirstParameter('partstat')?.toUpperCase() ?? ''] ?? 'none';
    return {
      name: property.getFirstParameter('cn') || address,
      address,
      type: isResource ? 'resource' : isOptional ? 'optional' : 'required',
      response,
    };
  });
}

/** By the two letters of iCalendar. */
const BY_LETTERS = new Map<string, string>(WEEKDAYS.map((day) => [day.slice(0, 2).toUpperCase(), day]));
const INDEXES: Readonly<Record<string, string>> = { 1: 'first', 2: 'second', 3: 'third', 4: 'fourth', '-1': 'last' };

/** An RRULE as Graph's pattern and range; null, with a problem noted, where Exchange has no such pattern. */
function recurrenceOf(component: Component, context: { uid: string; start: Moment; problems: IcsProblem[] }): Recurrence | null {
  if (component.getFirstProperty('rdate')) {
    const problem = `the event ${context.uid} has single dates (RDATE), which Exchange cannot keep: it is without them`;
    context.problems.push({ problem, outcome: 'served' });
  }
  const rule = component.getFirstPropertyValue('rrule') as InstanceType<typeof ICAL.Recur> | null;
  if (!rule || typeof rule !== 'object') return null;
  const start = new Date(context.start.wallMs);
  const days = (rule.parts.BYDAY ?? []).map(String);
  const weekdays = days.map((day) => BY_LETTERS.get(day.slice(-2))).filter((day) => day !== undefined);
  const index = INDEXES[days[0]?.slice(0, -2) ?? ''] ?? INDEXES[String(rule.parts.BYSETPOS?.[0] ?? '')] ?? 'first';
  const common = { interval: rule.interval, month: 0, dayOfMonth: 0, daysOfWeek: [] as string[], firstDayOfWeek: 'sunday', index: 'first' };
  const monthDay = Number(rule.parts.BYMONTHDAY?.[0] ?? start.getUTCDate());
  const month = Number(rule.parts.BYMONTH?.[0] ?? start.getUTCMonth() + 1);
  const weekday = WEEKDAYS[start.getUTCDay()]!;
  const patterns: Readonly<Record<string, object>> = {
    DAILY: { ...common, type: 'daily' },
    WEEKLY: { ...common, type: 'weekly', daysOfWeek: weekdays.length > 0 ? weekdays : [weekday] },
    MONTHLY:
      weekdays.length > 0
        ? { ...common, type: 'relativeMonthly', daysOfWeek: weekdays, index }
        : { ...common, type: 'absoluteMonthly', dayOfMonth: Math.abs(monthDay) },
    YEARLY:
      weekdays.length > 0
        ? { ...common, type: 'relativeYearly', daysOfWeek: weekdays, index, month }
        : { ...common, type: 'absoluteYearly', dayOfMonth: Math.abs(monthDay), month },
  };
  const pattern = patterns[rule.freq];
  if (!pattern) {
    context.problems.push({
      problem: `the event ${context.uid} repeats ${rule.freq}, which Exchange cannot: it stands once`,
      outcome: 'served',
    });
    return null;
  }
  return { pattern: pattern as Recurrence['pattern'], range: rangeOf(rule, context.start) };
}

function rangeOf(rule: InstanceType<typeof ICAL.Recur>, start: Moment): Recurrence['range'] {
  const startDate = new Date(start.wallMs).toISOString().slice(0, 10);
  const common = { startDate, endDate: '0001-01-01', recurrenceTimeZone: start.zone, numberOfOccurrences: 0 };
  if (rule.count) return { ...common, type: 'numbered', numberOfOccurrences: rule.count };
  if (!rule.until) return { ...common, type: 'noEnd' };
  return { ...common, type: 'endDate', endDate: lastDate(rule.until, { zone: start.zone, startWallMs: start.wallMs }) };
}
