import { wholeSeconds } from '../../data/clock.ts';
import type { Change, StoredMessage } from '../../data/changes.ts';
import type { MessageContent } from '../../data/model.ts';
import { accepted, type Answer } from '../../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../../http/graph-context.ts';
import { problem } from '../../http/problem.ts';
import { messageInFolder } from '../message-in-folder.ts';
import { MESSAGE_PATHS } from './change-message.ts';
import { draftOfJson, draftOfMime } from './create-message.ts';
import { checkSendable, deliveries } from './deliver.ts';
import { booleanIn, objectIn, parametersOf } from './input-values.ts';
import { checkRoom } from './precondition.ts';
import { isMime, mimeBody, writtenJson } from './read-body.ts';
import { newItemKey, storedOf } from './stored-message.ts';

export const SENDERS = ['Mail.Send'];

export const sendMessageRoutes: readonly GraphRoute[] = [
  mailboxRoute('/users/{user-id}/sendMail', { method: 'POST', kind: 'messages.sendMail', roles: SENDERS, handle: sendMail }),
  ...MESSAGE_PATHS.map((path) =>
    mailboxRoute(`${path}/send`, { method: 'POST', kind: 'messages.send', roles: SENDERS, handle: sendDraft }),
  ),
];

/** learn.microsoft.com/graph/api/user-sendmail. */
async function sendMail(context: MailboxContext): Promise<Answer> {
  const { request, world, user } = context;
  if (isMime(request)) {
    const { draft, content } = await draftOfMime(world, { user, bytes: await mimeBody(request) });
    const { to, cc, bcc } = content;
    await sendNew(context, { message: { ...draft, to, cc, bcc }, content, isSaved: true });
    return accepted();
  }
  const given = parametersOf(await writtenJson(request), { name: 'sendMail', parameters: ['message', 'saveToSentItems'] });
  if (given['message'] === undefined || given['message'] === null) {
    throw problem(400, 'ErrorInvalidRequest', 'The parameter message is missing.');
  }
  const isSaved = isSavedIn(given['saveToSentItems']);
  await sendNew(context, { message: draftOfJson(world, { user, fields: objectIn(given['message']) }), isSaved });
  return accepted();
}

/** The examples of learn.microsoft.com/graph/api/user-sendmail write the boolean in quotes, and Graph takes both. */
function isSavedIn(value: unknown): boolean {
  return value === undefined || value === null || booleanIn(value);
}

interface NewMail {
  readonly message: StoredMessage;
  /** What a message of MIME says. */
  readonly content?: MessageContent;
  readonly isSaved: boolean;
}

/** Puts a new message into its recipients' mailboxes and, unless not wanted, into the sender's Sent Items. */
export async function sendNew(context: MailboxContext, parts: NewMail): Promise<void> {
  const { world, user } = context;
  checkRoom(context);
  checkSendable(user, parts.message);
  const sentMs = wholeSeconds(world.clock.nowMs());
  const message: StoredMessage = { ...parts.message, isDraft: false, isRead: true, sentMs, receivedMs: sentMs };
  const saved: Change[] = parts.isSaved ? [{ mailbox: user.id, op: 'message.add', key: newItemKey(), folder: 'sentitems', message }] : [];
  await world.commit([...saved, ...deliveries(world, { message, content: parts.content, sentMs })]);
}

/** The draft itself goes to Sent Items, where its immutable id is still its own: learn.microsoft.com/graph/outlook-immutable-id. */
async function sendDraft(context: MailboxContext): Promise<Answer> {
  const { world, user } = context;
  const item = messageInFolder(context);
  const content = item.load();
  if (!content.isDraft) throw problem(400, 'ErrorInvalidOperation', 'Only a draft can be sent.');
  const message = storedOf(content, world.blobs);
  checkSendable(user, message);
  const sentMs = wholeSeconds(world.clock.nowMs());
  await world.commit([
    { mailbox: user.id, op: 'message.move', key: item.key, folder: 'sentitems' },
    { mailbox: user.id, op: 'message.edit', key: item.key, patch: { isDraft: false, isRead: true, sentMs, receivedMs: sentMs } },
    ...deliveries(world, { message, sentMs }),
  ]);
  return accepted();
}
