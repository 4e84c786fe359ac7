import type { GraphRequest } from '../http/request.ts';
import { problem } from '../http/problem.ts';
import type { TimeWindow } from './occurrences.ts';

const MOMENT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** A moment of a query: with an offset or Z, or in UTC. Undefined when it is none. */
export function momentOfText(text: string): number | undefined {
  if (!MOMENT.test(text)) return undefined;
  // A moment without an offset is UTC, not this machine's time.
  const time = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/i.test(text.slice(10)) || !/T/i.test(text) ? text : `${text}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** startDateTime and endDateTime of a calendar view: learn.microsoft.com/graph/api/calendar-list-calendarview. Throws Exchange's 400. */
export function windowOf(request: GraphRequest, mostDays: number): TimeWindow {
  return checkedWindow({ start: request.query.get('startDateTime'), end: request.query.get('endDateTime') }, mostDays);
}

export function checkedWindow(given: { start: string | undefined; end: string | undefined }, mostDays: number): TimeWindow {
  if (!given.start || !given.end) {
    const message = 'This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.';
    throw problem(400, 'ErrorInvalidParameter', message);
  }
  const [startMs, endMs] = [momentOfText(given.start), momentOfText(given.end)];
  if (startMs === undefined || endMs === undefined) {
    const [name, text] = startMs === undefined ? ['StartDateTime', given.start] : ['EndDateTime', given.end];
    throw problem(400, 'ErrorInvalidParameter', `The value '${text}' of parameter '${name}' is invalid.`);
  }
  if (endMs < startMs) throw problem(400, 'ErrorInvalidParameter', 'The end of the time window lies before its start.');
  if (endMs - startMs > mostDays * 86_400_000) {
    const message = `Your request can't be completed. The range between the start and end dates is greater than the allowed range. Maximum number of days: ${mostDays}`;
    throw problem(400, 'ErrorCalendarViewRangeTooBig', message);
  }
  return { startMs, endMs };
}
