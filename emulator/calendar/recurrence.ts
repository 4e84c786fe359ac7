import type { Recurrence } from '../data/model.ts';
import { WEEKDAYS } from '../data/weekdays.ts';

const DAY_MS = 86_400_000;
/** Keeps dates within what can be counted. */
const MOST_INTERVAL = 9_999;
const INDEXES: Readonly<Record<string, number>> = { first: 0, second: 1, third: 2, fourth: 3, last: -1 };

/** A pattern cut into periods (days, weeks, months, years), each with the days that it gives, earliest first. */
interface Periods {
  /** How many days each period gives. */
  readonly daysPerPeriod: number;
  /** The period that a day lies in or just after, at least 0. */
  periodAt(day: number): number;
  daysIn(period: number): number[];
}

/** The days (counted from 1970-01-01, by the calendar of the event's zone) on which a series that starts on `startDay` falls. */
export function daysOf(recurrence: Recurrence, span: { startDay: number; fromDay: number; toDay: number }): number[] {
  const startDay = Math.max(span.startDay, dayOfDate(recurrence.range['startDate']) ?? span.startDay);
  const periods = periodsOf(recurrence.pattern, startDay);
  const { lastDay, most } = limitsOf(recurrence.range);
  const toDay = Math.min(span.toDay, lastDay);
  const first = periods.daysIn(0).filter((day) => day >= startDay).length;
  const days: number[] = [];
  for (let period = Math.max(0, periods.periodAt(Math.max(span.fromDay, startDay)) - 1); ; period++) {
    const inPeriod = periods.daysIn(period);
    const given = period === 0 ? 0 : first + (period - 1) * periods.daysPerPeriod;
    if (inPeriod.length === 0 || inPeriod[0]! > toDay || given >= most) return days;
    const kept = inPeriod.filter((day) => day >= startDay).slice(0, Math.max(0, most - given));
    for (const day of kept) if (day >= span.fromDay && day <= toDay) days.push(day);
  }
}

function limitsOf(range: Recurrence['range']): { lastDay: number; most: number } {
  const lastDay = range['type'] === 'endDate' ? (dayOfDate(range['endDate']) ?? Infinity) : Infinity;
  const most = range['type'] === 'numbered' ? Math.max(0, Number(range['numberOfOccurrences']) || 0) : Infinity;
  return { lastDay, most };
}

export function dayOfDate(date: unknown): number | undefined {
  const time = typeof date === 'string' && /^\d{4}-\d{2}-\d{2}/.test(date) ? Date.parse(`${date.slice(0, 10)}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(time) ? undefined : time / DAY_MS;
}

function periodsOf(pattern: Recurrence['pattern'], startDay: number): Periods {
  const interval = Math.min(MOST_INTERVAL, Math.max(1, Math.floor(Number(pattern['interval'])) || 1));
  const given = weekdaysOf(pattern);
  const weekdays = given.length > 0 ? given : [weekdayOf(startDay)];
  switch (pattern['type']) {
    case 'weekly': {
      const firstWeekday = Math.max(0, WEEKDAYS.indexOf(pattern['firstDayOfWeek'] as 'sunday'));
      const base = startDay - ((weekdayOf(startDay) - firstWeekday + 7) % 7);
      const offsets = weekdays.map((weekday) => (weekday - firstWeekday + 7) % 7).toSorted((a, b) => a - b);
      const daysIn = (period: number) => offsets.map((offset) => base + period * interval * 7 + offset);
      return { daysPerPeriod: offsets.length, periodAt: (day) => Math.floor((day - base) / (7 * interval)), daysIn };
    }
    case 'absoluteMonthly':
    case 'relativeMonthly':
      return monthly({ step: interval, base: monthOf(startDay), dayIn: dayFinder(pattern, { weekdays, startDay }) });
    case 'absoluteYearly':
    case 'relativeYearly': {
      const month = Math.min(12, Math.max(1, Math.floor(Number(pattern['month'])) || 1));
      const base = Math.floor(monthOf(startDay) / 12) * 12 + month - 1;
      return monthly({ step: 12 * interval, base, dayIn: dayFinder(pattern, { weekdays, startDay }) });
    }
    default:
      return {
        daysPerPeriod: 1,
        periodAt: (day) => Math.floor((day - startDay) / interval),
        daysIn: (period) => [startDay + period * interval],
      };
  }
}

function monthly(of: { step: number; base: number; dayIn(month: number): number }): Periods {
  return {
    daysPerPeriod: 1,
    periodAt: (day) => Math.floor((monthOf(day) - of.base) / of.step),
    daysIn: (period) => [of.dayIn(of.base + period * of.step)],
  };
}

/** Outlook moves day 31 to the last day of a shorter month, where an RRULE of iCalendar would leave the month out. */
function dayFinder(pattern: Recurrence['pattern'], of: { weekdays: readonly number[]; startDay: number }): (month: number) => number {
  if (String(pattern['type']).startsWith('absolute')) {
    const wanted = Math.max(1, Math.floor(Number(pattern['dayOfMonth'])) || new Date(of.startDay * DAY_MS).getUTCDate());
    return (month) => firstOf(month) + Math.min(wanted, firstOf(month + 1) - firstOf(month)) - 1;
  }
  const index = INDEXES[pattern['index'] as string] ?? 0;
  return (month) => {
    const [from, length] = [firstOf(month), firstOf(month + 1) - firstOf(month)];
    const days = Array.from({ length }, (_, offset) => from + offset).filter((day) => of.weekdays.includes(weekdayOf(day)));
    return days.at(index)!;
  };
}

function weekdaysOf(pattern: Recurrence['pattern']): number[] {
  const names = Array.isArray(pattern['daysOfWeek']) ? (pattern['daysOfWeek'] as readonly unknown[]) : [];
  return [...new Set(names.map((name) => WEEKDAYS.indexOf(String(name).toLowerCase() as 'sunday')).filter((weekday) => weekday >= 0))];
}

function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** Months since 1970-01. */
function monthOf(day: number): number {
  const date = new Date(day * DAY_MS);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

function firstOf(month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(1970 + Math.floor(month / 12), ((month % 12) + 12) % 12, 1);
  return date.getTime() / DAY_MS;
}
