import { randomBytes } from 'node:crypto';
import type { MailboxChange, MessagePatch, StoredAttachment, StoredMessage } from '../data/changes.ts';
import { parseId } from '../data/ids.ts';
import { type ItemView, type MailboxState } from '../data/mailbox-state.ts';
import { subtree, type FolderState } from '../data/folder-state.ts';
import type { Person, User } from '../data/model.ts';
import type { World } from '../data/world.ts';
import { problem } from '../http/problem.ts';
import { findFolder, findMessage, folderId, messageId } from '../mail/mail-ids.ts';
import { badInput, objectOf, oneOf, optionalBoolean, optionalText, optionalTexts, optionalTime, textOf, type Fields } from './input.ts';
import { meetingOf, storedAttachment } from './message-parts.ts';
import { pathOf } from './truth.ts';

export interface MailboxOf {
  readonly world: World;
  readonly user: User;
  readonly mailbox: MailboxState;
}

export function mailboxOf(world: World, name: string): MailboxOf {
  const user = world.findUser(name);
  const mailbox = user && world.mailbox(user);
  if (!user || !mailbox) throw problem(404, 'NoMailbox', `No user with a mailbox is named '${name}'`);
  return { world, user, mailbox };
}

export function commit(of: MailboxOf, change: MailboxChange): Promise<void> {
  return of.world.commit([{ ...change, mailbox: of.user.id }]);
}

/** A folder by id, well-known name or path of names: "Inbox/Newsletters". */
export function folderOf({ mailbox }: MailboxOf, name: string): FolderState {
  for (const key of subtree(mailbox.folders, 'msgfolderroot')) {
    const folder = mailbox.folders.get(key)!;
    if (pathOf(mailbox, folder).toLowerCase() === name.toLowerCase() || folder.wellKnown === name.toLowerCase()) return folder;
  }
  // Outside of the tree that people see, only by name.
  for (const folder of mailbox.folders.values()) if (folder.wellKnown === name.toLowerCase()) return folder;
  if (parseId(name) === undefined) throw problem(404, 'NoFolder', `The mailbox has no folder '${name}'`);
  return findFolder(mailbox, name);
}

export function newKey(): string {
  return `x${randomBytes(6).toString('hex')}`;
}

function answerOf({ mailbox }: MailboxOf, key: string): object {
  const item = mailbox.item(key)!;
  const folder = mailbox.folders.get(item.folderKey)!;
  return {
    id: messageId(mailbox, item, true),
    changingId: messageId(mailbox, item, false),
    folderId: folderId(mailbox, folder.key),
    folderPath: pathOf(mailbox, folder),
  };
}

/** A message of fields (JSON), put into a folder. */
export async function addMessage(of: MailboxOf, fields: Fields): Promise<object> {
  const folder = folderOf(of, optionalText(fields, 'folder') ?? 'inbox');
  const eml = optionalText(fields, 'eml');
  const receivedMs = optionalTime(fields, 'receivedDateTime') ?? Math.floor(of.world.clock.nowMs() / 1_000) * 1_000;
  const message =
    eml === undefined ? storedFields(of, { fields, receivedMs }) : storedEml(of, { bytes: Buffer.from(eml, 'utf8'), receivedMs, fields });
  return addStored(of, { folder, message });
}

/** A message of MIME bytes, put into a folder. */
export async function addEml(of: MailboxOf, parts: { bytes: Buffer; folder: string; fields: Fields }): Promise<object> {
  const receivedMs = optionalTime(parts.fields, 'receivedDateTime') ?? Math.floor(of.world.clock.nowMs() / 1_000) * 1_000;
  return addStored(of, { folder: folderOf(of, parts.folder), message: storedEml(of, { ...parts, receivedMs }) });
}

async function addStored(of: MailboxOf, parts: { folder: FolderState; message: StoredMessage }): Promise<object> {
  if (parts.folder.search) throw badInput('folder must not be a search folder: it holds nothing of its own');
  const key = newKey();
  await commit(of, { op: 'message.add', key, folder: parts.folder.key, message: parts.message });
  return answerOf(of, key);
}

function storedEml({ world }: MailboxOf, parts: { bytes: Buffer; receivedMs: number; fields: Fields }): StoredMessage {
  return { blob: world.blobs.put(parts.bytes), receivedMs: parts.receivedMs, isRead: optionalBoolean(parts.fields, 'isRead') ?? false };
}

function storedFields(of: MailboxOf, parts: { fields: Fields; receivedMs: number }): StoredMessage {
  const { fields, receivedMs } = parts;
  const self = { name: of.user.displayName, address: of.user.mail ?? of.user.upn };
  const conversation = optionalText(fields, 'conversation');
  return {
    subject: optionalText(fields, 'subject') ?? '',
    body: bodyOf(fields) ?? { contentType: 'text', content: '' },
    from: personOf(fields['from']) ?? { name: 'Somebody', address: 'somebody@partner.example' },
    to: peopleOf(fields, 'to') ?? [self],
    cc: peopleOf(fields, 'cc') ?? [],
    ...(conversation === undefined ? {} : { conversation }),
    receivedMs,
    isRead: optionalBoolean(fields, 'isRead') ?? false,
    isDraft: optionalBoolean(fields, 'isDraft') ?? false,
    attachments: attachmentsOf(of, fields['attachments']),
    ...meetingOf(fields['meeting']),
  };
}

function attachmentsOf({ world }: MailboxOf, value: unknown): StoredAttachment[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw badInput('attachments must be a list');
  return value.map((entry, index) => storedAttachment(world, objectOf(entry, `attachments/${index}`)));
}

export function bodyOf(fields: Fields): { contentType: 'html' | 'text'; content: string } | undefined {
  const value = fields['body'];
  if (value === undefined) return undefined;
  if (typeof value === 'string') return { contentType: 'text', content: value };
  const body = objectOf(value, 'body');
  return { contentType: oneOf(body, 'contentType', ['html', 'text']) ?? 'html', content: optionalText(body, 'content') ?? '' };
}

/** {name, address}, or only an address. */
export function personOf(value: unknown): Person | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return { name: value, address: value };
  const fields = objectOf(value, 'a person');
  const address = textOf(fields, 'address');
  return { name: optionalText(fields, 'name') ?? address, address };
}

function peopleOf(fields: Fields, name: string): Person[] | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw badInput(`${name} must be a list`);
  return value.map((entry) => personOf(entry) ?? { name: '', address: '' });
}

function messageOf(of: MailboxOf, id: string): ItemView {
  return findMessage(of.mailbox, id);
}

export async function editMessage(of: MailboxOf, id: string, fields: Fields): Promise<object> {
  const item = messageOf(of, id);
  const wanted: { -readonly [K in keyof MessagePatch]: MessagePatch[K] | undefined } = {
    subject: optionalText(fields, 'subject'),
    body: bodyOf(fields),
    isRead: optionalBoolean(fields, 'isRead'),
    flagged: optionalBoolean(fields, 'flagged'),
    categories: optionalTexts(fields, 'categories'),
    importance: oneOf(fields, 'importance', ['low', 'normal', 'high']),
    attachments: fields['attachments'] === undefined ? undefined : attachmentsOf(of, fields['attachments']),
  };
  const patch = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined)) as MessagePatch;
  if (Object.keys(patch).length === 0)
    throw badInput('Nothing to change: give subject, body, isRead, flagged, categories, importance or attachments');
  await commit(of, { op: 'message.edit', key: item.key, patch });
  return answerOf(of, item.key);
}

export async function moveMessage(of: MailboxOf, id: string, fields: Fields): Promise<object> {
  const item = messageOf(of, id);
  const folder = folderOf(of, textOf(fields, 'folder'));
  if (folder.search) throw badInput('folder must not be a search folder: it holds nothing of its own');
  await commit(of, { op: 'message.move', key: item.key, folder: folder.key });
  return answerOf(of, item.key);
}

/** Into Deleted Items, or, when `hard`, for good. */
export async function deleteMessage(of: MailboxOf, id: string, hard: boolean): Promise<object> {
  const item = messageOf(of, id);
  if (hard || item.folderKey === 'deleteditems') {
    await commit(of, { op: 'message.delete', key: item.key });
    return { deleted: true };
  }
  await commit(of, { op: 'message.move', key: item.key, folder: 'deleteditems' });
  return answerOf(of, item.key);
}

export async function addFolder(of: MailboxOf, fields: Fields): Promise<object> {
  const parent = folderOf(of, optionalText(fields, 'parent') ?? 'msgfolderroot');
  const key = newKey();
  const hidden = optionalBoolean(fields, 'hidden') ?? false;
  await commit(of, { op: 'folder.add', key, parent: parent.key, displayName: textOf(fields, 'displayName'), hidden });
  return folderAnswer(of, key);
}

/** Renames, moves, or both; a well-known folder is only named in another language, as Set-MailboxRegionalConfiguration does. */
export async function editFolder(of: MailboxOf, name: string, fields: Fields): Promise<object> {
  const folder = fields['parent'] === undefined ? folderOf(of, name) : ownFolder(of, name);
  const displayName = optionalText(fields, 'displayName');
  const parentName = optionalText(fields, 'parent');
  const parent = parentName === undefined ? undefined : folderOf(of, parentName);
  if (parent && subtree(of.mailbox.folders, folder.key).includes(parent.key)) throw badInput('parent must not lie below the folder itself');
  await commit(of, {
    op: 'folder.edit',
    key: folder.key,
    ...(displayName === undefined ? {} : { displayName }),
    ...(parent ? { parent: parent.key } : {}),
  });
  return folderAnswer(of, folder.key);
}

/** Under Deleted Items, or, when `hard`, for good with all that is in it. */
export async function deleteFolder(of: MailboxOf, name: string, hard: boolean): Promise<object> {
  const folder = ownFolder(of, name);
  if (hard) {
    await commit(of, { op: 'folder.delete', key: folder.key });
    return { deleted: true };
  }
  await commit(of, { op: 'folder.edit', key: folder.key, parent: 'deleteditems' });
  return folderAnswer(of, folder.key);
}

function ownFolder(of: MailboxOf, name: string): FolderState {
  const folder = folderOf(of, name);
  if (folder.wellKnown !== null) throw badInput(`The well-known folder '${folder.wellKnown}' can be neither changed nor deleted`);
  return folder;
}

function folderAnswer({ mailbox }: MailboxOf, key: string): object {
  const folder = mailbox.folders.get(key)!;
  return { id: folderId(mailbox, key), folderPath: pathOf(mailbox, folder), hidden: folder.hidden };
}
