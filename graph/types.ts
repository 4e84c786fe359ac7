/** What Graph returns, as far as Trawl reads it. Fields that an answer leaves out are undefined. */

export interface GraphPerson {
  emailAddress?: { name?: string | null; address?: string | null } | null;
}
export interface GraphDateTime {
  dateTime: string;
  timeZone: string;
}
export interface GraphBody {
  contentType?: string | null;
  content?: string | null;
}

export interface GraphUser {
  id: string;
  displayName?: string | null;
  mail?: string | null;
  userPrincipalName?: string | null;
  proxyAddresses?: string[] | null;
  userType?: string | null;
  accountEnabled?: boolean | null;
}

export interface GraphFolder {
  id: string;
  displayName?: string | null;
  parentFolderId?: string | null;
  totalItemCount?: number | null;
  isHidden?: boolean | null;
  childFolderCount?: number | null;
  '@odata.type'?: string;
}

export interface GraphMessage {
  id: string;
  '@odata.type'?: string;
  changeKey?: string | null;
  parentFolderId?: string | null;
  internetMessageId?: string | null;
  conversationId?: string | null;
  subject?: string | null;
  bodyPreview?: string | null;
  body?: GraphBody | null;
  from?: GraphPerson | null;
  sender?: GraphPerson | null;
  toRecipients?: GraphPerson[] | null;
  ccRecipients?: GraphPerson[] | null;
  bccRecipients?: GraphPerson[] | null;
  replyTo?: GraphPerson[] | null;
  createdDateTime?: string | null;
  lastModifiedDateTime?: string | null;
  receivedDateTime?: string | null;
  sentDateTime?: string | null;
  hasAttachments?: boolean | null;
  importance?: string | null;
  categories?: string[] | null;
  isRead?: boolean | null;
  isDraft?: boolean | null;
  flag?: { flagStatus?: string | null } | null;
  webLink?: string | null;
}

export interface GraphCalendar {
  id: string;
  name?: string | null;
  isDefaultCalendar?: boolean | null;
  canEdit?: boolean | null;
  owner?: { name?: string | null; address?: string | null } | null;
}

export interface GraphEvent {
  id: string;
  '@odata.type'?: string;
  changeKey?: string | null;
  iCalUId?: string | null;
  subject?: string | null;
  bodyPreview?: string | null;
  body?: GraphBody | null;
  start?: GraphDateTime | null;
  end?: GraphDateTime | null;
  originalStartTimeZone?: string | null;
  isAllDay?: boolean | null;
  isCancelled?: boolean | null;
  type?: string | null;
  seriesMasterId?: string | null;
  recurrence?: unknown;
  location?: { displayName?: string | null } | null;
  organizer?: GraphPerson | null;
  attendees?: GraphPerson[] | null;
  importance?: string | null;
  sensitivity?: string | null;
  categories?: string[] | null;
  createdDateTime?: string | null;
  lastModifiedDateTime?: string | null;
  webLink?: string | null;
}

export interface GraphAttachment {
  id: string;
  '@odata.type': string;
  name?: string | null;
  contentType?: string | null;
  size?: number | null;
  isInline?: boolean | null;
  contentId?: string | null;
  /** Base64; only of file attachments, and only when asked for. */
  contentBytes?: string | null;
}

/** An item of a delta round: changed (perhaps only partly told) or gone. */
export type DeltaItem<T> = { gone: false; item: T } | { gone: true; id: string };

/** A page of a list. `next` is Graph's nextLink, to be used whole. */
export interface ListPage<T> {
  items: T[];
  next: string | null;
  /** Items of the answer that do not have the shape of one, with the id where there is one. */
  malformed: { id: string | null; reason: string }[];
}

/** A page of a delta round: exactly one of `next` and `delta` is set. */
export interface DeltaPage<T> {
  items: DeltaItem<T>[];
  next: string | null;
  delta: string | null;
  malformed: { id: string | null; reason: string }[];
}

/** Asked before each request is sent; throws when the limits of the mailbox do not allow it now. */
export interface RequestBudget {
  take(): Promise<void>;
  /** Told when Graph asks to wait. */
  onThrottled(waitMs: number): Promise<void>;
}

/** What every operation takes besides its own arguments. */
export interface CallOptions {
  budget?: RequestBudget;
  signal?: AbortSignal;
}

/** What a crawl asks of Graph; `createGraph` makes it for one credential. Times out before Temporal's heartbeat does. */
export interface Graph {
  listUsers(args: { link: string | null }, options: CallOptions): Promise<ListPage<GraphUser>>;
  /** Looks whether the mailbox can be read; throws GraphError of class `ineligible`, `forbidden`, … otherwise. */
  probeMailbox(args: { userId: string }, options: CallOptions): Promise<void>;
  getRootFolderId(args: { userId: string }, options: CallOptions): Promise<string>;
  getFolder(args: { userId: string; folderId: string }, options: CallOptions): Promise<GraphFolder>;
  readFolderDelta(args: { userId: string; link: string | null }, options: CallOptions): Promise<DeltaPage<GraphFolder>>;
  /** With `keysOnly`, a chain that is begun tells ids, change keys and times of receipt alone. */
  readMessageDelta(
    args: { userId: string; folderId: string; link: string | null; pageSize: number; keysOnly?: boolean },
    options: CallOptions,
  ): Promise<DeltaPage<GraphMessage>>;
  /** `withoutBody` leaves out what Exchange has to render. */
  getMessage(args: { userId: string; messageId: string; withoutBody?: boolean }, options: CallOptions): Promise<GraphMessage>;
  countMessages(args: { userId: string; folderId: string; receivedFrom?: string | null }, options: CallOptions): Promise<number>;
  countEvents(args: { userId: string; calendarId: string }, options: CallOptions): Promise<number>;
  /**
   * A folder's messages by time of receipt, oldest first: received from `from` on and before `before`, without the first
   * `skip`; all that Trawl keeps of them when `whole`, else what tells a changed one. `next` says nothing that may be trusted.
   */
  listMessages(
    args: { userId: string; folderId: string; from: string | null; before: string | null; skip: number; whole: boolean; pageSize: number },
    options: CallOptions,
  ): Promise<ListPage<GraphMessage>>;
  /** All folders below the root, listed level by level. */
  listFolders(args: { userId: string }, options: CallOptions): Promise<GraphFolder[]>;
  /** Metadata with contents of file attachments; throws AnswerTooLargeError past `maxBytes`. */
  listAttachments(
    args: { userId: string; messageId: string; withContent: boolean; maxBytes: number },
    options: CallOptions,
  ): Promise<GraphAttachment[]>;
  /** Reads an attachment's bytes as a stream, never whole in memory: returns size and SHA-256 (hex). */
  hashAttachment(
    args: { userId: string; messageId: string; attachmentId: string },
    options: CallOptions,
  ): Promise<{ bytes: number; sha256: string }>;
  /** All calendars of the mailbox, those in calendar groups too, each once. */
  listCalendars(args: { userId: string }, options: CallOptions): Promise<GraphCalendar[]>;
  listEvents(
    args: { userId: string; calendarId: string; link: string | null; whole: boolean; pageSize: number },
    options: CallOptions,
  ): Promise<ListPage<GraphEvent>>;
  getEvent(args: { userId: string; eventId: string }, options: CallOptions): Promise<GraphEvent>;
  /** Asks Entra for a token and tells the cause of a refusal (a code of contract/errors.ts). */
  checkCredential(options: CallOptions): Promise<{ accepted: true } | { accepted: false; code: string; transient: boolean }>;
  close(): Promise<void>;
}
