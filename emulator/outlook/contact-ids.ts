import { changeKeyOf, makeId } from '../data/ids.ts';
import type { MailboxState } from '../data/mailbox-state.ts';
import { CONTACTS_FOLDER, type OutlookItem } from '../data/outlook-state.ts';
import { isoSeconds } from '../data/clock.ts';
import type { MailboxContext } from '../http/graph-context.ts';
import { PROBLEMS } from '../http/problem.ts';
import { checkedId } from '../mail/mail-ids.ts';
import { CONTACT_DEFAULTS } from './contact-input.ts';

/** When contacts were made that came with the organisation. */
const BASE_MS = Date.UTC(2023, 0, 10, 9);

export function contactFolderId(mailbox: MailboxState, key: string): string {
  return makeId({ kind: 'contactFolder', immutable: false, mailboxGuid: mailbox.guid, parts: [key] });
}

export function contactId(mailbox: MailboxState, of: { key: string; folder: string }, immutable: boolean): string {
  return makeId({ kind: 'contact', immutable, mailboxGuid: mailbox.guid, parts: immutable ? [of.key] : [of.key, of.folder] });
}

/** A contact folder's key, by id or `contacts`. Throws Exchange's 400 and 404. */
export function contactFolderKey(context: MailboxContext, idOrName: string): string {
  if (idOrName.toLowerCase() === CONTACTS_FOLDER) return CONTACTS_FOLDER;
  const key = checkedId(context.mailbox, idOrName, 'contactFolder').parts[0]!;
  if (key !== CONTACTS_FOLDER && !context.world.outlook.of(context.user.id).get('contactFolder', key)) throw PROBLEMS.itemNotFound();
  return key;
}

export function findContact(context: MailboxContext, id: string): OutlookItem {
  const parsed = checkedId(context.mailbox, id, 'contact');
  const found = context.world.outlook.of(context.user.id).get('contact', parsed.parts[0]!);
  if (!found || (!parsed.immutable && parsed.parts[1] !== found.parent)) throw PROBLEMS.itemNotFound();
  return found;
}

export function renderContact(
  { mailbox, request }: Pick<MailboxContext, 'mailbox' | 'request'>,
  item: OutlookItem,
): Record<string, unknown> {
  const folder = item.parent ?? CONTACTS_FOLDER;
  const changeKey = changeKeyOf(mailbox.guid, { key: item.key, sequence: item.changedSeq });
  return {
    '@odata.etag': `W/"${changeKey}"`,
    id: contactId(mailbox, { key: item.key, folder }, request.prefer.immutableIds),
    createdDateTime: isoSeconds(item.createdMs || BASE_MS),
    lastModifiedDateTime: isoSeconds(item.changedMs || BASE_MS),
    changeKey,
    parentFolderId: contactFolderId(mailbox, folder),
    ...CONTACT_DEFAULTS,
    ...item.fields,
  };
}

export const CONTACT_FOLDER_TYPE = {
  name: 'Microsoft.OutlookServices.ContactFolder',
  properties: ['id', 'displayName', 'parentFolderId'],
} as const;

export function renderContactFolder(mailbox: MailboxState, item: Pick<OutlookItem, 'key' | 'parent' | 'fields'>): Record<string, unknown> {
  return {
    id: contactFolderId(mailbox, item.key),
    parentFolderId: contactFolderId(mailbox, item.parent ?? 'root'),
    displayName: item.fields['displayName'],
  };
}
