import { createHash } from 'node:crypto';
import { kindOf } from '../data/calendar-state.ts';
import { changeKeyOf } from '../data/ids.ts';
import { type MailboxState } from '../data/mailbox-state.ts';
import { subtree, type FolderState } from '../data/folder-state.ts';
import { hasMailbox, type CalendarBase, type User } from '../data/model.ts';
import type { World } from '../data/world.ts';
import { calendarId, eventId } from '../calendar/calendar-ids.ts';
import { attachmentId, folderId, keyOf, messageId } from '../mail/mail-ids.ts';
import { hasAttachments } from '../mail/render-message.ts';

/** One thing that a complete reader of the organisation must hold. Ids are immutable ones. */
export interface TruthLine {
  readonly mailboxId: string;
  readonly address: string;
  readonly kind: 'message' | 'event' | 'attachment';
  readonly id: string;
  /** The message of an attachment. */
  readonly parentId?: string;
  /** Names from the top folder down, joined by slashes; the calendar's name for events. */
  readonly folderPath: string;
  readonly folderId: string;
  readonly subject: string;
  readonly isRead?: boolean;
  readonly changeKey?: string;
  readonly hasAttachments?: boolean;
  readonly isInline?: boolean;
  /** Of a file attachment's bytes. */
  readonly sha256?: string;
  /** In a hidden folder, which only a reader who asks for those sees. */
  readonly hidden?: true;
  readonly sender?: string | null;
  readonly receivedDateTime?: string;
}

/**
 * Everything below the mailbox root that is a message, its attachments, and the masters and single events of the
 * mailbox's own calendars. Search folders hold nothing of their own; items in the root itself are not listed.
 */
export function* truthOf(world: World, user: User): Generator<TruthLine> {
  const mailbox = world.mailbox(user);
  if (!mailbox) return;
  const who = { mailboxId: user.id, address: user.mail ?? user.upn };
  for (const folder of crawlable(mailbox)) {
    const place = {
      folderPath: pathOf(mailbox, folder),
      folderId: folderId(mailbox, folder.key),
      ...(isHidden(mailbox, folder) ? { hidden: true as const } : {}),
    };
    const view = mailbox.view(folder);
    for (let position = 0; position < view.count; position++) yield* messageLines(mailbox, { key: view.keyAt(position), who, place });
  }
  for (const calendar of mailbox.calendars.all) if (isOwn(user, calendar)) yield* eventLines(mailbox, { calendar, who });
}

type Who = Pick<TruthLine, 'mailboxId' | 'address'>;
type Place = Pick<TruthLine, 'folderPath' | 'folderId' | 'hidden'>;

function* messageLines(mailbox: MailboxState, parts: { key: string; who: Who; place: Place }): Generator<TruthLine> {
  const item = mailbox.item(parts.key)!;
  const content = item.load();
  const id = messageId(mailbox, item, true);
  const changeKey = changeKeyOf(mailbox.guid, { key: item.key, sequence: item.changedSeq });
  const words = {
    subject: content.subject,
    isRead: content.isRead,
    changeKey,
    hasAttachments: hasAttachments(content),
    sender: content.from?.address ?? null,
  };
  const receivedDateTime = new Date(content.receivedMs).toISOString();
  yield { ...parts.who, kind: 'message', id, ...parts.place, ...words, receivedDateTime };
  for (const [index, attachment] of content.attachments.entries()) {
    const name = {
      id: attachmentId(mailbox, { item, index, ...keyOf(attachment), immutable: true }),
      parentId: id,
      subject: attachment.name,
    };
    const file =
      attachment.kind === 'file'
        ? { isInline: attachment.isInline, sha256: createHash('sha256').update(attachment.bytes()).digest('hex') }
        : {};
    yield { ...parts.who, kind: 'attachment', ...name, ...parts.place, ...file };
  }
}

function* eventLines(mailbox: MailboxState, parts: { calendar: CalendarBase; who: Who }): Generator<TruthLine> {
  const { calendar, who } = parts;
  for (const key of mailbox.calendars.eventKeys(calendar)) {
    const event = mailbox.calendars.event(calendar.key, key)!;
    const changeKey = changeKeyOf(mailbox.guid, { key: `${calendar.key}/${key}`, sequence: event.changedSeq });
    const place = { folderPath: calendar.name, folderId: calendarId(mailbox, calendar.key) };
    yield { ...who, kind: 'event', id: eventId(mailbox, event, true), ...place, subject: event.load().subject, changeKey };
  }
}

export interface MailboxTruth {
  readonly mailboxId: string;
  readonly address: string;
  readonly class: string;
  readonly hasMailbox: boolean;
  readonly folders: number;
  readonly messages: number;
  readonly events: number;
}

/** Counts by mailbox, without making a single item. Hidden folders count, search folders do not. */
export function mailboxTruth(world: World, user: User): MailboxTruth {
  const mailbox = world.mailbox(user);
  const folders = mailbox ? crawlable(mailbox) : [];
  const messages = folders.reduce((sum, folder) => sum + mailbox!.view(folder).count, 0);
  const own = mailbox?.calendars.all.filter((calendar) => isOwn(user, calendar)) ?? [];
  const events = own.reduce((sum, calendar) => sum + mailbox!.calendars.count(calendar), 0);
  return {
    mailboxId: user.id,
    address: user.mail ?? user.upn,
    class: user.class,
    hasMailbox: hasMailbox(user.class),
    folders: folders.length,
    messages,
    events,
  };
}

function crawlable(mailbox: MailboxState): FolderState[] {
  return subtree(mailbox.folders, 'msgfolderroot')
    .slice(1)
    .flatMap((key) => mailbox.folders.get(key) ?? [])
    .filter((folder) => folder.search === null);
}

function isOwn(user: User, calendar: CalendarBase): boolean {
  const addresses = [user.mail, user.upn, ...user.aliases].map((address) => address?.toLowerCase());
  if (kindOf(calendar) !== 'own') return false;
  return calendar.isDefault || calendar.owner === null || (addresses.includes(calendar.owner.address.toLowerCase()) && calendar.canEdit);
}

/** Hidden itself, or below a hidden folder. */
function isHidden(mailbox: MailboxState, folder: FolderState): boolean {
  const parent = folder.parentKey === null ? undefined : mailbox.folders.get(folder.parentKey);
  return folder.hidden || (parent !== undefined && isHidden(mailbox, parent));
}

export function pathOf(mailbox: MailboxState, folder: FolderState): string {
  const parent = folder.parentKey === null ? undefined : mailbox.folders.get(folder.parentKey);
  if (!parent || parent.parentKey === null) return folder.displayName;
  return `${pathOf(mailbox, parent)}/${folder.displayName}`;
}
