import type { Subscription } from './subscription-state.ts';
import type { AppRegistration, EventContent, Person, User } from './model.ts';

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

export type EventPatch = Partial<Omit<EventContent, 'iCalUId' | 'createdMs'>>;

export type MailboxChange =
  | { readonly op: 'message.add'; readonly key: string; readonly folder: string; readonly message: StoredMessage }
  | { readonly op: 'message.edit'; readonly key: string; readonly patch: MessagePatch }
  | { readonly op: 'message.move'; readonly key: string; readonly folder: string }
  | { readonly op: 'message.delete'; readonly key: string }
  | { readonly op: 'folder.add'; readonly key: string; readonly parent: string; readonly displayName: string; readonly hidden: boolean }
  | { readonly op: 'folder.edit'; readonly key: string; readonly displayName?: string; readonly parent?: string }
  | { readonly op: 'folder.delete'; readonly key: string }
  | { readonly op: 'event.add'; readonly key: string; readonly calendar: string; readonly event: EventContent }
  | { readonly op: 'event.edit'; readonly key: string; readonly calendar: string; readonly patch: EventPatch }
  | { readonly op: 'event.delete'; readonly key: string; readonly calendar: string };

/** `drive` is kind and key of the owner: user:<id>, group:<id>, site:<path>. */
export type DriveChange = { readonly drive: string } & (
  | {
      readonly op: 'driveItem.add';
      readonly key: string;
      readonly parent: string;
      readonly name: string;
      readonly blob?: string;
      readonly mimeType?: string;
    }
  | {
      readonly op: 'driveItem.edit';
      readonly key: string;
      readonly name?: string;
      readonly parent?: string;
      readonly blob?: string;
      readonly mimeType?: string;
    }
  | { readonly op: 'driveItem.delete'; readonly key: string }
  | { readonly op: 'drive.expire'; readonly code: string }
);

export type SubscriptionChange =
  | { readonly op: 'subscription.set'; readonly subscription: Subscription }
  | { readonly op: 'subscription.remove'; readonly id: string }
  /** Notices were made that have not arrived, or all have: what a crash leaves open is told as missed. */
  | { readonly op: 'subscription.owe'; readonly id: string; readonly owes: boolean };

export type WorldChange =
  | { readonly op: 'user.add'; readonly user: User }
  | { readonly op: 'user.remove'; readonly userId: string }
  | { readonly op: 'app.set'; readonly app: AppRegistration }
  | { readonly op: 'clock.set'; readonly offsetMs: number };

/** One line of the journal. `atMs` is the emulator's time, so that a replay gives the same dates. */
export type JournalEntry = { readonly atMs: number } & Change;

export type Change = (MailboxChange & { readonly mailbox: string }) | WorldChange | DriveChange | SubscriptionChange;
