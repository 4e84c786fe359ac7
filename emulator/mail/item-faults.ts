import type { ItemView, MailboxState } from '../data/mailbox-state.ts';
import { problem, PROBLEMS } from '../http/problem.ts';

const corrupt = () => problem(500, 'ErrorCorruptData', 'Data is corrupt., Invalid global object ID');

/** Fails as Exchange does on an item that was marked: with nothing to be had of it, or as if it were not there. */
export function failOnItem(mailbox: MailboxState, item: ItemView): void {
  const fault = mailbox.faultOf(item.key);
  if (fault?.code === 'ErrorItemNotFound') throw PROBLEMS.itemNotFound();
  if (fault?.code === 'ErrorCorruptData') throw corrupt();
}

export function failOnMime(mailbox: MailboxState, item: ItemView): void {
  failOnItem(mailbox, item);
  if (mailbox.faultOf(item.key)?.code === 'ErrorMimeContentConversionFailed') {
    throw problem(500, 'ErrorMimeContentConversionFailed', 'MIME content conversion failed.');
  }
}

export function failOnAttachment(mailbox: MailboxState, item: ItemView, index: number): void {
  const fault = mailbox.faultOf(item.key);
  if (fault?.code !== 'ErrorCannotOpenFileAttachment' || (fault.attachment ?? index) !== index) return;
  throw problem(500, 'ErrorCannotOpenFileAttachment', 'OLE conversion failed for an attachment.');
}

/** What a page can be made of although an item cannot be rendered: none of it needs the item's content. */
const CHEAP = new Set([
  ...['id', 'createdDateTime', 'lastModifiedDateTime', 'changeKey', 'receivedDateTime', 'sentDateTime', 'subject', 'parentFolderId'],
  ...['conversationId', 'internetMessageId', 'isRead', 'isDraft', 'importance'],
]);

/** Does this item spoil a page that shows these properties? */
export function spoilsPage(mailbox: MailboxState, key: string, selected: ReadonlySet<string> | undefined): boolean {
  return mailbox.faultOf(key)?.code === 'ErrorCorruptData' && (!selected || [...selected].some((name) => !CHEAP.has(name)));
}

export function spoiledPage(): Error {
  return corrupt();
}
