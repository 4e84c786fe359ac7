import type { World } from '../data/world.ts';
import type { User } from '../data/model.ts';
import { json, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphContext, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { contextUrl, parseSelect, project } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import { folderId } from '../mail/mail-ids.ts';
import { mailboxInUse, rolesAtMailbox } from '../policies/mailbox-access.ts';
import { writtenJson } from '../mail/writing/read-body.ts';
import { LANGUAGES, languageOf } from './languages.ts';
import { settingsIn } from './settings-input.ts';

const READERS = ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'];
const WRITERS = ['MailboxSettings.ReadWrite'];
const SETTINGS = '/users/{user-id}/mailboxSettings';

export const mailboxSettingsRoutes: readonly GraphRoute[] = [
  mailboxRoute(SETTINGS, { kind: 'mailboxSettings.get', roles: READERS, handle: getSettings }),
  mailboxRoute(SETTINGS, { method: 'PATCH', kind: 'mailboxSettings.update', roles: WRITERS, handle: updateSettings }),
  mailboxRoute(`${SETTINGS}/{setting}`, { kind: 'mailboxSettings.getOne', roles: READERS, handle: getOneSetting }),
];

/** What a mailbox's owner has set, above what a new mailbox has. */
export function settingsOf(world: World, user: User): Readonly<Record<string, unknown>> {
  const fresh = {
    automaticRepliesSetting: {
      ...{ status: 'disabled', externalAudience: 'all', internalReplyMessage: '', externalReplyMessage: '' },
      scheduledStartDateTime: { dateTime: '2026-01-01T07:00:00.0000000', timeZone: 'UTC' },
      scheduledEndDateTime: { dateTime: '2026-01-02T07:00:00.0000000', timeZone: 'UTC' },
    },
    timeZone: 'UTC',
    language: languageOf(user.language) ?? LANGUAGES[0],
    workingHours: {
      daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      ...{ startTime: '08:00:00.0000000', endTime: '17:00:00.0000000', timeZone: { name: 'UTC' } },
    },
    ...{ dateFormat: 'yyyy-MM-dd', timeFormat: 'HH:mm', delegateMeetingMessageDeliveryOptions: 'sendToDelegateOnly' },
  };
  return { ...fresh, ...world.outlook.of(user.id).get('settings', 'settings')?.fields };
}

/** What `$select=mailboxSettings` adds to a user, under the permission that the settings themselves need. */
export function settingsOfUser(context: GraphContext, user: User): Record<string, unknown> {
  rolesAtMailbox(context, { user, isEnough: (roles) => READERS.some((role) => roles.has(role)) });
  return allSettings({ world: context.world, user, mailbox: mailboxInUse(context.world, user) });
}

function allSettings({ world, mailbox, user }: Pick<MailboxContext, 'world' | 'mailbox' | 'user'>): Record<string, unknown> {
  return { archiveFolder: folderId(mailbox, 'archive'), ...settingsOf(world, user), userPurpose: user.class };
}

/** The page's own example of /me names the set Me: learn.microsoft.com/graph/api/user-get-mailboxsettings. */
function settingsUrl({ request, user }: MailboxContext, rest = ''): string {
  const owner = /^\/me(\/|$)/i.test(request.path) ? 'Me' : `users('${user.id}')`;
  return contextUrl(request, `${owner}/mailboxSettings${rest}`);
}

function getSettings(context: MailboxContext): Answer {
  const settings = allSettings(context);
  const type = { name: 'Microsoft.OutlookServices.MailboxSettings', properties: Object.keys(settings) };
  const selected = parseSelect(context.request.query.get('$select'), type);
  return json({ '@odata.context': settingsUrl(context), ...project(settings, selected) });
}

/** One setting alone: a string comes as `value`, an object as itself. */
function getOneSetting(context: MailboxContext): Answer {
  const settings = allSettings(context);
  const wanted = context.params['setting']!.toLowerCase();
  const name = Object.keys(settings).find((key) => key.toLowerCase() === wanted);
  if (name === undefined) throw PROBLEMS.noSegment(context.params['setting']!);
  const value = settings[name];
  return json({ '@odata.context': settingsUrl(context, `/${name}`), ...(typeof value === 'object' && value !== null ? value : { value }) });
}

/** Answers with what was changed: learn.microsoft.com/graph/api/user-update-mailboxsettings. */
async function updateSettings(context: MailboxContext): Promise<Answer> {
  const { world, user, request } = context;
  const changed = settingsIn(await writtenJson(request), settingsOf(world, user));
  const fields = { ...world.outlook.of(user.id).get('settings', 'settings')?.fields, ...changed };
  await world.commit([{ op: 'outlook.set', userId: user.id, kind: 'settings', key: 'settings', fields }]);
  return json({ '@odata.context': settingsUrl(context), ...changed });
}
