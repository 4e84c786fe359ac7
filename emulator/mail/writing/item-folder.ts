import type { FolderState } from '../../data/folder-state.ts';
import type { MailboxState } from '../../data/mailbox-state.ts';
import { problem } from '../../http/problem.ts';
import { findFolder } from '../mail-ids.ts';

/** A folder that items can be put into. */
export function itemFolder(mailbox: MailboxState, idOrName: string): FolderState {
  const folder = findFolder(mailbox, idOrName);
  if (folder.search) throw problem(400, 'ErrorInvalidFolderTypeForOperation', 'A search folder holds no items of its own.');
  return folder;
}
