import fc from 'fast-check';
import ICAL from 'ical.js';
import { RRuleTemporal } from 'rrule-temporal';
import { describe, expect, test } from 'vitest';
import type { EventContent, Recurrence } from '../data/model.ts';
import { occurrencesOf } from './occurrences.ts';
import { WEEKDAYS } from '../data/weekdays.ts';
import { daysOf } from './recurrence.ts';

const DAY_MS = 86_400_000;
const TYPES = ['daily', 'weekly', 'absoluteMonthly', 'relativeMonthly', 'absoluteYearly', 'relativeYearly'] as const;
const INDEXES = ['first', 'second', 'third', 'fourth', 'last'] as const;
const POSITIONS = [1, 2, 3, 4, -1];

const series = fc.record({
  type: fc.constantFrom(...TYPES),
  interval: fc.integer({ min: 1, max: 5 }),
  days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 }),
  dayOfMonth: fc.integer({ min: 1, max: 31 }),
  month: fc.integer({ min: 1, max: 12 }),
  firstDay: fc.integer({ min: 0, max: 6 }),
  index: fc.integer({ min: 0, max: 4 }),
  range: fc.constantFrom('noEnd', 'endDate', 'numbered'),
  count: fc.integer({ min: 1, max: 40 }),
  startDay: fc.integer({ min: 16_000, max: 22_000 }),
  lastsDays: fc.integer({ min: 0, max: 3_000 }),
});
type Series = typeof series extends fc.Arbitrary<infer T> ? T : never;

function recurrenceOf(given: Series): Recurrence {
  const date = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10);
  const daysOfWeek = given.days.map((day) => WEEKDAYS[day]!);
  const { type, interval, dayOfMonth, month, range, count } = given;
  return {
    pattern: { type, interval, daysOfWeek, dayOfMonth, month, firstDayOfWeek: WEEKDAYS[given.firstDay]!, index: INDEXES[given.index]! },
    range: { type: range, startDate: date(given.startDay), endDate: date(given.startDay + given.lastsDays), numberOfOccurrences: count },
  };
}

/** The same series in the words of RFC 5545; day 31 of a shorter month is the last of the days 28 to 31 that it has. */
function ruleOf(given: Series): string {
  const names = given.days.map((day) => WEEKDAYS[day]!.slice(0, 2).toUpperCase()).join(',');
  const monthDays = Array.from({ length: Math.max(1, given.dayOfMonth - 27) }, (_, at) => Math.min(given.dayOfMonth, 28) + at).join(',');
  const byDay = given.type.startsWith('absolute')
    ? `;BYMONTHDAY=${monthDays};BYSETPOS=-1`
    : `;BYDAY=${names};BYSETPOS=${POSITIONS[given.index]}`;
  const parts = {
    daily: 'FREQ=DAILY',
    weekly: `FREQ=WEEKLY;BYDAY=${names};WKST=${WEEKDAYS[given.firstDay]!.slice(0, 2).toUpperCase()}`,
    absoluteMonthly: `FREQ=MONTHLY${byDay}`,
    relativeMonthly: `FREQ=MONTHLY${byDay}`,
    absoluteYearly: `FREQ=YEARLY;BYMONTH=${given.month}${byDay}`,
    relativeYearly: `FREQ=YEARLY;BYMONTH=${given.month}${byDay}`,
  }[given.type];
  const until = new Date((given.startDay + given.lastsDays) * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
  const end = given.range === 'numbered' ? `;COUNT=${given.count}` : given.range === 'endDate' ? `;UNTIL=${until}T235959Z` : '';
  return `${parts};INTERVAL=${given.interval}${end}`;
}

describe('a recurring event', () => {
  const window = (given: Series) => ({ fromDay: given.startDay, toDay: given.startDay + 1_500 });

  test('falls on the days on which rrule-temporal has it', () => {
    fc.assert(
      fc.property(series, (given) => {
        const start = new Date(given.startDay * DAY_MS);
        const line = `DTSTART:${start.toISOString().slice(0, 10).replaceAll('-', '')}T000000Z`;
        const rule = new RRuleTemporal({ rruleString: `${line}\nRRULE:${ruleOf(given)}` });
        const end = new Date((given.startDay + 1_500) * DAY_MS);
        const expected = rule.between(start, end, true).map((moment) => moment.epochMilliseconds / DAY_MS);
        expect(daysOf(recurrenceOf(given), { startDay: given.startDay, ...window(given) })).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  test('falls on the days on which ical.js has it', () => {
    // Of positions within a month ical.js knows those of months alone, so that years are left to the other library.
    const monthly = series.filter(({ type }) => ['daily', 'weekly'].includes(type));
    fc.assert(
      fc.property(monthly, (given) => {
        const start = ICAL.Time.fromJSDate(new Date(given.startDay * DAY_MS), true);
        const iterator = ICAL.Recur.fromString(ruleOf(given)).iterator(start);
        const expected: number[] = [];
        for (let next = iterator.next(); next && expected.length < 60; next = iterator.next()) expected.push(next.toUnixTime() / 86_400);
        const toDay = (expected.at(-1) ?? given.startDay) + (expected.length < 60 ? 3_000 : 0);
        expect(daysOf(recurrenceOf(given), { startDay: given.startDay, fromDay: given.startDay, toDay })).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('gives the same days to a reader of any part of it', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: -50, max: 1_400 }), fc.integer({ min: 0, max: 100 }), (given, offset, length) => {
        const span = { fromDay: given.startDay + offset, toDay: given.startDay + offset + length };
        const all = daysOf(recurrenceOf(given), { startDay: given.startDay, ...window(given) });
        const part = daysOf(recurrenceOf(given), { startDay: given.startDay, ...span });
        expect(part).toEqual(all.filter((day) => day >= span.fromDay && day <= span.toDay));
      }),
      { numRuns: 300 },
    );
  });

  test('keeps its wall clock when the clocks of its zone are set', () => {
    const pattern = { type: 'daily', interval: 1 };
    const content = {
      ...{ startMs: Date.parse('2026-03-27T08:00:00Z'), endMs: Date.parse('2026-03-27T09:00:00Z'), timeZone: 'W. Europe Standard Time' },
      ...{ isAllDay: false, recurrence: { pattern, range: { type: 'numbered', numberOfOccurrences: 4 } } },
    } as unknown as EventContent;
    const found = occurrencesOf(content, { startMs: content.startMs, endMs: content.startMs + 10 * DAY_MS });
    expect(found.map(({ originalStartMs }) => new Date(originalStartMs).toISOString().slice(5, 16))).toEqual([
      ...['03-27T08:00', '03-28T08:00', '03-29T07:00', '03-30T07:00'],
    ]);
  });

  test('of hostile numbers ends, and quickly', () => {
    const pattern = { type: 'absoluteYearly', interval: 2 ** 31, dayOfMonth: 99, month: -4 };
    const recurrence = { pattern, range: { type: 'numbered', numberOfOccurrences: 2 ** 31 } };
    expect(daysOf(recurrence, { startDay: 20_000, fromDay: 20_000, toDay: 22_000 }).length).toBeLessThan(10);
    const endless = { pattern: { type: 'daily', interval: 1 }, range: { type: 'noEnd' } };
    expect(daysOf(endless, { startDay: -700_000, fromDay: 20_000, toDay: 20_001 })).toEqual([20_000, 20_001]);
  });
});
