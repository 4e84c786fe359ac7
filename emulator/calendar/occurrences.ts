import type { EventContent, Recurrence } from '../data/model.ts';
import { daysOf } from './recurrence.ts';
import { ianaZone, momentOfWall, wallOf } from './time-zones.ts';

const DAY_MS = 86_400_000;

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
  const exceptions = new Map((content.exceptions ?? []).map((exception) => [exception.originalStartMs, exception]));
  const plain = plainOccurrences(content, window).filter(({ originalStartMs }) => !exceptions.has(originalStartMs));
  const changed = [...exceptions.values()]
    .filter((exception) => !exception.isCancelled)
    .map((exception) => exceptionOf(content, exception));
  return [...plain, ...changed]
    .filter((occurrence) => touches(occurrence.content, window))
    .toSorted((a, b) => a.content.startMs - b.content.startMs || a.originalStartMs - b.originalStartMs);
}

/** The occurrences that were changed, whenever they are. */
export function exceptionsOf(content: EventContent): Occurrence[] {
  const changed = (content.exceptions ?? []).filter((exception) => !exception.isCancelled);
  return changed.map((exception) => exceptionOf(content, exception)).toSorted((a, b) => a.originalStartMs - b.originalStartMs);
}

/** One occurrence by its original start; undefined when the series has none there or it was cancelled. */
export function occurrenceByStart(content: EventContent, originalStartMs: number): Occurrence | undefined {
  const exception = content.exceptions?.find((entry) => entry.originalStartMs === originalStartMs);
  if (exception?.isCancelled) return undefined;
  if (exception) return exceptionOf(content, exception);
  const near = { startMs: originalStartMs, endMs: originalStartMs + 1 };
  return plainOccurrences(content, near).find((occurrence) => occurrence.originalStartMs === originalStartMs);
}

/** Where the first occurrence of a series lies, which need not be where its pattern was begun; undefined when there is none. */
export function firstStart(content: EventContent): number | undefined {
  const { zone, startDay } = clockOf(content);
  const far = { startMs: content.startMs, endMs: content.startMs + 100 * 366 * DAY_MS };
  const span = { startDay, fromDay: startDay, toDay: Math.floor(wallOf(zone, far.endMs) / DAY_MS) };
  const [day] = content.recurrence ? daysOf(content.recurrence, span) : [];
  return day === undefined ? undefined : occurrenceOn(content, day).originalStartMs;
}

function exceptionOf(content: EventContent, exception: NonNullable<EventContent['exceptions']>[number]): Occurrence {
  const { zone } = clockOf(content);
  const plain = occurrenceOn(content, Math.floor(wallOf(zone, exception.originalStartMs) / DAY_MS));
  const { originalStartMs, patch } = exception;
  const lengthMs = plain.content.endMs - plain.content.startMs;
  const times = { startMs: originalStartMs, endMs: originalStartMs + lengthMs };
  return { originalStartMs, isException: true, content: { ...plain.content, ...times, ...patch } };
}

/** An event of no length touches the window that holds its start. */
export function touches(event: { readonly startMs: number; readonly endMs: number }, window: TimeWindow): boolean {
  return event.startMs < window.endMs && (event.endMs > window.startMs || event.startMs >= window.startMs);
}

function plainOccurrences(content: EventContent, window: TimeWindow): Occurrence[] {
  if (!content.recurrence) return [];
  const { zone, startDay } = clockOf(content);
  const lengthMs = Math.max(0, content.endMs - content.startMs);
  // A day more on both sides, for clocks that are set while the event lasts.
  const fromDay = Math.floor(wallOf(zone, window.startMs - lengthMs) / DAY_MS) - 1;
  const toDay = Math.floor(wallOf(zone, window.endMs) / DAY_MS) + 1;
  return daysOf(content.recurrence, { startDay, fromDay, toDay }).map((day) => occurrenceOn(content, day));
}

/** By the wall clock of the series' zone: start and end stand where they stand on the first day, whatever the clocks did. */
function occurrenceOn(content: EventContent, day: number): Occurrence {
  const { zone, startDay, startWall } = clockOf(content);
  const shiftMs = (day - startDay) * DAY_MS;
  const startMs = momentOfWall(zone, startWall + shiftMs);
  const endMs = Math.max(startMs, momentOfWall(zone, wallOf(zone, content.endMs) + shiftMs));
  return { originalStartMs: startMs, isException: false, content: { ...content, recurrence: null, startMs, endMs } };
}

/** All-day events are dates, and have no zone. */
function clockOf(content: EventContent): { zone: string; startWall: number; startDay: number } {
  const zone = content.isAllDay ? 'UTC' : seriesZone(content.recurrence, content.timeZone);
  const startWall = wallOf(zone, content.startMs);
  return { zone, startWall, startDay: Math.floor(startWall / DAY_MS) };
}

function seriesZone(recurrence: Recurrence | null, timeZone: string): string {
  const named = recurrence?.range['recurrenceTimeZone'];
  return (typeof named === 'string' && named !== '' ? ianaZone(named) : undefined) ?? ianaZone(timeZone) ?? 'UTC';
}
