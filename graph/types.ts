/** What Graph returns, as far as Trawl reads it. Fields that an answer leaves out are undefined. */

export interface GraphPerson {
  emailAddress?: { name?: string | null; address?: string | null } | null;
}
export interface GraphAttendee extends GraphPerson {
  type?: string | null;
  status?: { response?: string | null; time?: string | null } | null;
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

export interface GraphDomain {
  /** The domain's name. */
  id: string;
  isVerified?: boolean | null;
}

export interface GraphGroup {
  id: string;
  displayName?: string | null;
  mail?: string | null;
  mailEnabled?: boolean | null;
  securityEnabled?: boolean | null;
  groupTypes?: string[] | null;
  /** `Hiddenmembership`, in whatever case, where members are hidden. */
  visibility?: string | null;
}

/** What a group has within: a user, another group, a contact, a device, a service principal. */
export interface GraphMember extends GraphUser {
  '@odata.type': string;
  visibility?: string | null;
}

/** What the directory knows of a user that bears on the mailbox. */
export interface GraphUserHints {
  id: string;
  userType?: string | null;
  assignedPlans?: { service?: string | null; capabilityStatus?: string | null }[] | null;
  onPremisesSyncEnabled?: boolean | null;
}

export interface GraphFolder {
  id: string;
  displayName?: string | null;
  parentFolderId?: string | null;
  totalItemCount?: number | null;
  childFolderCount?: number | null;
  isHidden?: boolean | null;
  '@odata.type'?: string;
}

export interface GraphMessage {
  id: string;
  '@odata.type'?: string;
  changeKey?: string | null;
  parentFolderId?: string | null;
  internetMessageId?: string | null;
  conversationId?: string | null;
  conversationIndex?: string | null;
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
  flag?: GraphFlag | null;
  inferenceClassification?: string | null;
  isReadReceiptRequested?: boolean | null;
  isDeliveryReceiptRequested?: boolean | null;
  internetMessageHeaders?: { name?: string | null; value?: string | null }[] | null;
  webLink?: string | null;
  /** Of messages about a meeting (`@odata.type` eventMessage and the two types derived of it). */
  meetingMessageType?: string | null;
  startDateTime?: GraphDateTime | null;
  endDateTime?: GraphDateTime | null;
  isAllDay?: boolean | null;
  isOutOfDate?: boolean | null;
  location?: { displayName?: string | null } | null;
  recurrence?: unknown;
  meetingRequestType?: string | null;
  responseType?: string | null;
  /** Null: the mailbox has no such event. */
  event?: Pick<GraphEvent, 'id' | 'iCalUId' | 'organizer' | 'seriesMasterId'> | null;
}

export interface GraphFlag {
  flagStatus?: string | null;
  startDateTime?: GraphDateTime | null;
  dueDateTime?: GraphDateTime | null;
  completedDateTime?: GraphDateTime | null;
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
  originalEndTimeZone?: string | null;
  /** Of occurrences and exceptions alone. */
  originalStart?: string | null;
  cancelledOccurrences?: string[] | null;
  showAs?: string | null;
  responseStatus?: { response?: string | null; time?: string | null } | null;
  isOnlineMeeting?: boolean | null;
  onlineMeetingProvider?: string | null;
  onlineMeeting?: { joinUrl?: string | null } | null;
  isAllDay?: boolean | null;
  isCancelled?: boolean | null;
  type?: string | null;
  seriesMasterId?: string | null;
  recurrence?: unknown;
  location?: { displayName?: string | null } | null;
  organizer?: GraphPerson | null;
  attendees?: GraphAttendee[] | null;
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

/** A message of a list that was asked for attachments. */
export interface GraphListedAttachments {
  id: string;
  changeKey?: string | null;
  receivedDateTime?: string | null;
  /** With contents of files. Null where the list may not have told all of them. */
  attachments: GraphAttachment[] | null;
}

/** What beta tells of an attachment that is only a link. */
export interface GraphReference {
  id: string;
  sourceUrl?: string | null;
  providerType?: string | null;
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
  /** Users with an address of any kind in the domain. */
  listDomainUsers(args: { domain: string; link: string | null }, options: CallOptions): Promise<ListPage<GraphUser>>;
  listDomains(options: CallOptions): Promise<GraphDomain[]>;
  /** Users that this address of any kind leads to; none or one, unless the directory is at odds with itself. */
  findUsers(args: { address: string }, options: CallOptions): Promise<GraphUser[]>;
  /** Those of at most 15 users that are in the directory. */
  listUsersById(args: { userIds: string[] }, options: CallOptions): Promise<GraphUser[]>;
  findGroups(args: { address: string }, options: CallOptions): Promise<GraphGroup[]>;
  /** Everything within a group, nested groups included. */
  listTransitiveMembers(args: { groupId: string; link: string | null }, options: CallOptions): Promise<ListPage<GraphMember>>;
  /** Everything that a user is in, nested groups included: groups, directory roles, administrative units. */
  listMemberOf(args: { userId: string; link: string | null }, options: CallOptions): Promise<ListPage<GraphMember>>;
  /** Whether a group shows a direct member to this app. */
  hasMembers(args: { groupId: string }, options: CallOptions): Promise<boolean>;
  /** Looks whether the mailbox can be read; throws GraphError of class `ineligible`, `forbidden`, … otherwise. */
  probeMailbox(args: { userId: string }, options: CallOptions): Promise<void>;
  getRootFolderId(args: { userId: string }, options: CallOptions): Promise<string>;
  getFolder(args: { userId: string; folderId: string }, options: CallOptions): Promise<GraphFolder>;
  /** All folders directly below one, hidden ones too. */
  listChildFolders(args: { userId: string; folderId: string }, options: CallOptions): Promise<GraphFolder[]>;
  /** `MBX:<guid>@<tenant>` of the user's in-place archive; null when there is none. */
  getArchiveId(args: { userId: string }, options: CallOptions): Promise<string | null>;
  /** Exchange's word for what the mailbox is for. Throws `forbidden` without MailboxSettings.Read. */
  getUserPurpose(args: { userId: string }, options: CallOptions): Promise<string | null>;
  /** Of the directory: its budget is the directory's. */
  getUserHints(args: { userId: string }, options: CallOptions): Promise<GraphUserHints>;
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
  /**
   * Attachments of a folder's messages received from `from` on and before `before`, oldest first, `most` messages at most; with
   * `attachedOnly`, of those alone whose `hasAttachments` is true. `bytes` is the size of the answer,
   * and `more` says that others may stand behind its last. Throws AnswerTooLargeError past `maxBytes`.
   */
  listWithAttachments(
    args: { userId: string; folderId: string; from: string; before: string; attachedOnly: boolean; most: number; maxBytes: number },
    options: CallOptions,
  ): Promise<{ messages: GraphListedAttachments[]; bytes: number; more: boolean }>;
  /**
   * Reads an attachment's bytes as a stream: returns size and SHA-256 (hex), and the bytes themselves when they are no more
   * than `keepBytes` (none otherwise). A mail comes as MIME, an event as iCalendar, a contact as vCard.
   */
  readAttachment(
    args: { userId: string; messageId: string; attachmentId: string; keepBytes?: number },
    options: CallOptions,
  ): Promise<{ bytes: number; sha256: string; content: Uint8Array | null }>;
  /** Where an attachment that is only a link leads. */
  getReference(args: { userId: string; messageId: string; attachmentId: string }, options: CallOptions): Promise<GraphReference>;
  /** Hands a message's MIME form over in chunks, each when the one before was taken; returns its size in bytes. */
  readMime(
    args: { userId: string; messageId: string },
    options: CallOptions & { onChunk: (chunk: Uint8Array) => Promise<void> },
  ): Promise<number>;
  /** All calendars of the mailbox, those in calendar groups too, each once. */
  listCalendars(args: { userId: string }, options: CallOptions): Promise<GraphCalendar[]>;
  listEvents(
    args: { userId: string; calendarId: string; link: string | null; whole: boolean; pageSize: number },
    options: CallOptions,
  ): Promise<ListPage<GraphEvent>>;
  /** Occurrences of a series that touch a window, in short. */
  listInstances(
    args: { userId: string; eventId: string; from: Date; to: Date; link: string | null; pageSize: number },
    options: CallOptions,
  ): Promise<ListPage<GraphEvent>>;
  countEvents(args: { userId: string; calendarId: string }, options: CallOptions): Promise<number>;
  getEvent(args: { userId: string; eventId: string }, options: CallOptions): Promise<GraphEvent>;
  /** Asks Entra for a token and tells the cause of a refusal (a code of contract/errors.ts). */
  checkCredential(options: CallOptions): Promise<{ accepted: true } | { accepted: false; code: string; transient: boolean }>;
  close(): Promise<void>;
}
