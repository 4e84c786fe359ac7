import type { CalendarChange, EventChange } from './calendar-changes.ts';
import type { PolicyChange } from './policy-state.ts';
import type { GroupMailChange } from './group-mail-state.ts';
import type {
  AppRegistration,
  AttachedContact,
  EventContent,
  ExtendedProperty,
  FolderBase,
  MeetingContent,
  Person,
  ReferenceAttachmentContent,
  User,
} from './model.ts';
import type { OutlookChange } from './outlook-state.ts';
import type { UploadChange } from './upload-state.ts';
import type { Device, DomainProperties, Group, OrgContact } from './directory-model.ts';
import type { EntraChange } from './entra-state.ts';
import type { Subscription } from './subscription-state.ts';
import type { VaultChange } from './vault-state.ts';

export interface StoredBody {
  readonly contentType: 'html' | 'text';
  readonly content: string;
}

export type { EventPatch } from './calendar-changes.ts';

/** What of a message can be given when it is made, and changed afterwards. */
export interface MessageFields {
  readonly subject?: string;
  readonly body?: StoredBody;
  readonly from?: Person;
  readonly sender?: Person;
  readonly to?: readonly Person[];
  readonly cc?: readonly Person[];
  readonly bcc?: readonly Person[];
  readonly replyTo?: readonly Person[];
  readonly internetMessageId?: string;
  readonly sentMs?: number;
  readonly isDraft?: boolean;
  readonly flagged?: boolean;
  readonly flag?: Readonly<Record<string, unknown>>;
  readonly categories?: readonly string[];
  readonly importance?: 'low' | 'normal' | 'high';
  readonly inferenceClassification?: 'focused' | 'other';
  readonly isReadReceiptRequested?: boolean;
  readonly isDeliveryReceiptRequested?: boolean;
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
  readonly singleValueExtendedProperties?: readonly ExtendedProperty[];
  readonly multiValueExtendedProperties?: readonly ExtendedProperty[];
  /** All that the message has from now on. */
  readonly attachments?: readonly StoredAttachment[];
}

/** A message as the journal keeps it: MIME in a blob, fields with attachments in blobs, or MIME with fields that overrule it. */
export interface StoredMessage extends MessageFields {
  readonly blob?: string;
  readonly conversation?: string;
  readonly conversationIndex?: string;
  readonly createdMs?: number;
  readonly receivedMs: number;
  readonly isRead: boolean;
  readonly meeting?: MeetingContent;
}

export type StoredAttachment = StoredFile | StoredItem | StoredReference;

interface StoredAttachmentName {
  readonly name: string;
  readonly key?: string;
  readonly modifiedMs?: number;
}

export interface StoredFile extends StoredAttachmentName {
  /** `file` where it is not given: older journals know no other kind. */
  readonly kind?: 'file';
  readonly contentType: string;
  readonly isInline: boolean;
  readonly contentId: string | null;
  readonly blob: string;
}

export interface StoredItem extends StoredAttachmentName {
  readonly kind: 'item';
  readonly message: StoredMessage;
  readonly entity?: Readonly<Record<string, unknown>>;
  readonly event?: EventContent;
  readonly contact?: AttachedContact;
}

export interface StoredReference extends StoredAttachmentName, Pick<ReferenceAttachmentContent, 'sourceUrl' | 'providerType'> {
  readonly kind: 'reference';
  readonly contentType: string | null;
  readonly isInline: boolean;
  readonly size: number;
}

export interface MessagePatch extends MessageFields {
  readonly isRead?: boolean;
  readonly receivedMs?: number;
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

export type MailboxChange =
  | { readonly op: 'message.add'; readonly key: string; readonly folder: string; readonly message: StoredMessage }
  | { readonly op: 'message.edit'; readonly key: string; readonly patch: MessagePatch }
  | { readonly op: 'message.move'; readonly key: string; readonly folder: string }
  | { readonly op: 'message.delete'; readonly key: string }
  | { readonly op: 'message.mark'; readonly key: string; readonly fault: ItemFault | null }
  | { readonly op: 'mailbox.set'; readonly settings: Partial<MailboxSettings> }
  | {
      readonly op: 'folder.add';
      readonly key: string;
      readonly parent: string;
      readonly displayName: string;
      readonly hidden: boolean;
      readonly search?: FolderBase['search'];
    }
  | {
      readonly op: 'folder.edit';
      readonly key: string;
      readonly displayName?: string;
      readonly parent?: string;
      readonly search?: FolderBase['search'];
    }
  | { readonly op: 'folder.delete'; readonly key: string }
  | EventChange
  | CalendarChange;

/** A change of the calendar of the group of this id. */
export type GroupCalendarChange = EventChange & { readonly groupCalendar: string };

export type DirectoryChange =
  | { readonly op: 'user.add'; readonly user: User }
  | { readonly op: 'user.remove'; readonly userId: string; readonly hard?: boolean }
  | { readonly op: 'user.set'; readonly user: User }
  | { readonly op: 'group.set'; readonly group: Group }
  | { readonly op: 'group.members'; readonly groupId: string; readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly op: 'contact.set'; readonly contact: OrgContact }
  | { readonly op: 'device.set'; readonly device: Device }
  | { readonly op: 'object.remove'; readonly id: string; readonly hard: boolean }
  | { readonly op: 'object.restore'; readonly id: string }
  | { readonly op: 'domain.set'; readonly domain: DomainProperties }
  | { readonly op: 'app.set'; readonly app: AppRegistration }
  | { readonly op: 'app.remove'; readonly clientId: string };

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
  | DirectoryChange
  | { readonly op: 'clock.set'; readonly offsetMs: number }
  | EntraChange
  | PolicyChange
  | OutlookChange
  | GroupMailChange
  | UploadChange
  | VaultChange;

/** One line of the journal. `atMs` is the emulator's time, so that a replay gives the same dates. */
export type JournalEntry = { readonly atMs: number } & Change;

export type Change = (MailboxChange & { readonly mailbox: string }) | GroupCalendarChange | WorldChange | DriveChange | SubscriptionChange;
