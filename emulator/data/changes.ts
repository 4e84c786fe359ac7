import type { AppRegistration, EventContent, MeetingContent, Person, ReferenceAttachmentContent, User } from './model.ts';

/** A message as the journal keeps it: MIME in a blob, or fields with attachments in blobs. */
export interface StoredMessage {
  readonly blob?: string;
  readonly subject?: string;
  readonly body?: { readonly contentType: 'html' | 'text'; readonly content: string };
  readonly from?: Person;
  readonly to?: readonly Person[];
  readonly cc?: readonly Person[];
  readonly conversation?: string;
  readonly receivedMs: number;
  readonly isRead: boolean;
  readonly isDraft?: boolean;
  readonly attachments?: readonly StoredAttachment[];
  readonly meeting?: MeetingContent;
  /** What else of a message was taken over when it came from another mailbox; it wins over what the MIME says. */
  readonly words?: StoredWords;
}

export interface StoredWords {
  readonly subject: string;
  readonly sender: Person | null;
  readonly bcc: readonly Person[];
  readonly replyTo: readonly Person[];
  readonly internetMessageId: string | null;
  readonly conversation: string;
  readonly sentMs: number;
  readonly flagged: boolean;
  readonly importance: 'low' | 'normal' | 'high';
  readonly categories: readonly string[];
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

export interface StoredAttachment {
  /** A file when it is not given. The blob of an item is MIME, of an event iCalendar, of a contact JSON, of a reference empty. */
  readonly kind?: 'item' | 'event' | 'contact' | 'reference';
  readonly reference?: Pick<ReferenceAttachmentContent, 'sourceUrl' | 'providerType'>;
  readonly name: string;
  readonly contentType: string;
  readonly isInline: boolean;
  readonly contentId: string | null;
  readonly blob: string;
}

export interface MessagePatch {
  readonly subject?: string;
  readonly body?: { readonly contentType: 'html' | 'text'; readonly content: string };
  readonly isRead?: boolean;
  readonly flagged?: boolean;
  readonly categories?: readonly string[];
  readonly importance?: 'low' | 'normal' | 'high';
  /** All that the message has from now on. */
  readonly attachments?: readonly StoredAttachment[];
}

/** An item that Exchange fails on; `attachment` narrows it to the attachment at that position. */
export interface ItemFault {
  readonly code: 'ErrorCorruptData' | 'ErrorMimeContentConversionFailed' | 'ErrorCannotOpenFileAttachment' | 'ErrorItemNotFound';
  readonly attachment?: number;
}

/** What is set of a mailbox from outside. */
export interface MailboxSettings {
  /** Full: what writes into it is refused, delta too, since that keeps its state there. */
  readonly overQuota: boolean;
  /** Nobody has used it yet, so Exchange has not made it. */
  readonly neverStarted: boolean;
  /** Undefined leaves it to the organisation. */
  readonly archive?: boolean;
}

export type EventPatch = Partial<Omit<EventContent, 'iCalUId' | 'createdMs'>>;

export type MailboxChange =
  | { readonly op: 'message.add'; readonly key: string; readonly folder: string; readonly message: StoredMessage }
  | { readonly op: 'message.edit'; readonly key: string; readonly patch: MessagePatch }
  | { readonly op: 'message.move'; readonly key: string; readonly folder: string }
  | { readonly op: 'message.delete'; readonly key: string }
  | { readonly op: 'message.mark'; readonly key: string; readonly fault: ItemFault | null }
  | { readonly op: 'mailbox.set'; readonly settings: Partial<MailboxSettings> }
  | { readonly op: 'folder.add'; readonly key: string; readonly parent: string; readonly displayName: string; readonly hidden: boolean }
  | { readonly op: 'folder.edit'; readonly key: string; readonly displayName?: string; readonly parent?: string }
  | { readonly op: 'folder.delete'; readonly key: string }
  | { readonly op: 'event.add'; readonly key: string; readonly calendar: string; readonly event: EventContent }
  | { readonly op: 'event.edit'; readonly key: string; readonly calendar: string; readonly patch: EventPatch }
  | { readonly op: 'event.delete'; readonly key: string; readonly calendar: string };

export type WorldChange =
  | { readonly op: 'user.add'; readonly user: User }
  | { readonly op: 'user.remove'; readonly userId: string }
  | { readonly op: 'app.set'; readonly app: AppRegistration }
  | { readonly op: 'clock.set'; readonly offsetMs: number };

/** One line of the journal. `atMs` is the emulator's time, so that a replay gives the same dates. */
export type JournalEntry = { readonly atMs: number } & ((MailboxChange & { readonly mailbox: string }) | WorldChange);

export type Change = (MailboxChange & { readonly mailbox: string }) | WorldChange;
