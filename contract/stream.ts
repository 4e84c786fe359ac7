import { Type, type Static } from 'typebox';
import { leftOutReasons } from './mailbox-class.ts';
import { privateEventPolicies } from './policy.ts';
import { Nullable, StoredDate, Words } from './schema.ts';

export const streamKinds = ['folders', 'messages', 'calendar'] as const;
export type StreamKind = (typeof streamKinds)[number];

/**
 * Where a stream is: `start` (nothing read in this generation), `page` (in the middle, `link` is Graph's nextLink),
 * `rest` (read to its end; `link` is Graph's deltaLink, null where a stream is listed).
 */
export const Cursor = Type.Object({
  at: Words(['start', 'page', 'rest'] as const),
  link: Nullable(Type.String()),
});
export type Cursor = Static<typeof Cursor>;

/** What Graph says of the folder behind a `messages` stream. */
export const StreamFolder = Type.Object({
  name: Type.String(),
  parentId: Nullable(Type.String()),
  items: Type.Integer(),
  hidden: Type.Boolean(),
  /** A search folder is virtual: its messages live elsewhere, so it is never read. */
  search: Type.Boolean(),
});
export type StreamFolder = Static<typeof StreamFolder>;

/** What a calendar's stream remembers of its last reading to the end. */
export const StreamCalendar = Type.Object({
  /** When the changed occurrences of all its series were last read. */
  mastersReadAt: StoredDate,
  /** When its list was last held against Graph's count; null when it never was. */
  countedAt: Nullable(StoredDate),
  /** How private events were kept then. */
  privateEvents: Words(privateEventPolicies),
});
export type StreamCalendar = Static<typeof StreamCalendar>;

/** One thing read page by page. */
export const Stream = Type.Object({
  _id: Type.String(),
  sourceId: Type.String(),
  mailboxId: Type.String(),
  kind: Words(streamKinds),
  graphId: Type.String(),
  /** The stream's short number in its mailbox; slots are kept under it. */
  number: Type.Integer(),
  /** Folder path below the root, or the calendar's name. */
  path: Type.String(),
  folder: Nullable(StreamFolder),
  /** False for what is known but not read: search folders, hidden folders, folders out of the root's reach. */
  crawled: Type.Boolean(),
  /** Why it is not crawled; lacking where an earlier version stopped reading it, which kept no slots. */
  leftOut: Type.Optional(Nullable(Words(leftOutReasons))),
  method: Words(['delta', 'list'] as const),
  methodReason: Nullable(Type.String()),
  generation: Type.Integer(),
  /** The last generation that was read to its end; 0 while none was. */
  restGeneration: Type.Integer(),
  /** Grows with each page that was written. */
  sequence: Type.Integer(),
  /** Grows with each taking; a lane with an older one can write nothing more. */
  lease: Type.Integer(),
  cursor: Cursor,
  /** Who walks it in which pass of the mailbox; null when nobody does. */
  claim: Nullable(Type.Object({ pass: Type.Integer(), lane: Type.Integer() })),
  /** The last pass in which it was read to its end. */
  readInPass: Type.Integer(),
  /** Code of contract/errors.ts when the last pass could not read it. */
  failure: Nullable(Type.String()),
  /** When its latest page to its end was asked for. */
  restAsOf: Nullable(StoredDate),
  /** When a page last brought something. */
  changedAt: Nullable(StoredDate),
  counts: Type.Object({ graph: Nullable(Type.Integer()), comparedAt: Nullable(StoredDate) }),
  /** Set when the folder or calendar is gone; an ended stream is never read. */
  endedAt: Nullable(StoredDate),
  /** Of calendars alone, once they were read. */
  calendar: Type.Optional(Nullable(StreamCalendar)),
});
export type Stream = Static<typeof Stream>;
