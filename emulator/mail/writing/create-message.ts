import { wholeSeconds } from '../../data/clock.ts';
import type { StoredMessage } from '../../data/changes.ts';
import { parseEml } from '../../data/folder/eml-message.ts';
import type { MessageContent, User } from '../../data/model.ts';
import type { World } from '../../data/world.ts';
import type { Answer } from '../../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../../http/graph-context.ts';
import type { JsonObject } from '../../http/json-body.ts';
import { problem } from '../../http/problem.ts';
import { newConversationIndex } from '../conversation-index.ts';
import { itemFolder } from './item-folder.ts';
import { messageAnswer } from './message-answer.ts';
import { messageIn } from './message-input.ts';
import { selfOf } from './people.ts';
import { checkRoom } from './precondition.ts';
import { isMime, mimeBody, writtenJson } from './read-body.ts';
import { newInternetMessageId, newItemKey } from './stored-message.ts';

const WRITERS = ['Mail.ReadWrite'];

export const createMessageRoutes: readonly GraphRoute[] = [
  mailboxRoute('/users/{user-id}/messages', {
    ...{ method: 'POST', kind: 'messages.create', roles: WRITERS },
    handle: (context) => createMessage(context, 'drafts'),
  }),
  mailboxRoute('/users/{user-id}/mailFolders/{mailFolder-id}/messages', {
    ...{ method: 'POST', kind: 'messages.createInFolder', roles: WRITERS },
    handle: (context) => createMessage(context, context.params['mailFolder-id']!),
  }),
];

/** A draft, from JSON or from MIME: learn.microsoft.com/graph/api/user-post-messages. */
async function createMessage(context: MailboxContext, folderName: string): Promise<Answer> {
  const { request, world, user, mailbox } = context;
  const folder = itemFolder(mailbox, folderName);
  checkRoom(context);
  const draft = isMime(request)
    ? (await draftOfMime(world, { user, bytes: await mimeBody(request) })).draft
    : draftOfJson(world, { user, fields: await writtenJson(request) });
  const key = newItemKey();
  await world.commit([{ mailbox: user.id, op: 'message.add', key, folder: folder.key, message: draft }]);
  return messageAnswer(context, { key, status: 201 });
}

/** A message that has not been sent, with all that Exchange adds to what the client said. */
export function draftOfJson(world: World, parts: { readonly user: User; readonly fields: JsonObject }): StoredMessage {
  const input = messageIn(world, parts.fields);
  const nowMs = wholeSeconds(world.clock.nowMs());
  const internetMessageId = input.internetMessageId ?? newInternetMessageId();
  const from = input.from ?? selfOf(parts.user);
  return {
    ...input,
    ...{ from, sender: input.sender ?? from, internetMessageId, conversation: internetMessageId },
    conversationIndex: newConversationIndex(internetMessageId, nowMs),
    ...{ createdMs: nowMs, sentMs: input.sentMs ?? nowMs, receivedMs: input.receivedMs ?? input.sentMs ?? nowMs },
    ...{ isRead: input.isRead ?? true, isDraft: input.isDraft ?? true },
  };
}

/** A message that the journal keeps as its MIME, and what that says. */
export async function draftOfMime(
  world: World,
  parts: { readonly user: User; readonly bytes: Buffer },
): Promise<{ readonly draft: StoredMessage; readonly content: MessageContent }> {
  const nowMs = wholeSeconds(world.clock.nowMs());
  const content = await parseEml(parts.bytes, { receivedMs: nowMs }).catch(() => {
    throw problem(400, 'ErrorMimeContentInvalid', 'The MIME content is invalid.');
  });
  const internetMessageId = content.internetMessageId ?? newInternetMessageId();
  const from = content.from ?? selfOf(parts.user);
  const hasOwnThread = content.conversation !== '' && content.conversation !== content.subject;
  const draft = {
    blob: world.blobs.put(parts.bytes),
    ...{ from, sender: content.sender ?? from, internetMessageId },
    ...(hasOwnThread ? {} : { conversation: internetMessageId }),
    ...{ createdMs: nowMs, receivedMs: nowMs, isRead: true, isDraft: true },
  };
  return { draft, content };
}
