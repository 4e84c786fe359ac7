import type { MailboxChange } from '../../data/changes.ts';
import { subtree, type FolderState } from '../../data/folder-state.ts';
import type { Answer } from '../../http/answer.ts';
import type { MailboxContext } from '../../http/graph-context.ts';
import { problem } from '../../http/problem.ts';
import { childrenOf } from '../folders.ts';
import { findFolder } from '../mail-ids.ts';
import { commit } from './change-message.ts';
import { destinationIn } from './destination.ts';
import { checkNameFree, ownFolder } from './folder-names.ts';
import { newItemKey, storedOf } from './stored-message.ts';
import { folderAnswer } from './folder-answer.ts';

/** The folder and the place that it shall go to; a folder cannot go into itself. */
async function placesOf(context: MailboxContext, action: 'move' | 'copy'): Promise<{ folder: FolderState; target: FolderState }> {
  const { mailbox, params } = context;
  const found = findFolder(mailbox, params['mailFolder-id']!);
  const folder = action === 'move' ? ownFolder(found, 'move') : found;
  const target = await destinationIn(context, action);
  if (folder.parentKey === null || subtree(mailbox.folders, folder.key).includes(target.key)) {
    throw problem(400, 'ErrorMoveCopyFailed', 'The move or copy operation failed: a folder cannot be put into itself.');
  }
  checkNameFree(mailbox, { parentKey: target.key, displayName: folder.displayName, ...(action === 'move' ? { except: folder.key } : {}) });
  return { folder, target };
}

/** learn.microsoft.com/graph/api/mailfolder-move. */
export async function moveFolder(context: MailboxContext): Promise<Answer> {
  const { folder, target } = await placesOf(context, 'move');
  await commit(context, { op: 'folder.edit', key: folder.key, parent: target.key });
  return folderAnswer(context, folder);
}

/** learn.microsoft.com/graph/api/mailfolder-copy: with all that is in it. */
export async function copyFolder(context: MailboxContext): Promise<Answer> {
  const { folder, target } = await placesOf(context, 'copy');
  const key = newItemKey();
  await commit(context, { op: 'folder.add', key, parent: target.key, ...properties(folder) });
  await copyContents(context, folder, key);
  return folderAnswer(context, context.mailbox.folders.get(key)!);
}

function properties({ displayName, hidden, search }: FolderState) {
  return { displayName, hidden, ...(search ? { search } : {}) };
}

const COPIED_AT_ONCE = 50;

async function copyContents(context: MailboxContext, from: FolderState, to: string): Promise<void> {
  const { mailbox, world } = context;
  const view = mailbox.view(from);
  const keys = Array.from({ length: view.count }, (_, position) => view.keyAt(position));
  for (let at = 0; at < keys.length; at += COPIED_AT_ONCE) {
    const changes = keys.slice(at, at + COPIED_AT_ONCE).flatMap((key): MailboxChange[] => {
      const item = mailbox.item(key);
      return item ? [{ op: 'message.add', key: newItemKey(), folder: to, message: storedOf(item.load(), world.blobs) }] : [];
    });
    await commit(context, ...changes);
  }
  for (const child of childrenOf(mailbox, from.key, true)) {
    const key = newItemKey();
    await commit(context, { op: 'folder.add', key, parent: to, ...properties(child) });
    await copyContents(context, child, key);
  }
}
