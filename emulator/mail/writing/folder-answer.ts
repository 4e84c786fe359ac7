import type { FolderState } from '../../data/folder-state.ts';
import { json, type Answer } from '../../http/answer.ts';
import type { MailboxContext } from '../../http/graph-context.ts';
import { contextUrl } from '../../http/odata.ts';
import { renderFolder } from '../folders.ts';

/** A folder as it is after a write. */
export function folderAnswer({ request, mailbox, user }: MailboxContext, folder: FolderState): Answer {
  const fragment = `users('${user.id}')/mailFolders/$entity`;
  return json({ '@odata.context': contextUrl(request, fragment), ...renderFolder(mailbox, mailbox.folders.get(folder.key)!) });
}
