import type { MailboxChange, MessagePatch } from '../../data/changes.ts';
import { subtree } from '../../data/folder-state.ts';
import type { ItemView, MailboxState } from '../../data/mailbox-state.ts';
import { noContent, type Answer } from '../../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../../http/graph-context.ts';
import { problem } from '../../http/problem.ts';
import { messageInFolder } from '../message-in-folder.ts';
import { destinationIn } from './destination.ts';
import { messageAnswer } from './message-answer.ts';
import { messageIn, type MessageInput } from './message-input.ts';
import { checkRoom, checkUnchanged } from './precondition.ts';
import { writtenJson } from './read-body.ts';
import { newItemKey, storedOf } from './stored-message.ts';

const WRITERS = ['Mail.ReadWrite'];
export const MESSAGE_PATHS = [
  '/users/{user-id}/messages/{message-id}',
  '/users/{user-id}/mailFolders/{mailFolder-id}/messages/{message-id}',
] as const;

export const changeMessageRoutes: readonly GraphRoute[] = MESSAGE_PATHS.flatMap((path) => [
  mailboxRoute(path, { method: 'PATCH', kind: 'messages.update', roles: WRITERS, handle: updateMessage }),
  mailboxRoute(path, { method: 'DELETE', kind: 'messages.delete', roles: WRITERS, handle: deleteMessage }),
  mailboxRoute(`${path}/move`, { method: 'POST', kind: 'messages.move', roles: WRITERS, handle: moveMessage }),
  mailboxRoute(`${path}/copy`, { method: 'POST', kind: 'messages.copy', roles: WRITERS, handle: copyMessage }),
  mailboxRoute(`${path}/permanentDelete`, { method: 'POST', kind: 'messages.permanentDelete', roles: WRITERS, handle: permanentDelete }),
]);

/** learn.microsoft.com/graph/api/message-update: "Updatable only if isDraft = true". */
const DRAFT_ONLY = {
  body: 'body',
  subject: 'subject',
  to: 'toRecipients',
  cc: 'ccRecipients',
  bcc: 'bccRecipients',
  replyTo: 'replyTo',
  from: 'from',
  sender: 'sender',
  internetMessageId: 'internetMessageId',
  headers: 'internetMessageHeaders',
} as const satisfies Partial<Record<keyof MessageInput, string>>;

async function updateMessage(context: MailboxContext): Promise<Answer> {
  const item = messageInFolder(context);
  checkUnchanged(context, item);
  const { receivedMs: _received, isDraft: _draft, sentMs: _sent, ...input } = messageIn(context.world, await writtenJson(context.request));
  if (input.attachments) throw invalidSet('attachments', 'Attachments are changed one by one.');
  const fixed = item.load().isDraft ? undefined : keysOf(DRAFT_ONLY).find((name) => input[name] !== undefined);
  if (fixed) throw invalidSet(DRAFT_ONLY[fixed], 'It can be changed on a draft only.');
  if (Object.keys(input).length > 0) await commit(context, { op: 'message.edit', key: item.key, patch: withMerged(item, input) });
  return messageAnswer(context, { key: item.key, status: 200 });
}

/** Extended properties that are not named stay. */
function withMerged(item: ItemView, input: MessagePatch): MessagePatch {
  const merged = { ...input };
  for (const list of ['singleValueExtendedProperties', 'multiValueExtendedProperties'] as const) {
    const given = input[list];
    if (!given) continue;
    const kept = (item.load()[list] ?? []).filter(({ id }) => !given.some((one) => one.id.toLowerCase() === id.toLowerCase()));
    Object.assign(merged, { [list]: [...kept, ...given] });
  }
  return merged;
}

function keysOf<T extends object>(value: T): (keyof T)[] {
  return Object.keys(value) as (keyof T)[];
}

function invalidSet(property: string, why: string): Error {
  return problem(400, 'ErrorInvalidPropertySet', `The property '${property}' cannot be set. ${why}`);
}

export function commit({ world, user }: MailboxContext, ...changes: readonly MailboxChange[]): Promise<void> {
  return world.commit(changes.map((change) => ({ ...change, mailbox: user.id })));
}

/** To Deleted Items; from there to Recoverable Items; from there for good. */
async function deleteMessage(context: MailboxContext): Promise<Answer> {
  const item = messageInFolder(context);
  checkUnchanged(context, item);
  const next = nextPlaceOfDeleted(context.mailbox, item.folderKey);
  await commit(context, next === undefined ? { op: 'message.delete', key: item.key } : { op: 'message.move', key: item.key, folder: next });
  return noContent();
}

function nextPlaceOfDeleted(mailbox: MailboxState, folderKey: string): string | undefined {
  if (isBelow(mailbox, folderKey, 'recoverableitemsroot')) return undefined;
  return isBelow(mailbox, folderKey, 'deleteditems') ? 'recoverableitemsdeletions' : 'deleteditems';
}

export function isBelow(mailbox: MailboxState, folderKey: string, ancestor: string): boolean {
  return subtree(mailbox.folders, ancestor).includes(folderKey);
}

/** learn.microsoft.com/graph/api/message-permanentdelete: into Purges, where no client sees it. */
async function permanentDelete(context: MailboxContext): Promise<Answer> {
  const item = messageInFolder(context);
  await commit(context, { op: 'message.move', key: item.key, folder: 'recoverableitemspurges' });
  return noContent();
}

async function moveMessage(context: MailboxContext): Promise<Answer> {
  const item = messageInFolder(context);
  const folder = await destinationIn(context);
  await commit(context, { op: 'message.move', key: item.key, folder: folder.key });
  return messageAnswer(context, { key: item.key, status: 201 });
}

async function copyMessage(context: MailboxContext): Promise<Answer> {
  const item = messageInFolder(context);
  const folder = await destinationIn(context);
  checkRoom(context);
  const key = newItemKey();
  await commit(context, { op: 'message.add', key, folder: folder.key, message: storedOf(item.load(), context.world.blobs) });
  return messageAnswer(context, { key, status: 201 });
}
