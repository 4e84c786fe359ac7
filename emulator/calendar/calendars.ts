import { randomBytes } from 'node:crypto';
import type { CalendarChange } from '../data/calendar-changes.ts';
import { kindOf, type CalendarGroup } from '../data/calendar-state.ts';
import { changeKeyOf } from '../data/ids.ts';
import type { CalendarBase } from '../data/model.ts';
import { created, json, noContent, plainCount, type Answer } from '../http/answer.ts';
import type { GraphRoute } from '../http/graph-context.ts';
import { jsonBody } from '../http/json-body.ts';
import { contextUrl, pageSize, project, selection, selectionText, skipPage } from '../http/odata.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { checkedId } from '../mail/mail-ids.ts';
import { choiceField, flagField, invalid, textField } from './body-fields.ts';
import { CALENDAR_WRITERS, groupRoute, placeOf, userRoute, type CalendarContext } from './calendar-context.ts';
import { calendarGroupId, findCalendar } from './calendar-ids.ts';
import { CALENDAR_TYPE, renderCalendar } from './render-calendar.ts';

const CALENDARS = '/users/{user-id}/calendars';
const GROUPS = '/users/{user-id}/calendarGroups';
const ONE_GROUP = `${GROUPS}/{calendarGroup-id}`;
const COLORS = [
  'auto', 'lightBlue', 'lightGreen', 'lightOrange', 'lightGray', 'lightYellow', 'lightTeal', 'lightPink', 'lightBrown', 'lightRed', 'maxColor',
] as const; // prettier-ignore

export function calendarRoutes(): readonly GraphRoute[] {
  const roles = CALENDAR_WRITERS;
  const inGroup = (context: CalendarContext) => context.mailbox.calendars.all.filter(({ group }) => group === findGroup(context).key);
  return [
    userRoute(CALENDARS, { kind: 'calendars.list', handle: (context) => listCalendars(context, context.mailbox.calendars.all) }),
    userRoute(`${CALENDARS}/$count`, { kind: 'calendars.count', handle: ({ mailbox }) => plainCount(mailbox.calendars.all.length) }),
    userRoute(CALENDARS, { kind: 'calendars.create', roles, method: 'POST', handle: (context) => createCalendar(context, 'mine') }),
    userRoute(`${CALENDARS}/{calendar-id}`, { kind: 'calendars.get', handle: getCalendar }),
    userRoute(`${CALENDARS}/{calendar-id}`, { kind: 'calendars.update', roles, method: 'PATCH', handle: updateCalendar }),
    userRoute(`${CALENDARS}/{calendar-id}`, { kind: 'calendars.delete', roles, method: 'DELETE', handle: deleteCalendar }),
    groupRoute('/groups/{group-id}/calendar', { kind: 'calendar.get', handle: getCalendar }),
    userRoute(GROUPS, { kind: 'calendarGroups.list', handle: listGroups }),
    userRoute(`${GROUPS}/$count`, { kind: 'calendarGroups.count', handle: ({ mailbox }) => plainCount(mailbox.calendars.groups.length) }),
    userRoute(GROUPS, { kind: 'calendarGroups.create', roles, method: 'POST', handle: createGroup }),
    userRoute(ONE_GROUP, { kind: 'calendarGroups.get', handle: (context) => answerGroup(context, findGroup(context)) }),
    userRoute(ONE_GROUP, { kind: 'calendarGroups.update', roles, method: 'PATCH', handle: renameGroup }),
    userRoute(ONE_GROUP, { kind: 'calendarGroups.delete', roles, method: 'DELETE', handle: deleteGroup }),
    userRoute(`${ONE_GROUP}/calendars`, {
      kind: 'calendarGroups.calendars',
      handle: (context) => listCalendars(context, inGroup(context)),
    }),
    userRoute(`${ONE_GROUP}/calendars`, {
      ...{ kind: 'calendars.create', roles, method: 'POST' },
      handle: (context) => createCalendar(context, findGroup(context).key),
    }),
  ];
}

function commit({ world, user }: CalendarContext, change: CalendarChange): Promise<void> {
  return world.commit([{ ...change, mailbox: user.id }]);
}

function newKey(): string {
  return `x${randomBytes(6).toString('hex')}`;
}

function listCalendars(context: CalendarContext, calendars: readonly CalendarBase[]): Answer {
  const { request, mailbox, root } = context;
  const selected = selection(request, CALENDAR_TYPE);
  const size = pageSize(request, { fallback: 10, maximum: 1_000 });
  const item = (position: number) => project(renderCalendar(mailbox, calendars[position]!), selected);
  return json(skipPage(request, { count: calendars.length, size, fragment: `${root}/calendars${selectionText(request)}`, item }));
}

function calendarContext(context: CalendarContext): string {
  const isDefault = context.isGroup || placeOf(context) === '/calendar' || context.params['calendar-id'] === 'default';
  return contextUrl(context.request, `${context.root}/${isDefault ? 'calendar' : 'calendars'}/$entity`);
}

function getCalendar(context: CalendarContext): Answer {
  const { request, mailbox, params } = context;
  const calendar = renderCalendar(mailbox, findCalendar(mailbox, params['calendar-id'] ?? 'default'));
  return json({ '@odata.context': calendarContext(context), ...project(calendar, selection(request, CALENDAR_TYPE)) });
}

async function createCalendar(context: CalendarContext, group: string): Promise<Answer> {
  const fields = await jsonBody(context.request);
  const name = textField(fields, 'name')?.trim();
  if (!name) throw invalid("The property 'name' is required.");
  checkName(context, name);
  const key = newKey();
  const color = choiceField(fields, 'color', COLORS) ?? 'auto';
  const calendar = { kind: 'own' as const, name, isDefault: false, owner: context.self, canEdit: true, color, group };
  await commit(context, { op: 'calendar.add', key, calendar });
  const made = renderCalendar(context.mailbox, findCalendarByKey(context, key));
  return created({ '@odata.context': contextUrl(context.request, `${context.root}/calendars/$entity`), ...made });
}

function checkName({ mailbox }: CalendarContext, name: string, except?: string): void {
  const isTaken = mailbox.calendars.all.some((calendar) => calendar.key !== except && calendar.name.toLowerCase() === name.toLowerCase());
  if (isTaken) throw problem(409, 'ErrorFolderExists', 'A folder with the specified name already exists.');
}

function findCalendarByKey({ mailbox }: CalendarContext, key: string): CalendarBase {
  return mailbox.calendars.get(key)!;
}

/** name, color and isDefaultCalendar can be changed: learn.microsoft.com/graph/api/calendar-update. */
async function updateCalendar(context: CalendarContext): Promise<Answer> {
  const { mailbox, params } = context;
  const calendar = findCalendar(mailbox, params['calendar-id']!);
  const fields = await jsonBody(context.request);
  const name = textField(fields, 'name')?.trim();
  if (name === '') throw invalid("The property 'name' must not be empty.");
  if (name !== undefined) checkName(context, name, calendar.key);
  const color = choiceField(fields, 'color', COLORS);
  const isDefault = flagField(fields, 'isDefaultCalendar');
  if (isDefault && kindOf(calendar) !== 'own') throw invalid('Only an own calendar can be the default one.');
  const patch = { ...(name === undefined ? {} : { name }), ...(color === undefined ? {} : { color }), ...(isDefault ? { isDefault } : {}) };
  if (Object.keys(patch).length > 0) await commit(context, { op: 'calendar.edit', key: calendar.key, patch });
  return json({ '@odata.context': calendarContext(context), ...renderCalendar(mailbox, findCalendarByKey(context, calendar.key)) });
}

async function deleteCalendar(context: CalendarContext): Promise<Answer> {
  const calendar = findCalendar(context.mailbox, context.params['calendar-id']!);
  if (calendar.isDefault) throw problem(400, 'ErrorDeleteDistinguishedFolder', 'Distinguished folders cannot be deleted.');
  await commit(context, { op: 'calendar.delete', key: calendar.key });
  return noContent();
}

const CLASS_IDS: Readonly<Record<string, string>> = {
  mine: '0006f0b7-0000-0000-c000-000000000046',
  other: '0006f0b8-0000-0000-c000-000000000046',
  people: '0006f0b9-0000-0000-c000-000000000046',
};

function renderGroup({ mailbox }: CalendarContext, group: CalendarGroup): Record<string, unknown> {
  const changeKey = changeKeyOf(mailbox.guid, { key: group.key, sequence: group.changedSeq });
  const id = calendarGroupId(mailbox, group.key);
  const classId = CLASS_IDS[group.key] ?? '00000000-0000-0000-0000-000000000000';
  return { '@odata.etag': `W/"${changeKey}"`, name: group.name, classId, changeKey, id };
}

const GROUP_TYPE = { name: 'Microsoft.OutlookServices.CalendarGroup', properties: ['id', 'name', 'classId', 'changeKey'] };

function listGroups(context: CalendarContext): Answer {
  const { request, mailbox, root } = context;
  const { groups } = mailbox.calendars;
  const selected = selection(request, GROUP_TYPE);
  const size = pageSize(request, { fallback: 10, maximum: 1_000 });
  const item = (position: number) => project(renderGroup(context, groups[position]!), selected);
  return json(skipPage(request, { count: groups.length, size, fragment: `${root}/calendarGroups${selectionText(request)}`, item }));
}

function groupEntity(context: CalendarContext, group: CalendarGroup): object {
  const { request, root } = context;
  const entity = project(renderGroup(context, group), selection(request, GROUP_TYPE));
  return { '@odata.context': contextUrl(request, `${root}/calendarGroups/$entity`), ...entity };
}

function answerGroup(context: CalendarContext, group: CalendarGroup): Answer {
  return json(groupEntity(context, group));
}

function findGroup({ mailbox, params }: CalendarContext): CalendarGroup {
  const key = checkedId(mailbox, params['calendarGroup-id']!, 'calendarGroup').parts[0];
  const group = mailbox.calendars.groups.find((known) => known.key === key);
  if (!group) throw PROBLEMS.itemNotFound();
  return group;
}

async function groupName(context: CalendarContext): Promise<string> {
  const name = textField(await jsonBody(context.request), 'name')?.trim();
  if (!name) throw invalid("The property 'name' is required.");
  const isTaken = context.mailbox.calendars.groups.some((group) => group.name.toLowerCase() === name.toLowerCase());
  if (isTaken) throw problem(409, 'ErrorCalendarGroupExists', 'A calendar group with the specified name already exists.');
  return name;
}

async function createGroup(context: CalendarContext): Promise<Answer> {
  const [key, name] = [newKey(), await groupName(context)];
  await commit(context, { op: 'calendarGroup.add', key, name });
  return created(
    groupEntity(
      context,
      context.mailbox.calendars.groups.find((group) => group.key === key)!,
    ),
  );
}

async function renameGroup(context: CalendarContext): Promise<Answer> {
  const { key } = findGroup(context);
  await commit(context, { op: 'calendarGroup.edit', key, name: await groupName(context) });
  return answerGroup(context, findGroup(context));
}

/** A group goes only when it is empty: learn.microsoft.com/graph/api/calendargroup-delete. */
async function deleteGroup(context: CalendarContext): Promise<Answer> {
  const { key } = findGroup(context);
  const isUsed = key in CLASS_IDS || context.mailbox.calendars.all.some((calendar) => calendar.group === key);
  if (isUsed)
    throw problem(400, 'ErrorCalendarGroupNotEmpty', 'A calendar group that holds calendars, or that Outlook made, cannot be deleted.');
  await commit(context, { op: 'calendarGroup.delete', key });
  return noContent();
}
