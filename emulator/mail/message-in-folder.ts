import type { ItemView } from '../data/mailbox-state.ts';
import type { MailboxContext } from '../http/graph-context.ts';
import { PROBLEMS } from '../http/problem.ts';
import { findFolder, findMessage } from './mail-ids.ts';

/** A message asked for below a folder must be there. */
export function messageInFolder({ mailbox, params }: MailboxContext): ItemView {
  const item = findMessage(mailbox, params['message-id']!);
  const folder = params['mailFolder-id'] === undefined ? undefined : findFolder(mailbox, params['mailFolder-id']);
  if (folder && folder.key !== item.folderKey && !folder.search) throw PROBLEMS.itemNotFound();
  return item;
}

export function preferenceHeader({ request }: Pick<MailboxContext, 'request'>): Record<string, string> {
  return request.prefer.applied.length > 0 ? { 'Preference-Applied': request.prefer.applied.join(', ') } : {};
}
