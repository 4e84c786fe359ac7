import { RRuleTemporal } from 'rrule-temporal';
import type { EventContent } from '../data/model.ts';
import { ianaZone } from './time-zones.ts';

export interface Occurrence {
  /** Where the series would have it; names the occurrence in its id. */
  readonly originalStartMs: number;
  readonly isException: boolean;
  readonly content: EventContent;
}

export interface TimeWindow {
  readonly startMs: number;
  readonly endMs: number;
}

/** Occurrences and exceptions of a series that touch the window, by their start. */
export function occurrencesOf(content: EventContent, window: TimeWindow): Occurrence[] {
  const lengthMs = content.endMs - content.startMs;
  const exceptions = new Map((content.exceptions ?? []).map((exception) => [exception.originalStartMs, exception]));
  const plain = startsOf(content, { startMs: window.startMs - lengthMs, endMs: window.endMs })
    .filter((startMs) => !exceptions.has(startMs))
    .map((startMs) => occurrenceAt(content, startMs));
  const changed = [...exceptions.values()]
    .filter((exception) => !exception.isCancelled)
    .map(({ originalStartMs, patch }): Occurrence => {
      const { content: unchanged } = occurrenceAt(content, originalStartMs);
      return { originalStartMs, isException: true, content: { ...unchanged, ...patch } };
    });
  return [...plain, ...changed]
    .filter((occurrence) => touches(occurrence.content, window))
    .toSorted((a, b) => a.content.startMs - b.content.startMs);
}

/** One occurrence by its original start; undefined when the series has none there or it was cancelled. */
export function occurrenceByStart(content: EventContent, originalStartMs: number): Occurrence | undefined {
  const exception = content.exceptions?.find((entry) => entry.originalStartMs === originalStartMs);
  if (exception?.isCancelled) return undefined;
  const plain = occurrenceAt(content, originalStartMs);
  if (exception) return { originalStartMs, isException: true, content: { ...plain.content, ...exception.patch } };
  return startsOf(content, { startMs: originalStartMs, endMs: originalStartMs + 1 }).includes(originalStartMs) ? plain : undefined;
}

function occurrenceAt(content: EventContent, startMs: number): Occurrence {
  const endMs = startMs + content.endMs - content.startMs;
  return { originalStartMs: startMs, isException: false, content: { ...content, recurrence: null, startMs, endMs } };
}

/** An event of no length touches the window that holds its start. */
export function touches(event: { readonly startMs: number; readonly endMs: number }, window: TimeWindow): boolean {
  return event.startMs < window.endMs && (event.endMs > window.startMs || event.startMs >= window.startMs);
}

function startsOf(content: EventContent, window: TimeWindow): number[] {
  if (!content.recurrence) return [];
  const zone = content.isAllDay ? 'UTC' : (ianaZone(content.timeZone) ?? 'UTC');
  const rule = new RRuleTemporal({ rruleString: `${startLine(content.startMs, zone)}\n${ruleLine(content.recurrence)}` });
  return rule.between(new Date(window.startMs), new Date(window.endMs), true).map((moment) => moment.epochMilliseconds);
}

function startLine(startMs: number, zone: string): string {
  const wall = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(startMs);
  return `DTSTART;TZID=${zone}:${wall.replaceAll(/[-:]/g, '').replace(' ', 'T')}`;
}

const FREQUENCIES: Readonly<Record<string, string>> = {
  daily: 'DAILY',
  weekly: 'WEEKLY',
  absoluteMonthly: 'MONTHLY',
  relativeMonthly: 'MONTHLY',
  absoluteYearly: 'YEARLY',
  relativeYearly: 'YEARLY',
};

const POSITIONS: Readonly<Record<string, number>> = { first: 1, second: 2, third: 3, fourth: 4, last: -1 };

/** Graph's pattern and range as an RRULE: learn.microsoft.com/graph/api/resources/recurrencepattern. */
function ruleLine({ pattern, range }: NonNullable<EventContent['recurrence']>): string {
  const type = String(pattern['type']);
  const days = ((pattern['daysOfWeek'] as readonly string[] | undefined) ?? []).map((day) => day.slice(0, 2).toUpperCase());
  const firstDay = pattern['firstDayOfWeek'];
  const isRelative = type.startsWith('relative');
  const isYearly = type.endsWith('Yearly');
  const parts = [
    `FREQ=${FREQUENCIES[type] ?? 'DAILY'}`,
    `INTERVAL=${Math.max(1, Number(pattern['interval'] ?? 1))}`,
    ...(days.length > 0 && (isRelative || type === 'weekly') ? [`BYDAY=${days.join(',')}`] : []),
    ...(isRelative ? [`BYSETPOS=${POSITIONS[String(pattern['index'])] ?? 1}`] : []),
    ...(type.startsWith('absolute') ? [`BYMONTHDAY=${Number(pattern['dayOfMonth']) || 1}`] : []),
    ...(isYearly ? [`BYMONTH=${Number(pattern['month']) || 1}`] : []),
    ...(type === 'weekly' ? [`WKST=${typeof firstDay === 'string' ? firstDay.slice(0, 2).toUpperCase() : 'SU'}`] : []),
    ...(range['type'] === 'numbered' ? [`COUNT=${Number(range['numberOfOccurrences'])}`] : []),
    ...(range['type'] === 'endDate' ? [`UNTIL=${String(range['endDate']).replaceAll('-', '')}T235959Z`] : []),
  ];
  return `RRULE:${parts.join(';')}`;
}
