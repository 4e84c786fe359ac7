import { changeKeyOf } from '../data/ids.ts';
import type { CalendarBase } from '../data/model.ts';
import type { MailboxState } from '../data/mailbox-state.ts';
import { json, plainCount, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { contextUrl, pageSize, project, selection, skipPage } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import { checkedId } from '../mail/mail-ids.ts';
import { calendarGroupId, calendarId, findCalendar } from './calendar-ids.ts';

export const CALENDAR_READERS = ['Calendars.ReadBasic.All', 'Calendars.Read', 'Calendars.ReadWrite'];

const CALENDAR_TYPE = {
  name: 'Microsoft.OutlookServices.Calendar',
  properties: [
    'id', 'name', 'color', 'hexColor', 'isDefaultCalendar', 'changeKey', 'canShare', 'canViewPrivateItems', 'canEdit',
    'allowedOnlineMeetingProviders', 'defaultOnlineMeetingProvider', 'isTallyingResponses', 'isRemovable', 'owner',
  ],
} as const; // prettier-ignore

const GROUPS = [
  { key: 'mine', name: 'My Calendars', classId: '0006f0b7-0000-0000-c000-000000000046' },
  { key: 'other', name: 'Other Calendars', classId: '0006f0b8-0000-0000-c000-000000000046' },
  { key: 'people', name: "People's Calendars", classId: '0006f0b9-0000-0000-c000-000000000046' },
] as const;

export const calendarRoutes: readonly GraphRoute[] = [
  mailboxRoute('/users/{user-id}/calendars', {
    kind: 'calendars.list',
    roles: CALENDAR_READERS,
    handle: (context) => listCalendars(context, context.mailbox.calendars.all),
  }),
  mailboxRoute('/users/{user-id}/calendars/$count', {
    kind: 'calendars.count',
    roles: CALENDAR_READERS,
    handle: ({ mailbox }) => plainCount(mailbox.calendars.all.length),
  }),
  mailboxRoute('/users/{user-id}/calendars/{calendar-id}', { kind: 'calendars.get', roles: CALENDAR_READERS, handle: getCalendar }),
  mailboxRoute('/users/{user-id}/calendarGroups', { kind: 'calendarGroups.list', roles: CALENDAR_READERS, handle: listGroups }),
  mailboxRoute('/users/{user-id}/calendarGroups/$count', {
    kind: 'calendarGroups.count',
    roles: CALENDAR_READERS,
    handle: () => plainCount(GROUPS.length),
  }),
  mailboxRoute('/users/{user-id}/calendarGroups/{calendarGroup-id}', {
    kind: 'calendarGroups.get',
    roles: CALENDAR_READERS,
    handle: getGroup,
  }),
  mailboxRoute('/users/{user-id}/calendarGroups/{calendarGroup-id}/calendars', {
    ...{ kind: 'calendarGroups.calendars', roles: CALENDAR_READERS },
    handle: (context) => {
      const group = findGroup(context);
      return listCalendars(
        context,
        context.mailbox.calendars.all.filter((calendar) => calendar.group === group.key),
      );
    },
  }),
];

function renderCalendar(mailbox: MailboxState, calendar: CalendarBase): Record<string, unknown> {
  const isOwn = calendar.group === 'mine';
  return {
    ...{
      id: calendarId(mailbox, calendar.key),
      name: calendar.name,
      color: calendar.color,
      hexColor: '',
      isDefaultCalendar: calendar.isDefault,
    },
    ...{
      changeKey: changeKeyOf(mailbox.guid, { key: calendar.key, sequence: 0 }),
      canShare: isOwn,
      canViewPrivateItems: isOwn,
      canEdit: calendar.canEdit,
    },
    ...{
      allowedOnlineMeetingProviders: ['teamsForBusiness'],
      defaultOnlineMeetingProvider: 'teamsForBusiness',
      isTallyingResponses: calendar.isDefault,
    },
    ...{ isRemovable: !calendar.isDefault, owner: calendar.owner },
  };
}

function listCalendars(context: MailboxContext, calendars: readonly CalendarBase[]): Answer {
  const { request, mailbox, user } = context;
  const selected = selection(request, CALENDAR_TYPE);
  const size = pageSize(request, { fallback: 10, maximum: 1_000 });
  const item = (position: number) => project(renderCalendar(mailbox, calendars[position]!), selected);
  return json(skipPage(request, { count: calendars.length, size, fragment: `users('${user.id}')/calendars`, item }));
}

function getCalendar(context: MailboxContext): Answer {
  const { request, mailbox, user, params } = context;
  const calendar = renderCalendar(mailbox, findCalendar(mailbox, params['calendar-id']!));
  return json({
    '@odata.context': contextUrl(request, `users('${user.id}')/calendars/$entity`),
    ...project(calendar, selection(request, CALENDAR_TYPE)),
  });
}

function renderGroup(mailbox: MailboxState, group: (typeof GROUPS)[number]): object {
  const changeKey = changeKeyOf(mailbox.guid, { key: group.key, sequence: 0 });
  return {
    '@odata.etag': `W/"${changeKey}"`,
    name: group.name,
    classId: group.classId,
    changeKey,
    id: calendarGroupId(mailbox, group.key),
  };
}

function listGroups({ request, mailbox, user }: MailboxContext): Answer {
  const value = GROUPS.map((group) => renderGroup(mailbox, group));
  return json({ '@odata.context': contextUrl(request, `users('${user.id}')/calendarGroups`), value });
}

function getGroup(context: MailboxContext): Answer {
  const { request, mailbox, user } = context;
  return json({
    '@odata.context': contextUrl(request, `users('${user.id}')/calendarGroups/$entity`),
    ...renderGroup(mailbox, findGroup(context)),
  });
}

function findGroup({ mailbox, params }: MailboxContext): (typeof GROUPS)[number] {
  const key = checkedId(mailbox, params['calendarGroup-id']!, 'calendarGroup').parts[0];
  const group = GROUPS.find((known) => known.key === key);
  if (!group) throw PROBLEMS.itemNotFound();
  return group;
}
