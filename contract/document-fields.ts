import { Type, type Static } from 'typebox';
import { Nullable, Person, StoredDate, Words } from './schema.ts';

/** A header of a mail as it travelled; of a long value the beginning. */
export const InternetHeader = Type.Object({ name: Type.String(), value: Type.String() });
export type InternetHeader = Static<typeof InternetHeader>;

export const protectionKinds = [
  'smimeSigned',
  'smimeEncrypted',
  /** S/MIME in one part that does not say whether it is signed or encrypted. */
  'smime',
  'pgpSigned',
  'pgpEncrypted',
  'rightsProtected',
] as const;
export type ProtectionKind = (typeof protectionKinds)[number];

/** An encryption or a signature that was seen, and where. Nothing is said of what was not seen. */
export const Protection = Type.Object({ kind: Words(protectionKinds), seenIn: Words(['header', 'body', 'attachment'] as const) });
export type Protection = Static<typeof Protection>;

/** The event behind a message about a meeting, as the mailbox's calendar has it. */
export const MeetingEvent = Type.Object({
  graphId: Type.String(),
  iCalUId: Nullable(Type.String()),
  organizer: Nullable(Person),
  seriesMasterId: Nullable(Type.String()),
});

/** What a message about a meeting says of it. */
export const Meeting = Type.Object({
  /** Graph's word: meetingRequest, meetingCancelled, meetingAccepted, meetingTenativelyAccepted, meetingDeclined. */
  type: Nullable(Type.String()),
  startAt: Nullable(StoredDate),
  endAt: Nullable(StoredDate),
  allDay: Type.Boolean(),
  location: Nullable(Type.String()),
  recurrence: Type.Unknown(),
  outOfDate: Type.Boolean(),
  requestType: Nullable(Type.String()),
  responseType: Nullable(Type.String()),
  /** Null: the mailbox has no such event (any more). Absent: Graph did not say. */
  event: Type.Optional(Nullable(MeetingEvent)),
});
export type Meeting = Static<typeof Meeting>;

/** Somebody who was invited; of the organiser of a mail only name and address are known. */
export const Attendee = Type.Object({
  name: Nullable(Type.String()),
  address: Nullable(Type.String()),
  /** required, optional or resource. */
  type: Type.Optional(Nullable(Type.String())),
  /** none, organizer, tentativelyAccepted, accepted, declined or notResponded. */
  response: Type.Optional(Nullable(Type.String())),
  respondedAt: Type.Optional(Nullable(StoredDate)),
});
export type Attendee = Static<typeof Attendee>;

export const OnlineMeeting = Type.Object({ provider: Nullable(Type.String()), joinUrl: Nullable(Type.String()) });

/** The MIME form of a message: whether it is still to be read, and the file that holds it. */
export const MimeState = Type.Object({
  due: Type.Boolean(),
  /** Changes when the MIME form does. */
  key: Type.String(),
  claim: Nullable(Type.Object({ lane: Type.Integer(), pass: Type.Integer() })),
  tries: Type.Integer(),
  /** GridFS file of `mimes`; null while there is none. */
  fileId: Nullable(Type.String()),
  bytes: Nullable(Type.Integer()),
  sha256: Nullable(Type.String()),
  readAt: Nullable(StoredDate),
});
export type MimeState = Static<typeof MimeState>;
