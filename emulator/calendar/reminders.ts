import type { EventContent } from '../data/model.ts';
import { json, type Answer } from '../http/answer.ts';
import type { GraphRoute } from '../http/graph-context.ts';
import { contextUrl } from '../http/odata.ts';
import { problem } from '../http/problem.ts';
import { calendarOfPath, userRoute, type CalendarContext, type CalendarOptions } from './calendar-context.ts';
import { eventId } from './calendar-ids.ts';
import { byStart, inWindow, mastersOf } from './event-collections.ts';
import { checkPreferredZone } from './events.ts';
import { contentOf, type Entry } from './event-query.ts';
import { locationsOf, renderEvent } from './render-event.ts';
import { checkedWindow } from './time-window.ts';
import { wallClock } from './time-zones.ts';

const MINUTE_MS = 60_000;

export function reminderRoutes(options: CalendarOptions): readonly GraphRoute[] {
  const handle = (context: CalendarContext) => reminderView(context, options.mostViewDays);
  return [userRoute('/users/{user-id}/reminderView/{arguments}', { kind: 'reminderView', handle })];
}

/** learn.microsoft.com/graph/api/user-reminderview: reminderView(startDateTime='…',endDateTime='…'). */
function reminderView(context: CalendarContext, mostDays: number): Answer {
  checkPreferredZone(context);
  const given = new Map(
    [...context.params['arguments']!.matchAll(/(\w+)\s*=\s*'([^']*)'/g)].map(([, name, value]) => [name!.toLowerCase(), value!]),
  );
  if (!given.has('startdatetime') || !given.has('enddatetime')) {
    throw problem(400, 'BadRequest', "The function 'reminderView' needs StartDateTime and EndDateTime.");
  }
  const window = checkedWindow({ start: given.get('startdatetime'), end: given.get('enddatetime') }, mostDays);
  const reminding = mastersOf(context, calendarOfPath(context))
    .flatMap((entry) => inWindow(entry, window))
    .filter((entry) => reminds(contentOf(entry)));
  const value = byStart(reminding).map((entry) => reminderOf(context, entry));
  return json({ '@odata.context': contextUrl(context.request, 'Collection(microsoft.graph.reminder)'), value });
}

function reminds({ isReminderOn, isAllDay }: EventContent): boolean {
  return isReminderOn ?? !isAllDay;
}

function reminderOf({ mailbox, request }: CalendarContext, entry: Entry): object {
  const content = contentOf(entry);
  const timeZone = request.prefer.timeZone ?? 'UTC';
  const selected = new Set(['changeKey', 'webLink', 'start', 'end', 'subject']);
  const entity = renderEvent(mailbox, entry.event, { prefer: request.prefer, occurrence: entry.occurrence, selected });
  const name = { ...entry.event, ...(entry.occurrence ? { originalStartMs: entry.occurrence.originalStartMs } : {}) };
  const fireMs = content.startMs - (content.reminderMinutes ?? 15) * MINUTE_MS;
  return {
    ...{ eventId: eventId(mailbox, name, request.prefer.immutableIds), changeKey: entity['changeKey'], eventSubject: content.subject },
    ...{ eventStartTime: entity['start'], eventEndTime: entity['end'], eventLocation: locationsOf(content)[0] ?? { displayName: '' } },
    ...{ eventWebLink: entity['webLink'], reminderFireTime: { dateTime: wallClock(fireMs, timeZone), timeZone } },
  };
}
