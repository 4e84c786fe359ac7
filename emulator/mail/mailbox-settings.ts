import { json, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { contextUrl, parseSelect, project } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import { folderId } from './mail-ids.ts';

const READERS = ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'];
const LOCALES: Readonly<Record<string, { locale: string; displayName: string }>> = {
  en: { locale: 'en-US', displayName: 'English (United States)' },
  de: { locale: 'de-DE', displayName: 'German (Germany)' },
  fr: { locale: 'fr-FR', displayName: 'French (France)' },
  es: { locale: 'es-ES', displayName: 'Spanish (Spain)' },
  nl: { locale: 'nl-NL', displayName: 'Dutch (Netherlands)' },
};

export const mailboxSettingsRoutes: readonly GraphRoute[] = [
  mailboxRoute('/users/{user-id}/mailboxSettings', { kind: 'mailboxSettings.get', roles: READERS, handle: getSettings }),
  mailboxRoute('/users/{user-id}/mailboxSettings/{setting}', { kind: 'mailboxSettings.getOne', roles: READERS, handle: getOneSetting }),
];

function settingsOf({ mailbox, user }: MailboxContext): Record<string, unknown> {
  return {
    archiveFolder: folderId(mailbox, 'archive'),
    timeZone: 'UTC',
    delegateMeetingMessageDeliveryOptions: 'sendToDelegateOnly',
    dateFormat: 'yyyy-MM-dd',
    timeFormat: 'HH:mm',
    userPurpose: user.class,
    automaticRepliesSetting: {
      ...{ status: 'disabled', externalAudience: 'all', internalReplyMessage: '', externalReplyMessage: '' },
      scheduledStartDateTime: { dateTime: '2026-01-01T07:00:00.0000000', timeZone: 'UTC' },
      scheduledEndDateTime: { dateTime: '2026-01-02T07:00:00.0000000', timeZone: 'UTC' },
    },
    language: LOCALES[user.language] ?? LOCALES['en'],
    workingHours: {
      daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      ...{ startTime: '08:00:00.0000000', endTime: '17:00:00.0000000', timeZone: { name: 'UTC' } },
    },
  };
}

function getSettings(context: MailboxContext): Answer {
  const settings = settingsOf(context);
  const selected = parseSelect(context.request.query.get('$select'), {
    name: 'Microsoft.OutlookServices.MailboxSettings',
    properties: Object.keys(settings),
  });
  return json({
    '@odata.context': contextUrl(context.request, `users('${context.user.id}')/mailboxSettings`),
    ...project(settings, selected),
  });
}

/** One setting alone: a string comes as `value`, an object as itself. */
function getOneSetting(context: MailboxContext): Answer {
  const settings = settingsOf(context);
  const wanted = context.params['setting']!.toLowerCase();
  const name = Object.keys(settings).find((key) => key.toLowerCase() === wanted);
  if (name === undefined) throw PROBLEMS.noSegment(context.params['setting']!);
  const value = settings[name];
  const url = contextUrl(context.request, `users('${context.user.id}')/mailboxSettings/${name}`);
  return json({ '@odata.context': url, ...(typeof value === 'object' && value !== null ? value : { value }) });
}
