import { Type, type Static } from 'typebox';
import { Attendee, InternetHeader, Meeting, MimeState, OnlineMeeting, Protection } from './document-fields.ts';
import { Extraction } from './extraction.ts';
import { Nullable, Person, StoredDate, Words } from './schema.ts';

export type { InternetHeader, Protection } from './document-fields.ts';

export const documentKinds = ['message', 'event', 'attachment'] as const;
export type DocumentKind = (typeof documentKinds)[number];

export const removalReasons = ['deleted', 'movedOut', 'mailboxGone', 'outOfScope', 'accessLost'] as const;
export type RemovalReason = (typeof removalReasons)[number];

/** What one stream last said of the item. */
export const Slot = Type.Object({
  generation: Type.Integer(),
  present: Type.Boolean(),
  asOf: StoredDate,
  /** It was present when its folder ceased to be read, and is so again when the folder is. */
  held: Type.Optional(Type.Boolean()),
  /** A list did not name it where it should: cleared when the list is proven to have named all. */
  doubtedAt: Type.Optional(StoredDate),
});
export type Slot = Static<typeof Slot>;

export const Body = Type.Object({
  contentType: Words(['text', 'html'] as const),
  /** Null when the body was moved to GridFS for its size; `fileId` then names it. */
  content: Nullable(Type.String()),
  fileId: Nullable(Type.String()),
  bytes: Type.Integer(),
});

/**
 * What an item says, as Trawl stores it. Every field is optional: Graph may report only what changed, and what is
 * not given keeps its stored value.
 */
export const DocumentContent = Type.Partial(
  Type.Object({
    changeKey: Nullable(Type.String()),
    internetMessageId: Nullable(Type.String()),
    conversationId: Nullable(Type.String()),
    /** Where the message stands in its conversation, as Outlook writes it (base64). */
    conversationIndex: Nullable(Type.String()),
    inReplyTo: Nullable(Type.String()),
    references: Type.Array(Type.String()),
    iCalUId: Nullable(Type.String()),
    subject: Nullable(Type.String()),
    from: Nullable(Person),
    sender: Nullable(Person),
    to: Type.Array(Person),
    cc: Type.Array(Person),
    bcc: Type.Array(Person),
    replyTo: Type.Array(Person),
    organizer: Nullable(Person),
    attendees: Type.Array(Attendee),
    sentAt: Nullable(StoredDate),
    receivedAt: Nullable(StoredDate),
    createdAt: Nullable(StoredDate),
    startAt: Nullable(StoredDate),
    endAt: Nullable(StoredDate),
    /** IANA or Windows name as Graph gives it, beside the times in UTC. */
    timeZone: Nullable(Type.String()),
    endTimeZone: Nullable(Type.String()),
    /** Where the series would have a changed occurrence. */
    originalStartAt: Nullable(StoredDate),
    /** Graph's id of a changed occurrence; its `graphId` is `<id of the series>@<original start>`. */
    occurrenceId: Nullable(Type.String()),
    /** Days on which a series was cancelled, as Graph gives them. */
    cancelledOccurrences: Type.Array(Type.String()),
    showAs: Nullable(Type.String()),
    /** The mailbox's own answer to the invitation. */
    response: Nullable(Type.String()),
    onlineMeeting: Nullable(OnlineMeeting),
    /** A private event of which, by the source's policy, only the times are kept. */
    busyOnly: Type.Boolean(),
    allDay: Type.Boolean(),
    eventType: Nullable(Type.String()),
    seriesMasterId: Nullable(Type.String()),
    recurrence: Type.Unknown(),
    location: Nullable(Type.String()),
    cancelled: Type.Boolean(),
    body: Nullable(Body),
    /** The body as clean text, cut at 1 MB. */
    text: Nullable(Type.String()),
    textTruncated: Type.Boolean(),
    preview: Nullable(Type.String()),
    /** Addresses that the body leads to, each once. */
    links: Type.Array(Type.String()),
    linksTruncated: Type.Boolean(),
    /** Internet headers in their order; beyond a bound they are cut, and `headersTruncated` says so. */
    headers: Type.Array(InternetHeader),
    headersTruncated: Type.Boolean(),
    /** Encryption and signatures seen in headers and body. */
    protection: Type.Array(Protection),
    meeting: Nullable(Meeting),
    importance: Nullable(Type.String()),
    sensitivity: Nullable(Type.String()),
    categories: Type.Array(Type.String()),
    flag: Nullable(Type.String()),
    flagStartAt: Nullable(StoredDate),
    flagDueAt: Nullable(StoredDate),
    flagCompletedAt: Nullable(StoredDate),
    inferenceClassification: Nullable(Type.String()),
    readReceiptRequested: Type.Boolean(),
    deliveryReceiptRequested: Type.Boolean(),
    read: Type.Boolean(),
    draft: Type.Boolean(),
    hasAttachments: Type.Boolean(),
    webLink: Nullable(Type.String()),
    itemType: Nullable(Type.String()),
  }),
);
export type DocumentContent = Static<typeof DocumentContent>;

/** What is known of one attachment. */
export const AttachmentContent = Type.Object({
  name: Nullable(Type.String()),
  contentType: Nullable(Type.String()),
  attachmentType: Words(['file', 'item', 'reference'] as const),
  inline: Type.Boolean(),
  contentId: Nullable(Type.String()),
  /** Size as Graph says it, which counts the stored form. */
  graphBytes: Type.Integer(),
  /** Bytes of the content itself; null where there is none to read. */
  bytes: Nullable(Type.Integer()),
  sha256: Nullable(Type.String()),
  /** By its content, where `contentType` is what the sender said. */
  mediaType: Type.Optional(Nullable(Type.String())),
  /** What came of reading it for its words; the words are the document's `text`. */
  extraction: Type.Optional(Nullable(Extraction)),
  /** Of a reference: where it leads, and who keeps the file. */
  link: Type.Optional(Nullable(Type.Object({ url: Nullable(Type.String()), provider: Nullable(Type.String()) }))),
  /** How many files lie in it, on all levels; each is a document below this one. */
  parts: Type.Optional(Type.Integer()),
});
export type AttachmentContent = Static<typeof AttachmentContent>;

/** Whether a message's attachments are still to be read; `key` changes when they must be read again. */
export const AttachmentsDue = Type.Object({
  due: Type.Boolean(),
  key: Type.String(),
  claim: Nullable(Type.Object({ lane: Type.Integer(), pass: Type.Integer() })),
  tries: Type.Integer(),
});

const identity = Type.Object({
  _id: Type.String(),
  kind: Words(documentKinds),
  sourceId: Type.String(),
  datasetId: Type.String(),
  mailboxId: Type.String(),
  country: Type.String(),
  graphId: Type.String(),
  /** The message that an attachment belongs to, or the attachment that a part of one lies in. */
  parentId: Nullable(Type.String()),
  /** Of parts of attachments alone: the message at the top. */
  rootId: Type.Optional(Nullable(Type.String())),
});

const bookkeeping = Type.Object({
  crawlId: Type.String(),
  firstSeenAt: StoredDate,
  lastSeenAt: StoredDate,
  folderId: Nullable(Type.String()),
  folderPath: Nullable(Type.String()),
  /** `lastModifiedDateTime` of the content held, and when that content was asked for: newer wins, in this order. */
  lastModifiedAt: Nullable(StoredDate),
  contentAsOf: StoredDate,
  contentHash: Nullable(Type.String()),
  seenIn: Type.Record(Type.String(), Slot),
  /** Since when no slot is present: gone, until a look at the item proves otherwise. */
  unseenSince: Nullable(StoredDate),
  /** A look found it in a crawled folder though no stream shows it; it is looked at again. */
  kept: Nullable(Type.Object({ folderId: Type.String(), looks: Type.Integer(), nextLookAt: StoredDate })),
  /**
   * `folderId` names the folder that is not read any more, where that is why: it comes back with the folder alone.
   * `erasedAt` is set when the content of what was only hidden has been erased too, after the policy's time.
   */
  removal: Nullable(
    Type.Object({
      reason: Words(removalReasons),
      at: StoredDate,
      folderId: Type.Optional(Type.String()),
      erasedAt: Type.Optional(StoredDate),
    }),
  ),
  attachments: Nullable(AttachmentsDue),
  /** Encryption and signatures seen in the message's attachments. */
  attachmentProtection: Type.Optional(Type.Array(Protection)),
  /** The message's MIME form; absent where the source does not keep it. */
  mime: Type.Optional(Nullable(MimeState)),
  indexDueAt: Nullable(StoredDate),
});

/** A stored document: its identity, its bookkeeping, and what the item says. */
export const StoredDocument = Type.Intersect([
  identity,
  bookkeeping,
  DocumentContent,
  Type.Object({ attachment: Type.Optional(AttachmentContent) }),
]);
export type StoredDocument = Static<typeof StoredDocument>;
