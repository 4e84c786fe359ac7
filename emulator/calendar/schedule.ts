import { hasMailbox, type EventContent } from '../data/model.ts';
import { WEEKDAYS } from '../data/weekdays.ts';
import { json, type Answer } from '../http/answer.ts';
import type { GraphRoute } from '../http/graph-context.ts';
import { jsonBody } from '../http/json-body.ts';
import { contextUrl } from '../http/odata.ts';
import { problem } from '../http/problem.ts';
import { invalid, numberField, objectField, textsField } from './body-fields.ts';
import { CALENDAR_READERS, userRoute, type CalendarContext } from './calendar-context.ts';
import { inWindow, mastersOf } from './event-collections.ts';
import { patchOfBody } from './event-input.ts';
import { contentOf } from './event-query.ts';
import type { TimeWindow } from './occurrences.ts';
import { offsetAt, checkedZone, wallClock } from './time-zones.ts';

/** learn.microsoft.com/graph/api/calendar-getschedule: at most 20 schedules, at most 62 days, slots of 5 minutes to a day. */
const MOST_SCHEDULES = 20;
const MOST_DAYS = 62;
const MINUTE_MS = 60_000;
const DIGITS: Readonly<Record<EventContent['showAs'], number>> = { free: 0, workingElsewhere: 0, tentative: 1, busy: 2, oof: 3 };

export const scheduleRoutes: readonly GraphRoute[] = [
  userRoute('/users/{user-id}/calendars/{calendar-id}/getSchedule', {
    ...{ kind: 'calendar.getSchedule', method: 'POST', roles: CALENDAR_READERS },
    handle: getSchedule,
  }),
];

async function getSchedule(context: CalendarContext): Promise<Answer> {
  const { request } = context;
  const fields = await jsonBody(request);
  const schedules = textsField(fields, 'schedules') ?? [];
  if (schedules.length === 0) throw invalid("The parameter 'schedules' is required.");
  if (schedules.length > MOST_SCHEDULES) throw invalid(`At most ${MOST_SCHEDULES} schedules can be asked for.`);
  const [start, end] = [objectField(fields, 'startTime'), objectField(fields, 'endTime')];
  const { startMs, endMs } = patchOfBody({ start: start ?? null, end: end ?? null }, undefined);
  const window = { startMs: startMs!, endMs: endMs! };
  if (window.endMs <= window.startMs) throw invalid('The end of the time window must lie after its start.');
  if (window.endMs - window.startMs > MOST_DAYS * 24 * 60 * MINUTE_MS) {
    throw problem(400, 'ErrorTimeIntervalTooBig', `The requested time window is longer than the allowed ${MOST_DAYS} days.`);
  }
  const interval = numberField(fields, 'availabilityViewInterval', { least: 5, most: 1_440 }) ?? 30;
  const timeZone = request.prefer.timeZone ?? 'UTC';
  let made: object | undefined;
  const workingHours = () => (made ??= workingHoursOf(timeZone));
  const value = schedules.map((scheduleId) => scheduleOf(context, { scheduleId, window, interval, timeZone, workingHours }));
  return json({ '@odata.context': contextUrl(request, 'Collection(microsoft.graph.scheduleInformation)'), value });
}

interface Asked {
  readonly scheduleId: string;
  readonly window: TimeWindow;
  readonly interval: number;
  readonly timeZone: string;
  workingHours(): object;
}

function scheduleOf({ world }: CalendarContext, of: Asked): object {
  const { timeZone } = of;
  const user = world.findUser(of.scheduleId);
  const mailbox = user && hasMailbox(user.class) ? world.mailbox(user) : undefined;
  if (!user || !mailbox) {
    const error = { message: `The recipient ${of.scheduleId} could not be resolved.`, responseCode: 'ErrorMailRecipientNotFound' };
    return { scheduleId: of.scheduleId, availabilityView: '', scheduleItems: [], error };
  }
  const calendar = mailbox.calendars.all.find(({ isDefault }) => isDefault)!;
  const busy = mastersOf({ mailbox }, calendar)
    .flatMap((entry) => inWindow(entry, of.window))
    .map(contentOf)
    .filter(({ isCancelled, showAs }) => !isCancelled && showAs !== 'free')
    .toSorted((a, b) => a.startMs - b.startMs);
  const at = (timeMs: number) => ({ dateTime: wallClock(timeMs, timeZone), timeZone });
  const scheduleItems = busy.map((event) => {
    const isPrivate = event.sensitivity === 'private' || event.sensitivity === 'confidential';
    const words = isPrivate ? {} : { subject: event.subject, location: event.location };
    return { isPrivate, status: event.showAs, ...words, start: at(event.startMs), end: at(event.endMs) };
  });
  return { scheduleId: of.scheduleId, availabilityView: availabilityOf(busy, of), scheduleItems, workingHours: of.workingHours() };
}

/** One digit a slot: what weighs most of the events in it. */
function availabilityOf(busy: readonly EventContent[], of: { window: TimeWindow; interval: number }): string {
  const slots = Math.ceil((of.window.endMs - of.window.startMs) / (of.interval * MINUTE_MS));
  const digits = Array.from({ length: slots }, () => 0);
  for (const event of busy) {
    const from = Math.max(0, Math.floor((event.startMs - of.window.startMs) / (of.interval * MINUTE_MS)));
    const upTo = Math.min(slots, Math.ceil((event.endMs - of.window.startMs) / (of.interval * MINUTE_MS)));
    for (let slot = from; slot < upTo; slot++) digits[slot] = Math.max(digits[slot]!, DIGITS[event.showAs]);
  }
  return digits.join('');
}

/** Working hours come in a custom zone where the zone keeps daylight saving, by name where it does not. */
function workingHoursOf(timeZone: string): object {
  const zone = checkedZone(timeZone);
  const year = 2025;
  const [january, july] = [offsetAt(zone, Date.UTC(year, 0, 15)), offsetAt(zone, Date.UTC(year, 6, 15))];
  const hours = {
    daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
    ...{ startTime: '08:00:00.0000000', endTime: '17:00:00.0000000' },
  };
  if (january === july) return { ...hours, timeZone: { name: timeZone } };
  const standard = Math.min(january, july);
  const change = (to: number) => ({ time: '02:00:00.0000000', ...changeOf(zone, { year, to }), year: 0 });
  return {
    ...hours,
    timeZone: {
      ...{ '@odata.type': '#microsoft.graph.customTimeZone', bias: -standard / MINUTE_MS, name: 'Customized Time Zone' },
      standardOffset: change(standard),
      daylightOffset: { daylightBias: -Math.abs(january - july) / MINUTE_MS, ...change(Math.max(january, july)) },
    },
  };
}

function changeOf(zone: string, of: { year: number; to: number }): { dayOccurrence: number; dayOfWeek: string; month: number } {
  for (let day = 1; day < 366; day++) {
    const [before, after] = [offsetAt(zone, Date.UTC(of.year, 0, day)), offsetAt(zone, Date.UTC(of.year, 0, day + 1))];
    if (before === after || after !== of.to) continue;
    const date = new Date(Date.UTC(of.year, 0, day));
    return { dayOccurrence: Math.ceil(date.getUTCDate() / 7), dayOfWeek: WEEKDAYS[date.getUTCDay()]!, month: date.getUTCMonth() + 1 };
  }
  return { dayOccurrence: 1, dayOfWeek: 'sunday', month: 1 };
}
