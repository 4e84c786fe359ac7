import type { CalendarHost, EventChange } from '../data/calendar-changes.ts';
import type { CalendarBase, Person, User } from '../data/model.ts';
import { isUuid } from '../data/uuid.ts';
import type { Answer } from '../http/answer.ts';
import { mailboxRoute, serviceRoute, type GraphContext, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { PROBLEMS } from '../http/problem.ts';
import { findEvent, readableCalendar, type FoundEvent } from './calendar-ids.ts';

export const CALENDAR_READERS = ['Calendars.ReadBasic.All', 'Calendars.Read', 'Calendars.ReadWrite'];
/** Calendars.ReadBasic.All leaves out body, attachments and extensions: learn.microsoft.com/graph/permissions-reference. */
export const CALENDAR_FULL_READERS = ['Calendars.Read', 'Calendars.ReadWrite'];
export const CALENDAR_WRITERS = ['Calendars.ReadWrite'];
const GROUP_READERS = ['Group.Read.All', 'Group.ReadWrite.All'];
const GROUP_WRITERS = ['Group.ReadWrite.All'];

/** What the handlers of calendars and events work on: a mailbox, or a group. */
export interface CalendarContext extends GraphContext {
  readonly mailbox: Pick<CalendarHost, 'guid' | 'calendars'>;
  readonly user: Pick<User, 'id'>;
  /** As contexts name it: users('…') or groups('…'). */
  readonly root: string;
  /** The path below the version. */
  readonly basePath: string;
  readonly self: Person;
  readonly isGroup: boolean;
  /** Everything of an event may be seen. */
  readonly isFull: boolean;
  /** Writes into the calendar's own mailbox, wherever that is. */
  commit(calendar: CalendarBase, change: EventChange): Promise<void>;
}

export interface CalendarOptions {
  /** Longest window of a calendar view. */
  readonly mostViewDays: number;
}

export const CALENDAR_DEFAULTS: CalendarOptions = { mostViewDays: 1_825 };

export interface CalendarRoute {
  readonly kind: string;
  readonly roles?: readonly string[];
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  handle(context: CalendarContext): Answer | Promise<Answer>;
}

/** A resource below the user (their default calendar), below one calendar, and below a group. */
export function everywhere(path: string, route: CalendarRoute): GraphRoute[] {
  return [...ofUsers(path, route), ...ofGroups(path, route)];
}

export function ofUsers(path: string, route: CalendarRoute): GraphRoute[] {
  const common = { roles: CALENDAR_READERS, ...route };
  return ['/users/{user-id}', '/users/{user-id}/calendars/{calendar-id}'].map((base) => userRoute(`${base}${path}`, common));
}

export function userRoute(template: string, route: CalendarRoute): GraphRoute {
  return mailboxRoute(template, { roles: CALENDAR_READERS, ...route, handle: (context) => route.handle(userContext(context)) });
}

function ofGroups(path: string, route: CalendarRoute): GraphRoute[] {
  const roles = route.method === undefined || route.method === 'GET' ? GROUP_READERS : GROUP_WRITERS;
  const handle = (context: GraphContext) => route.handle(groupContext(context));
  const common = { kind: `group.${route.kind}`, method: route.method ?? ('GET' as const), roles: [], handle };
  const guarded = (context: GraphContext) => {
    // The group's calendar is not for apps: learn.microsoft.com/graph/api/group-list-events.
    if (context.caller.userId === undefined || !roles.some((role) => context.roles.has(role))) throw PROBLEMS.mailDenied();
    return common.handle(context);
  };
  return ['/groups/{group-id}', '/groups/{group-id}/calendar'].map((base) =>
    serviceRoute(`${base}${path}`, { ...common, handle: guarded }),
  );
}

/** The group's one calendar itself. */
export function groupRoute(template: string, route: CalendarRoute): GraphRoute {
  return ofGroups(template.slice('/groups/{group-id}'.length), route)[0]!;
}

function userContext(context: MailboxContext): CalendarContext {
  const { user, mailbox, world } = context;
  const isFull = CALENDAR_FULL_READERS.some((role) => context.roles.has(role));
  const self = { name: user.displayName, address: user.mail ?? user.upn };
  const commit = (calendar: CalendarBase, change: EventChange) => {
    const home = mailbox.calendars.home(calendar);
    if (!home) throw PROBLEMS.itemNotFound();
    return world.commit([{ ...change, calendar: home.calendarKey, mailbox: home.ownerId ?? user.id }]);
  };
  return { ...context, root: `users('${user.id}')`, basePath: `/users/${user.id}`, self, isGroup: false, isFull, commit };
}

function groupContext(context: GraphContext): CalendarContext {
  const { world, params, caller } = context;
  const groupId = params['group-id']!;
  if (!isUuid(groupId)) throw PROBLEMS.noSuchObject(groupId);
  const entry = world.directory.get(groupId);
  const group = entry?.kind === 'group' ? entry.value : undefined;
  // A group's calendar is its members': learn.microsoft.com/graph/api/group-list-events.
  if (group && !world.directory.membership.has(group, caller.userId!)) throw PROBLEMS.mailDenied();
  const mailbox = world.groupCalendar(groupId);
  const commit = (calendar: CalendarBase, change: EventChange) =>
    world.commit([{ ...change, calendar: calendar.key, groupCalendar: groupId }]);
  const self = { name: group?.displayName ?? groupId, address: group?.mail ?? `${groupId}@${world.tenant.domains[0]}` };
  return {
    ...{ ...context, mailbox, user: { id: groupId }, root: `groups('${groupId}')`, basePath: `/groups/${groupId}` },
    ...{ self, isGroup: true, isFull: true, commit },
  };
}

/** The calendar that the path names; below the user the default one. */
export function calendarOfPath({ mailbox, params }: CalendarContext): CalendarBase {
  return readableCalendar(mailbox, params['calendar-id'] ?? 'default');
}

/** How contexts name the calendar: nothing below the user, /calendar, or /calendars('…'). */
export function placeOf({ params, isGroup, request }: CalendarContext): string {
  if (isGroup) return /^\/groups\/[^/]+\/calendar\//i.test(request.path) ? '/calendar' : '';
  const name = params['calendar-id'];
  if (name === undefined) return '';
  return name === 'default' ? '/calendar' : `/calendars('${encodeURIComponent(name)}')`;
}

/** Below the user any calendar's event is found by its id; below a calendar only its own. */
export function eventOfPath(context: CalendarContext, id = context.params['event-id']!): FoundEvent {
  const { mailbox, params } = context;
  const name = params['calendar-id'];
  const found = findEvent(mailbox, id);
  const calendar = readableCalendar(mailbox, name ?? 'default');
  if (name !== undefined && calendar.key !== found.event.calendarKey) throw PROBLEMS.itemNotFound();
  return found;
}
