import { Type, type Static } from 'typebox';
import { documentKinds, removalReasons, type StoredDocument } from '../../contract/document.ts';
import { extractionOutcomes } from '../../contract/extraction.ts';
import { Nullable, Person, Words } from '../../contract/schema.ts';
import { fieldsOfItem, ItemFields } from './document-fields.ts';
import { closed, iso, isoOrNull, Timestamp } from './common.ts';
import { documentExample, summaryExample } from './document-example.ts';
import { timeExample } from './examples.ts';

export const DocumentIdParams = Type.Object(
  { id: Type.String({ minLength: 1, maxLength: 1500, description: 'the id of a document, percent-encoded' }) },
  closed,
);

/** Bytes, not JSON. */
export const MimeAnswer = {
  description: 'The message as message/rfc822. Exchange makes it for the asking: signatures over the original need not verify',
  content: { 'message/rfc822': { schema: Type.Unsafe<unknown>({ type: 'string', format: 'binary' }) } },
};

/** No body: the browser goes on to Outlook. */
export const OpenAnswer = Type.Null({ description: '`Location` leads to the item in Outlook on the web, which asks who opens it' });

const AttachmentAnswer = Type.Object(
  {
    id: Type.String(),
    name: Nullable(Type.String()),
    contentType: Nullable(Type.String()),
    attachmentType: Type.String(),
    inline: Type.Boolean(),
    bytes: Nullable(Type.Integer()),
    sha256: Nullable(Type.String()),
    mediaType: Nullable(Type.String({ description: 'By its content; `contentType` is what the sender said' })),
    extraction: Nullable(
      Type.Object(
        { outcome: Words(extractionOutcomes), words: Nullable(Type.String()) },
        { description: 'What came of reading it for its words, and why there are none or not all; null for a link' },
      ),
    ),
    link: Nullable(
      Type.Object(
        { url: Nullable(Type.String()), provider: Nullable(Type.String()) },
        { description: 'Of a cloud attachment: where it leads, and who keeps the file' },
      ),
    ),
    parts: Type.Integer({ description: 'How many files lie in it, each a document below it' }),
  },
  { title: 'Attachment' },
);

/** What a list shows of a document. */
const SummaryFields = {
  id: Type.String(),
  kind: Words(documentKinds),
  sourceId: Type.String(),
  sourceDeletedAt: Nullable(
    Type.String({ format: 'date-time', description: 'The source was deleted then, and its documents were kept', examples: [timeExample] }),
  ),
  datasetId: Type.String(),
  mailboxId: Type.String(),
  country: Type.String(),
  folderPath: Nullable(Type.String()),
  subject: Nullable(Type.String()),
  from: Nullable(Person),
  to: Type.Array(Person),
  organizer: Nullable(Person),
  sentAt: Nullable(Timestamp),
  receivedAt: Nullable(Timestamp),
  startAt: Nullable(Timestamp),
  endAt: Nullable(Timestamp),
  preview: Nullable(Type.String()),
  hasAttachments: Type.Boolean(),
  webLink: Nullable(Type.String({ description: 'Opens the item in Outlook on the web, for those who may' })),
  parentId: Nullable(Type.String({ description: 'The message that an attachment belongs to, or the attachment that a part lies in' })),
  attachment: Nullable(AttachmentAnswer),
  removal: Nullable(
    Type.Object(
      { reason: Words(removalReasons), at: Timestamp },
      { description: 'Why and when it was removed; of a removed document nothing is told but this, its kind, its dates and where it was' },
    ),
  ),
};
export const DocumentSummary = Type.Object(SummaryFields, { title: 'DocumentSummary', examples: [summaryExample] });
export type DocumentSummary = Static<typeof DocumentSummary>;

export const DocumentAnswer = Type.Object(
  {
    ...SummaryFields,
    graphId: Type.String(),
    internetMessageId: Nullable(Type.String()),
    conversationId: Nullable(Type.String()),
    iCalUId: Nullable(Type.String()),
    sender: Nullable(Person),
    cc: Type.Array(Person),
    bcc: Type.Array(Person),
    replyTo: Type.Array(Person),
    timeZone: Nullable(Type.String()),
    allDay: Type.Boolean(),
    eventType: Nullable(Type.String()),
    seriesMasterId: Nullable(Type.String()),
    location: Nullable(Type.String()),
    cancelled: Type.Boolean(),
    ...ItemFields,
    importance: Nullable(Type.String()),
    sensitivity: Nullable(Type.String()),
    categories: Type.Array(Type.String()),
    read: Type.Boolean(),
    draft: Type.Boolean(),
    body: Nullable(
      Type.Object(
        { contentType: Words(['text', 'html'] as const), content: Nullable(Type.String()), bytes: Type.Integer() },
        {
          description: 'As Graph gave it. `content` is null when the body is larger than 1 MB: `text` then holds its beginning',
        },
      ),
    ),
    text: Nullable(Type.String({ description: 'The body as plain text; of an attachment, its words' })),
    textTruncated: Type.Boolean(),
    attachments: Type.Array(AttachmentAnswer),
    crawlId: Type.String(),
    firstSeenAt: Timestamp,
    lastSeenAt: Timestamp,
    lastModifiedAt: Nullable(Type.String({ format: 'date-time', examples: [timeExample] })),
  },
  { title: 'Document', examples: [documentExample] },
);
export type DocumentAnswer = Static<typeof DocumentAnswer>;

function toAttachment(document: StoredDocument): Static<typeof AttachmentAnswer> | null {
  const { attachment } = document;
  if (attachment === undefined) return null;
  const { name, contentType, attachmentType, inline, bytes, sha256, mediaType = null, link = null, parts = 0 } = attachment;
  const { outcome, words = null } = attachment.extraction ?? {};
  const extraction = outcome === undefined ? null : { outcome, words };
  return { id: document._id, name, contentType, attachmentType, inline, bytes, sha256, mediaType, extraction, link, parts };
}

/** Deleted sources by id, as far as documents of them were kept. */
export type DeletedSources = ReadonlyMap<string, { deletedAt: Date }>;

/** What is told of a document that was removed. */
const remembered = ['sentAt', 'receivedAt', 'startAt', 'endAt'] as const;

function toRemovedSummary(document: StoredDocument, deleted: DeletedSources): DocumentSummary {
  const { _id, kind, sourceId, datasetId, mailboxId, country, folderPath, removal } = document;
  const dates = Object.fromEntries(remembered.map((field) => [field, isoOrNull(document[field])])) as Record<
    (typeof remembered)[number],
    string | null
  >;
  return {
    ...{
      id: _id,
      kind,
      sourceId,
      sourceDeletedAt: isoOrNull(deleted.get(sourceId)?.deletedAt),
      datasetId,
      mailboxId,
      country,
      folderPath,
      ...dates,
    },
    ...{ subject: null, from: null, to: [], organizer: null, preview: null, hasAttachments: false, webLink: null, attachment: null },
    parentId: document.parentId,
    removal: removal === null ? null : { reason: removal.reason, at: iso(removal.at) },
  };
}

/** What a list shows of a document: of one that was removed, not what it said. */
export function toDocumentSummary(document: StoredDocument, deleted: DeletedSources): DocumentSummary {
  if (document.removal !== null) return toRemovedSummary(document, deleted);
  return {
    id: document._id,
    kind: document.kind,
    sourceId: document.sourceId,
    sourceDeletedAt: isoOrNull(deleted.get(document.sourceId)?.deletedAt),
    datasetId: document.datasetId,
    mailboxId: document.mailboxId,
    country: document.country,
    folderPath: document.folderPath,
    subject: document.subject ?? null,
    from: document.from ?? null,
    to: document.to ?? [],
    organizer: document.organizer ?? null,
    sentAt: isoOrNull(document.sentAt),
    receivedAt: isoOrNull(document.receivedAt),
    startAt: isoOrNull(document.startAt),
    endAt: isoOrNull(document.endAt),
    preview: document.preview ?? null,
    hasAttachments: document.hasAttachments ?? false,
    webLink: document.webLink ?? null,
    parentId: document.parentId,
    attachment: toAttachment(document),
    removal: null,
  };
}

function toBody({ body }: StoredDocument): DocumentAnswer['body'] {
  return body ? { contentType: body.contentType, content: body.content, bytes: body.bytes } : null;
}

export function toDocumentAnswer(
  document: StoredDocument,
  { attachments, deleted }: { attachments: StoredDocument[]; deleted: DeletedSources },
): DocumentAnswer {
  return {
    ...toDocumentSummary(document, deleted),
    graphId: document.graphId,
    internetMessageId: document.internetMessageId ?? null,
    conversationId: document.conversationId ?? null,
    iCalUId: document.iCalUId ?? null,
    sender: document.sender ?? null,
    cc: document.cc ?? [],
    bcc: document.bcc ?? [],
    replyTo: document.replyTo ?? [],
    timeZone: document.timeZone ?? null,
    allDay: document.allDay ?? false,
    eventType: document.eventType ?? null,
    seriesMasterId: document.seriesMasterId ?? null,
    location: document.location ?? null,
    cancelled: document.cancelled ?? false,
    ...fieldsOfItem(document, attachments),
    importance: document.importance ?? null,
    sensitivity: document.sensitivity ?? null,
    categories: document.categories ?? [],
    read: document.read ?? false,
    draft: document.draft ?? false,
    body: toBody(document),
    text: document.text ?? null,
    textTruncated: document.textTruncated ?? false,
    attachments: attachments.map(toAttachment).filter((attachment) => attachment !== null),
    crawlId: document.crawlId,
    firstSeenAt: iso(document.firstSeenAt),
    lastSeenAt: iso(document.lastSeenAt),
    lastModifiedAt: isoOrNull(document.lastModifiedAt),
  };
}
