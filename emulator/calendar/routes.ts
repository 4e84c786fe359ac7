import type { GraphRoute } from '../http/graph-context.ts';
import type { Chains } from '../mail/sync-token.ts';
import { CALENDAR_DEFAULTS, type CalendarOptions } from './calendar-context.ts';
import { calendarPermissionRoutes } from './calendar-permissions.ts';
import { calendarRoutes } from './calendars.ts';
import { eventAttachmentRoutes } from './event-attachments.ts';
import { eventDeltaRoutes } from './event-delta.ts';
import { eventExtensionRoutes } from './event-extensions.ts';
import { eventRoutes } from './events.ts';
import { eventWriteRoutes } from './event-writes.ts';
import { reminderRoutes } from './reminders.ts';
import { scheduleRoutes } from './schedule.ts';

/** Everything of calendars, of users and of groups. */
export function allCalendarRoutes(chains: Chains, given: Partial<CalendarOptions> = {}): readonly GraphRoute[] {
  const options = { ...CALENDAR_DEFAULTS, ...given };
  return [
    ...calendarRoutes(),
    ...calendarPermissionRoutes(),
    ...eventRoutes(options),
    ...eventWriteRoutes(),
    ...eventAttachmentRoutes(),
    ...eventExtensionRoutes(),
    ...eventDeltaRoutes(chains, options),
    ...reminderRoutes(options),
    ...scheduleRoutes,
  ];
}
