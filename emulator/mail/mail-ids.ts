import { makeId, parseId, type ParsedId } from '../data/ids.ts';
import type { ItemView, MailboxState } from '../data/mailbox-state.ts';
import type { FolderState } from '../data/folder-state.ts';
import type { AttachmentContent } from '../data/model.ts';
import { PROBLEMS } from '../http/problem.ts';

/** Folder ids never change and have no immutable variant: learn.microsoft.com/graph/outlook-immutable-id. */
export function folderId(mailbox: Pick<MailboxState, 'guid'>, key: string): string {
  return makeId({ kind: 'folder', immutable: false, mailboxGuid: mailbox.guid, parts: [key] });
}

/** The immutable id stays while the item stays in the mailbox; the other is a new one after each move. */
export function messageId(mailbox: MailboxState, item: Pick<ItemView, 'key' | 'folderKey' | 'enteredSeq'>, immutable: boolean): string {
  const parts = immutable ? [item.key] : [item.key, item.folderKey, String(item.enteredSeq)];
  return makeId({ kind: 'message', immutable, mailboxGuid: mailbox.guid, parts });
}

/** `key` is the attachment's own where it has one: with it the id stays when another attachment goes. */
export function attachmentId(mailbox: MailboxState, of: { item: ItemView; index: number; key?: string; immutable: boolean }): string {
  const { item, index, immutable, key = String(index) } = of;
  const parts = immutable ? [item.key, key] : [item.key, item.folderKey, String(item.enteredSeq), key];
  return makeId({ kind: 'attachment', immutable, mailboxGuid: mailbox.guid, parts });
}

export function keyOf({ key }: AttachmentContent): { key?: string } {
  return key === undefined ? {} : { key };
}

/** By id or well-known name, in any case. Throws Exchange's 400 and 404. */
export function findFolder(mailbox: MailboxState, idOrName: string): FolderState {
  const name = idOrName.toLowerCase();
  for (const folder of mailbox.folders.values()) if (folder.wellKnown === name) return folder;
  const folder = mailbox.folders.get(checkedId(mailbox, idOrName, 'folder').parts[0]!);
  if (!folder) throw PROBLEMS.itemNotFound();
  return folder;
}

export function findMessage(mailbox: MailboxState, id: string): ItemView {
  const parsed = checkedId(mailbox, id, 'message');
  const item = mailbox.item(parsed.parts[0]!);
  if (!item || !isCurrent(parsed, item)) throw PROBLEMS.itemNotFound();
  return item;
}

/** The position of an attachment among its message's; -1 when it is gone. */
export function attachmentIndex(mailbox: MailboxState, id: string, item: ItemView): number {
  const parsed = checkedId(mailbox, id, 'attachment');
  if (parsed.parts[0] !== item.key || !isCurrent(parsed, item)) throw PROBLEMS.itemNotFound();
  const key = parsed.parts.at(-1);
  return item.load().attachments.findIndex((attachment, index) => (attachment.key ?? String(index)) === key);
}

/** A changing id names the folder that it was given in; after a move it is not found. */
function isCurrent(parsed: ParsedId, item: ItemView): boolean {
  return parsed.immutable || (parsed.parts[1] === item.folderKey && parsed.parts[2] === String(item.enteredSeq));
}

export function checkedId(mailbox: Pick<MailboxState, 'guid'>, id: string, kind: ParsedId['kind']): ParsedId {
  const parsed = parseId(id);
  if (!parsed || parsed.kind !== kind) throw PROBLEMS.malformedId();
  if (parsed.mailboxGuid !== mailbox.guid) throw PROBLEMS.otherMailbox();
  return parsed;
}
