import type { AppSignIn } from './app-sign-in.ts';
import type { MailboxPolicy } from './policy-state.ts';
import type { Device, DomainProperties, GraphProperties, Group, OrgContact } from './directory-model.ts';

/** What an organisation holds, before and beneath any change made while the emulator runs. */
import type { DocumentBase } from './drive-model.ts';

/** `linked`: an account of another forest opens it. `softDeleted`: the user is there, the mailbox waits to be purged. */
export type MailboxClass = 'user' | 'linked' | 'shared' | 'room' | 'equipment' | 'guest' | 'unlicensed' | 'onPremises' | 'softDeleted';

export const MAILBOX_CLASSES: readonly MailboxClass[] = [
  ...(['user', 'linked', 'shared', 'room', 'equipment', 'guest', 'unlicensed', 'onPremises', 'softDeleted'] as const),
];

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

export interface AppRegistration extends AppSignIn {
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
  /** Has an in-place archive. */
  readonly archive?: boolean;
  readonly managerId?: string;
  readonly extra?: GraphProperties;
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
  /** What its id is made of; without one its place among the message's attachments. */
  readonly key?: string;
  readonly modifiedMs?: number;
  bytes(): Uint8Array;
}

export interface ItemAttachmentContent {
  readonly kind: 'item';
  readonly name: string;
  readonly key?: string;
  readonly modifiedMs?: number;
  readonly message: MessageContent;
  /** The item as Graph gives it, where it is an event or a contact; `message` then stands for its words. */
  readonly entity?: Readonly<Record<string, unknown>>;
  /** What it is, where it is no message. */
  readonly event?: EventContent;
  readonly contact?: AttachedContact;
}

export interface AttachedContact {
  readonly displayName: string;
  readonly givenName: string | null;
  readonly surname: string | null;
  readonly emails: readonly Person[];
  readonly companyName: string | null;
  readonly jobTitle: string | null;
  readonly businessPhones: readonly string[];
  readonly mobilePhone: string | null;
}

/** A file that lies in a cloud store; v1.0 shows no more of it than this. */
export interface ReferenceAttachmentContent {
  readonly kind: 'reference';
  readonly name: string;
  readonly key?: string;
  readonly modifiedMs?: number;
  readonly contentType: string | null;
  readonly isInline: boolean;
  readonly size: number;
  /** Where it lies, which beta alone tells. */
  readonly sourceUrl?: string;
  readonly providerType?: 'oneDriveBusiness' | 'oneDriveConsumer' | 'dropbox' | 'other';
}

export type AttachmentContent = FileAttachmentContent | ItemAttachmentContent | ReferenceAttachmentContent;

export interface ExtendedProperty {
  readonly id: string;
  readonly value: string | readonly string[];
}

/** What makes a message an eventMessage: an invitation, its withdrawal, or an answer to one. */
export interface MeetingContent {
  readonly kind: 'request' | 'cancelled' | 'accepted' | 'tentativelyAccepted' | 'declined';
  /** The iCalUId of the event. */
  readonly uid: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly isAllDay: boolean;
  readonly location: string;
  readonly recurrence: Recurrence | null;
  /** A later message about the same meeting has come. */
  readonly isOutOfDate?: boolean;
}

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
  readonly meeting?: MeetingContent;
  /** When it was made, where that was not when it was received. */
  readonly createdMs?: number;
  /** The whole followupFlag, where it says more than `flagged`. */
  readonly flag?: Readonly<Record<string, unknown>>;
  readonly inferenceClassification?: 'focused' | 'other';
  readonly isReadReceiptRequested?: boolean;
  readonly isDeliveryReceiptRequested?: boolean;
  /** Base64; it grows with every reply. */
  readonly conversationIndex?: string;
  readonly singleValueExtendedProperties?: readonly ExtendedProperty[];
  readonly multiValueExtendedProperties?: readonly ExtendedProperty[];
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
  readonly search: { readonly sourceKeys: readonly string[]; readonly filterQuery: string; readonly includeNested?: boolean } | null;
  readonly items: ItemSource;
}

export type EventResponse = 'none' | 'accepted' | 'declined' | 'tentativelyAccepted' | 'notResponded' | 'organizer';

export interface Attendee extends Person {
  readonly type: 'required' | 'optional' | 'resource';
  readonly response: EventResponse;
  readonly respondedMs?: number;
  readonly proposedNewTime?: { readonly startMs: number; readonly endMs: number };
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

/** As Graph words it, with the properties that were given. */
export type EventLocation = Readonly<Record<string, unknown>>;

export interface EventAttachment {
  readonly kind: 'file' | 'item' | 'reference';
  readonly key: string;
  readonly name: string;
  readonly contentType: string | null;
  readonly isInline: boolean;
  readonly contentId: string | null;
  readonly changedMs: number;
  readonly size: number;
  /** A file's bytes lie in a blob, or are made when asked for. */
  readonly blob?: string;
  bytes?(): Uint8Array;
  /** An attached message, event or contact as Graph words it. */
  readonly item?: Readonly<Record<string, unknown>>;
}

/** What an event may have beyond what all have; where it is missing Exchange's default is meant. */
export interface EventDetails {
  readonly endTimeZone?: string;
  readonly importance?: 'low' | 'normal' | 'high';
  readonly isReminderOn?: boolean;
  readonly reminderMinutes?: number;
  readonly responseRequested?: boolean;
  readonly responseStatus?: { readonly response: EventResponse; readonly timeMs?: number };
  readonly allowNewTimeProposals?: boolean;
  readonly hideAttendees?: boolean;
  readonly isDraft?: boolean;
  readonly onlineMeetingProvider?: 'unknown' | 'teamsForBusiness' | 'skypeForBusiness' | 'skypeForConsumer';
  readonly joinUrl?: string;
  readonly transactionId?: string;
  /** All of them; `location` is the name of the first. */
  readonly locations?: readonly EventLocation[];
  readonly attachments?: readonly EventAttachment[];
  readonly extensions?: readonly Readonly<Record<string, unknown>>[];
  readonly singleValues?: readonly { readonly id: string; readonly value: string }[];
  readonly multiValues?: readonly { readonly id: string; readonly value: readonly string[] }[];
}

export interface EventContent extends EventDetails {
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

/** What a calendar is to the mailbox whose list it stands in; an old-style share can be listed but not read. */
export type CalendarKind = 'own' | 'shared' | 'oldStyleShare' | 'subscribed';

export const EMPTY_EVENTS: EventSource = {
  count: 0,
  keyOf: () => '',
  indexOf: () => -1,
  load: () => {
    throw new RangeError('An empty calendar has no events');
  },
};

export interface CalendarBase {
  readonly key: string;
  /** Missing: by owner and canEdit. */
  readonly kind?: CalendarKind;
  /** Whose events a shared calendar shows: an id or address of the owner, and the key of the owner's calendar. */
  readonly share?: { readonly owner: string; readonly calendarKey: string };
  readonly name: string;
  readonly isDefault: boolean;
  readonly owner: Person | null;
  readonly canEdit: boolean;
  /** Whom the owner shares it with. */
  readonly permissions?: readonly (Person & { readonly role: 'read' | 'write' })[];
  readonly color: string;
  /** mine, other, people, or the key of a group that was made since. */
  readonly group: string;
  readonly events: EventSource;
}

export interface MailboxBase {
  /** The GUID that Exchange puts into every id of the mailbox. */
  readonly guid: string;
  readonly folders: readonly FolderBase[];
  readonly calendars: readonly CalendarBase[];
  /** Where an unmoved item lives; undefined for keys that are not of this base. */
  locate(key: string): { readonly folderKey: string; readonly index: number } | undefined;
  /** The in-place archive's content, where there is any. */
  archive?(): MailboxBase;
}

/** A conversation in the mailbox of a Microsoft 365 group: one thread unless people were left out on the way. */
export interface GroupConversation {
  readonly groupId: string;
  readonly key: string;
  readonly topic: string;
  readonly threads: readonly GroupThread[];
}

export interface GroupThread {
  readonly key: string;
  readonly topic: string;
  readonly isLocked: boolean;
  readonly posts: readonly GroupPost[];
}

export interface GroupPost {
  readonly key: string;
  readonly from: Person;
  readonly body: { readonly contentType: 'html' | 'text'; readonly content: string };
  readonly receivedMs: number;
  readonly attachments: readonly { readonly name: string; readonly contentType: string; readonly blob: string }[];
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
  readonly groups?: readonly Group[];
  readonly contacts?: readonly OrgContact[];
  readonly devices?: readonly Device[];
  readonly domainProperties?: readonly DomainProperties[];
  readonly problems: readonly LoadProblem[];
  readonly policies?: readonly MailboxPolicy[];
  readonly groupConversations?: readonly GroupConversation[];
  /** OneDrive and SharePoint; without it there is the root site alone, and every library is empty. */
  readonly documents?: DocumentBase;
  mailbox(user: User): MailboxBase;
  /** Personal contacts; none where the organisation knows none. */
  personalContacts?(user: User): readonly Readonly<Record<string, unknown>>[];
}

/** Does Exchange Online keep a mailbox for this class of user? */
export function hasMailbox(userClass: MailboxClass): boolean {
  return userClass === 'user' || userClass === 'linked' || userClass === 'shared' || userClass === 'room' || userClass === 'equipment';
}
