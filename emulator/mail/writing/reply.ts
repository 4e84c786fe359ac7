import { wholeSeconds } from '../../data/clock.ts';
import type { StoredMessage } from '../../data/changes.ts';
import { escapedHtml } from '../../data/escaped-html.ts';
import type { MessageContent, Person } from '../../data/model.ts';
import { accepted, type Answer } from '../../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../../http/graph-context.ts';
import { problem } from '../../http/problem.ts';
import { childConversationIndex } from '../conversation-index.ts';
import { textToHtml } from '../html.ts';
import { messageInFolder } from '../message-in-folder.ts';
import { commit, MESSAGE_PATHS } from './change-message.ts';
import { objectIn, parametersOf, recipientsIn, textOrNullIn } from './input-values.ts';
import { messageAnswer } from './message-answer.ts';
import { messageIn, type MessageInput } from './message-input.ts';
import { isOwnAddress, namedPerson, selfOf } from './people.ts';
import { checkRoom } from './precondition.ts';
import { optionalJson } from './read-body.ts';
import { SENDERS, sendNew } from './send-message.ts';
import { newInternetMessageId, newItemKey, storedAttachments } from './stored-message.ts';

type Kind = 'reply' | 'replyAll' | 'forward';

const WRITERS = ['Mail.ReadWrite'];
const DRAFT_ACTIONS: Readonly<Record<Kind, string>> = { reply: 'createReply', replyAll: 'createReplyAll', forward: 'createForward' };

export const replyRoutes: readonly GraphRoute[] = MESSAGE_PATHS.flatMap((path) =>
  (['reply', 'replyAll', 'forward'] as const).flatMap((kind) => [
    mailboxRoute(`${path}/${DRAFT_ACTIONS[kind]}`, {
      ...{ method: 'POST', kind: `messages.${DRAFT_ACTIONS[kind]}`, roles: WRITERS },
      handle: (context) => createDraft(context, kind),
    }),
    mailboxRoute(`${path}/${kind}`, {
      ...{ method: 'POST', kind: `messages.${kind}`, roles: SENDERS },
      handle: (context) => sendAtOnce(context, kind),
    }),
  ]),
);

async function createDraft(context: MailboxContext, kind: Kind): Promise<Answer> {
  checkRoom(context);
  const key = newItemKey();
  const message = await answering(context, kind);
  await commit(context, { op: 'message.add', key, folder: 'drafts', message });
  return messageAnswer(context, { key, status: 201 });
}

async function sendAtOnce(context: MailboxContext, kind: Kind): Promise<Answer> {
  await sendNew(context, { message: await answering(context, kind), isSaved: true });
  return accepted();
}

/** learn.microsoft.com/graph/api/message-createreply, message-forward: a comment or a body of one's own, not both. */
async function answering(context: MailboxContext, kind: Kind): Promise<StoredMessage> {
  const { world, user } = context;
  const original = messageInFolder(context).load();
  const parameters = kind === 'forward' ? ['message', 'comment', 'toRecipients'] : ['message', 'comment'];
  const given = parametersOf(await optionalJson(context.request), { name: kind, parameters });
  const comment = textOrNullIn(given['comment'] ?? null);
  const input: MessageInput = given['message'] ? messageIn(world, objectIn(given['message'])) : {};
  const forwardedTo = given['toRecipients'] ? recipientsIn(given['toRecipients']).map((one) => namedPerson(world, one)) : undefined;
  if (comment !== null && comment !== '' && input.body) throw badPair('comment', 'message/body');
  if (forwardedTo && input.to) throw badPair('toRecipients', 'message/toRecipients');
  const nowMs = wholeSeconds(world.clock.nowMs());
  const from = selfOf(user);
  const attachments = [...(kind === 'forward' ? storedAttachments(original.attachments, world.blobs) : []), ...(input.attachments ?? [])];
  return {
    ...recipientsFor(kind, { original, isOwn: (address) => isOwnAddress(user, address) }),
    ...{ subject: subjectOf(kind, original.subject), body: quoted(original, comment ?? '') },
    ...input,
    ...(forwardedTo ? { to: forwardedTo } : {}),
    ...{ from: input.from ?? from, sender: input.sender ?? from, internetMessageId: newInternetMessageId(), attachments },
    ...{ conversation: original.conversation, conversationIndex: childConversationIndex(original, nowMs) },
    ...{ createdMs: nowMs, sentMs: nowMs, receivedMs: nowMs, isRead: true, isDraft: true },
    headers: [...threadHeaders(original), ...(input.headers ?? [])],
  };
}

function badPair(first: string, second: string): Error {
  return problem(400, 'ErrorInvalidRequest', `Either ${first} or ${second} can be given, not both.`);
}

function recipientsFor(
  kind: Kind,
  { original, isOwn }: { original: MessageContent; isOwn(address: string): boolean },
): { to: readonly Person[]; cc: readonly Person[] } {
  if (kind === 'forward') return { to: [], cc: [] };
  const senders = original.replyTo.length > 0 ? original.replyTo : original.from ? [original.from] : [];
  // Who answers a mail of his own goes on speaking to those whom he wrote to.
  const isMine = original.from !== null && isOwn(original.from.address);
  if (kind === 'reply') return { to: isMine ? original.to : senders, cc: [] };
  const others = original.to.filter(({ address }) => !isOwn(address) && !senders.some((sender) => sender.address === address));
  return { to: isMine ? original.to : [...senders, ...others], cc: original.cc.filter(({ address }) => !isOwn(address)) };
}

function subjectOf(kind: Kind, subject: string): string {
  const prefix = kind === 'forward' ? 'FW' : 'RE';
  return new RegExp(`^${prefix}:`, 'i').test(subject) ? subject : `${prefix}: ${subject}`;
}

function quoted(original: MessageContent, comment: string): { contentType: 'html'; content: string } {
  const names = (people: readonly Person[]) => escapedHtml(people.map(({ name, address }) => `${name} <${address}>`).join('; '));
  const lines = [
    ...(original.from ? [`<b>From:</b> ${names([original.from])}`] : []),
    `<b>Sent:</b> ${new Date(original.sentMs).toUTCString()}`,
    `<b>To:</b> ${names(original.to)}`,
    ...(original.cc.length > 0 ? [`<b>Cc:</b> ${names(original.cc)}`] : []),
    `<b>Subject:</b> ${escapedHtml(original.subject)}`,
  ].join('<br>\r\n');
  const { contentType, content } = original.body;
  const before = contentType === 'html' ? content : textToHtml(content);
  const inner = /<body[^>]*>([\s\S]*?)(?:<\/body>|$)/i.exec(before)?.[1] ?? before;
  return {
    contentType: 'html',
    content: `<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>\r\n${escapedHtml(comment)}<hr tabindex="-1">\r\n<div id="divRplyFwdMsg" dir="ltr">${lines}</div>\r\n${inner}\r\n</body></html>`,
  };
}

function threadHeaders(original: MessageContent): { name: string; value: string }[] {
  if (original.internetMessageId === null) return [];
  const earlier = original.headers.find(({ name }) => name.toLowerCase() === 'references')?.value;
  return [
    { name: 'In-Reply-To', value: original.internetMessageId },
    { name: 'References', value: earlier ? `${earlier} ${original.internetMessageId}` : original.internetMessageId },
  ];
}
