/** What an organisation holds, before and beneath any change made while the emulator runs. */
import type { DocumentBase } from './drive-model.ts';

export type MailboxClass = 'user' | 'shared' | 'room' | 'equipment' | 'guest' | 'unlicensed' | 'onPremises';

export const MAILBOX_CLASSES: readonly MailboxClass[] = ['user', 'shared', 'room', 'equipment', 'guest', 'unlicensed', 'onPremises'];

export interface Tenant {
  readonly id: string;
  readonly name: string;
  /** The first is the default; one ends in .onmicrosoft.com. */
  readonly domains: readonly string[];
}

export interface AppSecret {
  readonly value: string;
  readonly expiresMs?: number;
}

export interface AppRegistration {
  readonly clientId: string;
  readonly objectId: string;
  readonly name: string;
  readonly secrets: readonly AppSecret[];
  /** Consented application permissions, for instance Mail.Read. */
  readonly roles: readonly string[];
}

export interface User {
  readonly id: string;
  readonly upn: string;
  readonly mail: string | null;
  readonly aliases: readonly string[];
  readonly displayName: string;
  readonly givenName: string | null;
  readonly surname: string | null;
  readonly class: MailboxClass;
  readonly country: string | null;
  readonly department: string | null;
  readonly jobTitle: string | null;
  readonly officeLocation: string | null;
  readonly language: string;
}

export interface Person {
  readonly name: string;
  readonly address: string;
}

export interface FileAttachmentContent {
  readonly kind: 'file';
  readonly name: string;
  readonly contentType: string;
  readonly isInline: boolean;
  readonly contentId: string | null;
  bytes(): Uint8Array;
}

export interface ItemAttachmentContent {
  readonly kind: 'item';
  readonly name: string;
  readonly message: MessageContent;
}

export type AttachmentContent = FileAttachmentContent | ItemAttachmentContent;

export interface MessageContent {
  readonly subject: string;
  readonly from: Person | null;
  readonly sender: Person | null;
  readonly to: readonly Person[];
  readonly cc: readonly Person[];
  readonly bcc: readonly Person[];
  readonly replyTo: readonly Person[];
  readonly body: { readonly contentType: 'html' | 'text'; readonly content: string };
  readonly internetMessageId: string | null;
  /** What the messages of one conversation share; hashed into conversationId. */
  readonly conversation: string;
  readonly sentMs: number;
  readonly receivedMs: number;
  readonly isRead: boolean;
  readonly isDraft: boolean;
  readonly flagged: boolean;
  readonly importance: 'low' | 'normal' | 'high';
  readonly categories: readonly string[];
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly attachments: readonly AttachmentContent[];
  /** The bytes it came as, where it came as MIME. */
  mime?(): Uint8Array;
}

/** A long list whose parts are made when asked for; sorted by receivedMs, oldest first. */
export interface ItemSource {
  readonly count: number;
  readonly unreadCount: number;
  keyOf(index: number): string;
  /** -1 when the key is none of this source's. */
  indexOf(key: string): number;
  receivedMs(index: number): number;
  isRead(index: number): boolean;
  load(index: number): MessageContent;
}

export const EMPTY_ITEMS: ItemSource = {
  count: 0,
  unreadCount: 0,
  keyOf: () => '',
  indexOf: () => -1,
  receivedMs: () => 0,
  isRead: () => true,
  load: () => {
    throw new RangeError('An empty folder has no items');
  },
};

export interface FolderBase {
  readonly key: string;
  readonly displayName: string;
  /** Null for the two roots: msgfolderroot and recoverableitemsroot. */
  readonly parentKey: string | null;
  readonly wellKnown: string | null;
  readonly hidden: boolean;
  /** Set on a search folder, whose items live elsewhere. */
  readonly search: { readonly sourceKeys: readonly string[]; readonly filterQuery: string } | null;
  readonly items: ItemSource;
}

export interface Attendee extends Person {
  readonly type: 'required' | 'optional' | 'resource';
  readonly response: 'none' | 'accepted' | 'declined' | 'tentativelyAccepted' | 'notResponded' | 'organizer';
}

/** As Graph words it: recurrencePattern and recurrenceRange. */
export interface Recurrence {
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly range: Readonly<Record<string, unknown>>;
}

/** An occurrence of a series that was changed, or taken out. */
export interface EventException {
  readonly originalStartMs: number;
  readonly isCancelled: boolean;
  readonly patch: Partial<Omit<EventContent, 'recurrence' | 'exceptions' | 'iCalUId' | 'createdMs'>>;
}

export interface EventContent {
  readonly subject: string;
  readonly body: { readonly contentType: 'html' | 'text'; readonly content: string };
  readonly startMs: number;
  readonly endMs: number;
  readonly timeZone: string;
  readonly isAllDay: boolean;
  readonly isCancelled: boolean;
  readonly location: string;
  readonly organizer: Person;
  readonly isOrganizer: boolean;
  readonly attendees: readonly Attendee[];
  readonly recurrence: Recurrence | null;
  readonly exceptions?: readonly EventException[];
  readonly iCalUId: string;
  readonly showAs: 'free' | 'tentative' | 'busy' | 'oof' | 'workingElsewhere';
  readonly sensitivity: 'normal' | 'personal' | 'private' | 'confidential';
  readonly categories: readonly string[];
  readonly createdMs: number;
}

export interface EventSource {
  readonly count: number;
  keyOf(index: number): string;
  indexOf(key: string): number;
  load(index: number): EventContent;
}

export interface CalendarBase {
  readonly key: string;
  readonly name: string;
  readonly isDefault: boolean;
  readonly owner: Person | null;
  readonly canEdit: boolean;
  readonly color: string;
  readonly group: 'mine' | 'other' | 'people';
  readonly events: EventSource;
}

export interface MailboxBase {
  /** The GUID that Exchange puts into every id of the mailbox. */
  readonly guid: string;
  readonly folders: readonly FolderBase[];
  readonly calendars: readonly CalendarBase[];
  /** Where an unmoved item lives; undefined for keys that are not of this base. */
  locate(key: string): { readonly folderKey: string; readonly index: number } | undefined;
}

/** What a part of the organisation could not be read as, by file. */
export interface LoadProblem {
  readonly file: string;
  readonly field?: string;
  readonly problem: string;
  readonly outcome: 'left out' | 'served';
}

export interface Organisation {
  /** Changes when the content beneath the journal does; old sync states are then refused. */
  readonly fingerprint: string;
  readonly tenant: Tenant;
  readonly apps: readonly AppRegistration[];
  readonly users: readonly User[];
  readonly problems: readonly LoadProblem[];
  /** OneDrive and SharePoint; without it there is the root site alone, and every library is empty. */
  readonly documents?: DocumentBase;
  mailbox(user: User): MailboxBase;
}

/** Does Exchange Online keep a mailbox for this class of user? */
export function hasMailbox(userClass: MailboxClass): boolean {
  return userClass === 'user' || userClass === 'shared' || userClass === 'room' || userClass === 'equipment';
}
