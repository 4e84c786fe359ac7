import { Type, type Static } from 'typebox';
import { protectionKinds } from '../../contract/document-fields.ts';
import type { StoredDocument } from '../../contract/document.ts';
import { Nullable, Person, Words } from '../../contract/schema.ts';
import { isoOrNull, Timestamp } from './common.ts';

const Text = Nullable(Type.String());
const Moment = Nullable(Timestamp);

const AttendeeAnswer = Type.Object({ name: Text, address: Text, type: Text, response: Text, respondedAt: Moment });

const MeetingAnswer = Type.Object({
  type: Text,
  startAt: Moment,
  endAt: Moment,
  allDay: Type.Boolean(),
  location: Text,
  recurrence: Type.Unknown(),
  outOfDate: Type.Boolean(),
  requestType: Text,
  responseType: Text,
  event: Type.Optional(
    Nullable(
      Type.Object(
        { graphId: Type.String(), iCalUId: Text, organizer: Nullable(Person), seriesMasterId: Text },
        { description: 'The event in the mailbox; null when there is none (any more), absent when Graph did not say' },
      ),
    ),
  ),
});

const SizeAnswer = Type.Object(
  { bytes: Type.Integer(), of: Words(['mime', 'parts'] as const) },
  {
    description:
      'Graph tells no size of a message. `mime`: its MIME form, exactly. `parts`: the body and the attachments as Graph counts them, without headers and encoding',
  },
);

/** What a document's answer has of messages and events beyond a list's summary. */
export const ItemFields = {
  conversationIndex: Text,
  inReplyTo: Text,
  references: Type.Array(Type.String()),
  attendees: Type.Array(AttendeeAnswer),
  endTimeZone: Text,
  originalStartAt: Moment,
  cancelledOccurrences: Type.Array(Type.String()),
  recurrence: Type.Unknown(),
  showAs: Text,
  response: Text,
  onlineMeeting: Nullable(Type.Object({ provider: Text, joinUrl: Text })),
  busyOnly: Type.Boolean({ description: 'A private event of which only the times are kept, as the policy of the source says' }),
  meeting: Nullable(MeetingAnswer),
  flag: Text,
  flagStartAt: Moment,
  flagDueAt: Moment,
  flagCompletedAt: Moment,
  inferenceClassification: Text,
  readReceiptRequested: Type.Boolean(),
  deliveryReceiptRequested: Type.Boolean(),
  links: Type.Array(Type.String()),
  linksTruncated: Type.Boolean(),
  headers: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
  headersTruncated: Type.Boolean({ description: 'True when headers were left out or cut' }),
  protection: Type.Array(Type.Object({ kind: Words(protectionKinds), seenIn: Words(['header', 'body', 'attachment'] as const) }), {
    description: 'Encryption and signatures that were seen, and where; nothing is said of what was not seen',
  }),
  size: Nullable(SizeAnswer),
  mime: Nullable(
    Type.Object(
      { bytes: Type.Integer(), sha256: Type.String(), readAt: Timestamp },
      { description: 'The MIME form that is kept: GET /v1/documents/{id}/mime' },
    ),
  ),
};
const Answer = Type.Object(ItemFields);
type Answer = Static<typeof Answer>;

function sizeOf({ kind, body, mime }: StoredDocument, attachments: readonly StoredDocument[]): Answer['size'] {
  if (kind !== 'message') return null;
  if (typeof mime?.bytes === 'number') return { bytes: mime.bytes, of: 'mime' };
  const attached = attachments.reduce((sum, { attachment }) => sum + (attachment?.graphBytes ?? 0), 0);
  return { bytes: (body?.bytes ?? 0) + attached, of: 'parts' };
}

function meetingOf({ meeting }: StoredDocument): Answer['meeting'] {
  if (!meeting) return null;
  return { ...meeting, recurrence: meeting.recurrence ?? null, startAt: isoOrNull(meeting.startAt), endAt: isoOrNull(meeting.endAt) };
}

function mimeOf({ mime }: StoredDocument): Answer['mime'] {
  if (!mime?.fileId || mime.bytes === null || mime.sha256 === null || mime.readAt === null) return null;
  return { bytes: mime.bytes, sha256: mime.sha256, readAt: mime.readAt.toISOString() };
}

export function fieldsOfItem(document: StoredDocument, attachments: readonly StoredDocument[]): Answer {
  return {
    conversationIndex: document.conversationIndex ?? null,
    inReplyTo: document.inReplyTo ?? null,
    references: document.references ?? [],
    attendees: (document.attendees ?? []).map(({ name, address, type = null, response = null, respondedAt }) => ({
      ...{ name, address, type, response },
      respondedAt: isoOrNull(respondedAt),
    })),
    endTimeZone: document.endTimeZone ?? null,
    originalStartAt: isoOrNull(document.originalStartAt),
    cancelledOccurrences: document.cancelledOccurrences ?? [],
    recurrence: document.recurrence ?? null,
    showAs: document.showAs ?? null,
    response: document.response ?? null,
    onlineMeeting: document.onlineMeeting ?? null,
    busyOnly: document.busyOnly ?? false,
    meeting: meetingOf(document),
    flag: document.flag ?? null,
    flagStartAt: isoOrNull(document.flagStartAt),
    flagDueAt: isoOrNull(document.flagDueAt),
    flagCompletedAt: isoOrNull(document.flagCompletedAt),
    inferenceClassification: document.inferenceClassification ?? null,
    readReceiptRequested: document.readReceiptRequested ?? false,
    deliveryReceiptRequested: document.deliveryReceiptRequested ?? false,
    links: document.links ?? [],
    linksTruncated: document.linksTruncated ?? false,
    headers: document.headers ?? [],
    headersTruncated: document.headersTruncated ?? false,
    protection: [...(document.protection ?? []), ...(document.attachmentProtection ?? [])],
    size: sizeOf(document, attachments),
    mime: mimeOf(document),
  };
}
