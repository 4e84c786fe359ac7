import type { CalendarBase } from '../data/model.ts';
import { json, type Answer } from '../http/answer.ts';
import type { GraphRoute } from '../http/graph-context.ts';
import { contextUrl } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import { CALENDAR_FULL_READERS, calendarOfPath, groupRoute, placeOf, userRoute, type CalendarContext } from './calendar-context.ts';

export function calendarPermissionRoutes(): readonly GraphRoute[] {
  const path = '/calendarPermissions';
  const list = { kind: 'calendarPermissions.list', roles: CALENDAR_FULL_READERS, handle: listPermissions };
  const get = { kind: 'calendarPermissions.get', roles: CALENDAR_FULL_READERS, handle: getPermission };
  return [
    userRoute(`/users/{user-id}/calendars/{calendar-id}${path}`, list),
    userRoute(`/users/{user-id}/calendars/{calendar-id}${path}/{calendarPermission-id}`, get),
    groupRoute(`/groups/{group-id}/calendar${path}`, list),
    groupRoute(`/groups/{group-id}/calendar${path}/{calendarPermission-id}`, get),
  ];
}

const ALLOWED = ['freeBusyRead', 'limitedRead', 'read', 'write', 'delegateWithoutPrivateEventAccess', 'delegateWithPrivateEventAccess'];

/** Everybody inside sees when one is busy; then those whom the calendar is shared with: learn.microsoft.com/graph/api/calendar-list-calendarpermissions. */
function permissionsOf(calendar: CalendarBase): { id: string }[] {
  const organisation = {
    ...{ id: idOf('Default'), isRemovable: false, isInsideOrganization: true, role: 'freeBusyRead' },
    ...{ allowedRoles: ['none', 'freeBusyRead', 'limitedRead', 'read', 'write'], emailAddress: { name: 'My Organization' } },
  };
  const shared = (calendar.permissions ?? []).map(({ name, address, role }) => ({
    ...{ id: idOf(address.toLowerCase()), isRemovable: true, isInsideOrganization: true, role },
    ...{ allowedRoles: ALLOWED, emailAddress: { name, address } },
  }));
  return [organisation, ...shared];
}

function idOf(name: string): string {
  return Buffer.from(`l=${name}`, 'utf8').toString('base64url');
}

function contextOf(context: CalendarContext, end = ''): string {
  return contextUrl(context.request, `${context.root}${placeOf(context) || '/calendar'}/calendarPermissions${end}`);
}

function listPermissions(context: CalendarContext): Answer {
  return json({ '@odata.context': contextOf(context), value: permissionsOf(calendarOfPath(context)) });
}

function getPermission(context: CalendarContext): Answer {
  const found = permissionsOf(calendarOfPath(context)).find(({ id }) => id === context.params['calendarPermission-id']);
  if (!found) throw PROBLEMS.itemNotFound();
  return json({ '@odata.context': contextOf(context, '/$entity'), ...found });
}
