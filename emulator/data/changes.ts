import type { CalendarChange, EventChange } from './calendar-changes.ts';
import type { AppRegistration, Person, User } from './model.ts';

export type { EventPatch } from './calendar-changes.ts';

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
}

export interface StoredAttachment {
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

export type MailboxChange =
  | { readonly op: 'message.add'; readonly key: string; readonly folder: string; readonly message: StoredMessage }
  | { readonly op: 'message.edit'; readonly key: string; readonly patch: MessagePatch }
  | { readonly op: 'message.move'; readonly key: string; readonly folder: string }
  | { readonly op: 'message.delete'; readonly key: string }
  | { readonly op: 'folder.add'; readonly key: string; readonly parent: string; readonly displayName: string; readonly hidden: boolean }
  | { readonly op: 'folder.edit'; readonly key: string; readonly displayName?: string; readonly parent?: string }
  | { readonly op: 'folder.delete'; readonly key: string }
  | EventChange
  | CalendarChange;

/** A change of the calendar of the group of this id. */
export type GroupCalendarChange = EventChange & { readonly groupCalendar: string };

export type WorldChange =
  | { readonly op: 'user.add'; readonly user: User }
  | { readonly op: 'user.remove'; readonly userId: string }
  | { readonly op: 'app.set'; readonly app: AppRegistration }
  | { readonly op: 'clock.set'; readonly offsetMs: number };

/** One line of the journal. `atMs` is the emulator's time, so that a replay gives the same dates. */
export type JournalEntry = { readonly atMs: number } & ((MailboxChange & { readonly mailbox: string }) | GroupCalendarChange | WorldChange);

export type Change = (MailboxChange & { readonly mailbox: string }) | GroupCalendarChange | WorldChange;
