import { uuidOf } from '../data/random.ts';
import { json, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { contextUrl } from '../http/odata.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { LANGUAGES } from './languages.ts';
import { WINDOWS_ZONE_NAMES, type ZoneName } from './windows-zone-names.ts';

const READERS = [
  'User.Read',
  'User.Read.All',
  'User.ReadWrite',
  'User.ReadWrite.All',
  'User.ReadBasic.All',
  'MailboxSettings.Read',
  'MailboxSettings.ReadWrite',
];

export const outlookUserRoutes: readonly GraphRoute[] = [
  mailboxRoute('/users/{user-id}/outlook', { kind: 'outlook.get', roles: READERS, handle: getOutlookUser }),
  mailboxRoute('/users/{user-id}/outlook/supportedTimeZones', {
    ...{ kind: 'outlook.supportedTimeZones', roles: READERS },
    handle: (context) => zones(context, WINDOWS_ZONE_NAMES),
  }),
  mailboxRoute('/users/{user-id}/outlook/supportedLanguages', { kind: 'outlook.supportedLanguages', roles: READERS, handle: languages }),
  mailboxRoute('/users/{user-id}/outlook/{function}', { kind: 'outlook.function', roles: READERS, handle: zonesOfStandard }),
];

function getOutlookUser({ request, user }: MailboxContext): Answer {
  const id = uuidOf(`outlook:${user.id}`);
  return json({ '@odata.context': contextUrl(request, `users('${user.id}')/outlook/$entity`), id });
}

function languages({ request }: MailboxContext): Answer {
  return json({ '@odata.context': contextUrl(request, 'Collection(microsoft.graph.localeInfo)'), value: LANGUAGES });
}

function zones({ request }: MailboxContext, value: readonly ZoneName[]): Answer {
  return json({ '@odata.context': contextUrl(request, 'Collection(microsoft.graph.timeZoneInformation)'), value });
}

/** supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana'). */
function zonesOfStandard(context: MailboxContext): Answer {
  const text = context.params['function']!;
  const argument = /^(?:microsoft\.graph\.)?supportedTimeZones\(TimeZoneStandard=(?:microsoft\.graph\.timeZoneStandard)?'(\w+)'\)$/i.exec(
    text,
  )?.[1];
  if (argument === undefined) throw PROBLEMS.noSegment(text);
  const standard = argument.toLowerCase();
  if (standard === 'windows') return zones(context, WINDOWS_ZONE_NAMES);
  if (standard !== 'iana') throw problem(400, 'BadRequest', `Requested value '${argument}' was not found.`);
  return zones(
    context,
    Intl.supportedValuesOf('timeZone').map((name) => ({ alias: name, displayName: name })),
  );
}
