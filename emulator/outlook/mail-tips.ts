import { momentOfZoned } from '../calendar/time-zones.ts';
import { hasMailbox } from '../data/model.ts';
import type { World } from '../data/world.ts';
import { json, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { contextUrl } from '../http/odata.ts';
import { problem } from '../http/problem.ts';
import { choiceIn, parametersOf, textIn, textsIn } from '../mail/writing/input-values.ts';
import { writtenJson } from '../mail/writing/read-body.ts';
import { settingsOf } from './mailbox-settings.ts';

const READERS = ['Mail.Read', 'Mail.ReadWrite', 'Mail.Send'];
const OPTIONS = [
  'automaticReplies', 'mailboxFullStatus', 'customMailTip', 'externalMemberCount', 'totalMemberCount', 'maxMessageSize', 'deliveryRestriction',
  'moderationStatus', 'recipientScope', 'recipientSuggestions',
] as const; // prettier-ignore
type Option = (typeof OPTIONS)[number];

const MOST_ADDRESSES = 100;
const LARGEST_MESSAGE_BYTES = 37_748_736;

export const mailTipRoutes: readonly GraphRoute[] = [
  mailboxRoute('/users/{user-id}/getMailTips', { method: 'POST', kind: 'users.getMailTips', roles: READERS, handle: getMailTips }),
];

/** learn.microsoft.com/graph/api/user-getmailtips. */
async function getMailTips({ request, world }: MailboxContext): Promise<Answer> {
  const given = parametersOf(await writtenJson(request), { name: 'getMailTips', parameters: ['EmailAddresses', 'MailTipsOptions'] });
  const addresses = textsIn(given['EmailAddresses'] ?? []);
  if (addresses.length === 0) throw problem(400, 'ErrorInvalidRequest', 'The parameter EmailAddresses is missing or empty.');
  if (addresses.length > MOST_ADDRESSES)
    throw problem(400, 'ErrorInvalidRequest', `EmailAddresses holds more than ${MOST_ADDRESSES} addresses.`);
  const text = given['MailTipsOptions'] === undefined ? OPTIONS.join(',') : textIn(given['MailTipsOptions']);
  const options = text.split(',').map((option) => choiceIn(option.trim(), OPTIONS));
  const value = addresses.map((address) => tipsOf(world, address, options));
  return json({ '@odata.context': contextUrl(request, 'Collection(microsoft.graph.mailTips)'), value });
}

function tipsOf(world: World, address: string, options: readonly Option[]): object {
  const user = world.findUser(address);
  const domain = address.split('@')[1]?.toLowerCase() ?? '';
  const emailAddress = { name: user?.displayName ?? '', address };
  if (!user && world.tenant.domains.includes(domain)) {
    return {
      emailAddress,
      error: { code: 'ErrorRecipientNotFound', message: `The recipient '${address}' was not found in the directory.` },
    };
  }
  const owner = user && hasMailbox(user.class) ? user : undefined;
  const replies = owner ? (settingsOf(world, owner)['automaticRepliesSetting'] as Record<string, unknown>) : {};
  const isAway = replies['status'] === 'alwaysEnabled' || (replies['status'] === 'scheduled' && isNow(world, replies));
  const tips: Readonly<Record<Option, object>> = {
    automaticReplies: { automaticReplies: { message: isAway ? replies['internalReplyMessage'] : '' } },
    mailboxFullStatus: { mailboxFull: owner !== undefined && world.mailbox(owner)?.settings.overQuota === true },
    customMailTip: { customMailTip: '' },
    externalMemberCount: { externalMemberCount: user ? 0 : 1 },
    totalMemberCount: { totalMemberCount: 1 },
    maxMessageSize: { maxMessageSize: LARGEST_MESSAGE_BYTES },
    deliveryRestriction: { deliveryRestricted: false },
    moderationStatus: { isModerated: false },
    recipientScope: { recipientScope: user ? 'internal' : 'external' },
    recipientSuggestions: { recipientSuggestions: [] },
  };
  return Object.assign({ emailAddress }, ...options.map((option) => tips[option])) as object;
}

function isNow(world: World, replies: Readonly<Record<string, unknown>>): boolean {
  const at = (name: string) => momentOfZoned(replies[name] as { dateTime: string; timeZone: string });
  const nowMs = world.clock.nowMs();
  return at('scheduledStartDateTime') <= nowMs && nowMs < at('scheduledEndDateTime');
}
