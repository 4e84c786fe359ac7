import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { occurrencesOf } from '../../calendar/occurrences.ts';
import { parseIcs } from './ics-calendar.ts';

const CORPUS = resolve(import.meta.dirname, '../../../../shared/corpus/calendar');
const OWNER = { name: 'Ann', address: 'ann@files.example' };
const wrap = (...lines: string[]) => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]) => wrap('BEGIN:VEVENT', 'UID:1', 'SUMMARY:x', ...lines, 'END:VEVENT');

describe('an iCalendar file', () => {
  test('keeps its series in the zone of the file, whatever the day in UTC is', () => {
    const lines = ['DTSTART;TZID=Pacific Standard Time:20260302T200000', 'DTEND;TZID=Pacific Standard Time:20260302T210000'];
    const text = event(...lines, 'RRULE:FREQ=WEEKLY;UNTIL=20260317T030000Z', 'EXDATE;TZID=Pacific Standard Time:20260309T200000');
    const { content } = parseIcs(text, OWNER).events[0]!;
    const found = occurrencesOf(content, { startMs: Date.UTC(2026, 0), endMs: Date.UTC(2027, 0) });
    expect(found.map(({ originalStartMs }) => new Date(originalStartMs).toISOString())).toEqual([
      ...['2026-03-03T04:00:00.000Z', '2026-03-17T03:00:00.000Z'],
    ]);
    expect(content.recurrence).toMatchObject({
      range: { startDate: '2026-03-02', endDate: '2026-03-16' },
      pattern: { daysOfWeek: ['monday'] },
    });
  });

  test('has a zone of its own known by its clock', () => {
    const rules = (name: string, from: string, to: string, rule: string) => [
      ...[
        `BEGIN:${name}`,
        'DTSTART:19700101T020000',
        `TZOFFSETFROM:${from}`,
        `TZOFFSETTO:${to}`,
        `RRULE:FREQ=YEARLY;${rule}`,
        `END:${name}`,
      ],
    ];
    const zone = [
      ...['BEGIN:VTIMEZONE', 'TZID:Office'],
      ...rules('STANDARD', '+0200', '+0100', 'BYMONTH=10;BYDAY=-1SU'),
      ...rules('DAYLIGHT', '+0100', '+0200', 'BYMONTH=3;BYDAY=-1SU'),
      'END:VTIMEZONE',
    ];
    const text = wrap(...zone, 'BEGIN:VEVENT', 'UID:1', 'DTSTART;TZID=Office:20260701T100000', 'END:VEVENT');
    const { content } = parseIcs(text, OWNER).events[0]!;
    expect([content.timeZone, new Date(content.startMs).toISOString()]).toEqual(['W. Europe Standard Time', '2026-07-01T08:00:00.000Z']);
  });

  test('loses single dates, and says so', () => {
    const { problems } = parseIcs(event('DTSTART:20260302T200000Z', 'RDATE:20260401T200000Z'), OWNER);
    expect(problems.map(({ problem }) => problem)).toEqual([expect.stringContaining('RDATE')]);
  });

  test.skipIf(!existsSync(CORPUS))('of the corpus is read, or refused in words; its series can be expanded', () => {
    let events = 0;
    for (const name of readdirSync(CORPUS)) {
      try {
        for (const { content } of parseIcs(readFileSync(join(CORPUS, name), 'utf8'), OWNER).events) {
          events++;
          occurrencesOf(content, { startMs: content.startMs - 1, endMs: content.startMs + 400 * 86_400_000 });
        }
      } catch (error) {
        expect((error as Error).message.length, name).toBeGreaterThan(5);
      }
    }
    expect(events).toBeGreaterThan(100);
  });
});
