import type { CalendarHost } from '../data/calendar-changes.ts';
import { kindOf } from '../data/calendar-state.ts';
import { changeKeyOf } from '../data/ids.ts';
import type { CalendarBase } from '../data/model.ts';
import { calendarId } from './calendar-ids.ts';

export const CALENDAR_TYPE = {
  name: 'Microsoft.OutlookServices.Calendar',
  properties: [
    'id', 'name', 'color', 'hexColor', 'isDefaultCalendar', 'changeKey', 'canShare', 'canViewPrivateItems', 'canEdit',
    'allowedOnlineMeetingProviders', 'defaultOnlineMeetingProvider', 'isTallyingResponses', 'isRemovable', 'owner',
  ],
} as const; // prettier-ignore

export function renderCalendar(host: Pick<CalendarHost, 'guid' | 'calendars'>, calendar: CalendarBase): Record<string, unknown> {
  const isOwn = kindOf(calendar) === 'own';
  const sequence = host.calendars.changedSeq(calendar.key);
  return {
    ...{ id: calendarId(host, calendar.key), name: calendar.name, color: calendar.color, hexColor: '' },
    isDefaultCalendar: calendar.isDefault,
    changeKey: changeKeyOf(host.guid, { key: calendar.key, sequence }),
    ...{ canShare: isOwn, canViewPrivateItems: isOwn, canEdit: calendar.canEdit },
    ...{ allowedOnlineMeetingProviders: ['teamsForBusiness'], defaultOnlineMeetingProvider: 'teamsForBusiness' },
    ...{ isTallyingResponses: calendar.isDefault, isRemovable: !calendar.isDefault, owner: calendar.owner },
  };
}
