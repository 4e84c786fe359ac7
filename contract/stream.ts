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
  /** Items of every kind, as Graph told when the folder changed last. */
  items: Type.Integer(),
  /** `<crawlId>/<cycle>` in which the delta of folders told `items`; lacking where it did not. */
  itemsToldIn: Type.Optional(Type.String()),
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
/** Where a walk of a folder's list is: by time of receipt, oldest first. It is written with each page. */
export const ListWalk = Type.Object({
  /** When the walk began; what it has proven absent was shown by nothing since. */
  startedAt: StoredDate,
  /** The second from which on messages are still to be listed; null: from the beginning. */
  from: Nullable(StoredDate),
  /** Messages received from then on are not listed; null: up to the newest. */
  before: Nullable(StoredDate),
  /** Short hashes of the ids listed of that second, so that none is counted twice. */
  edge: Type.Array(Type.String()),
  /** How many different messages were listed. */
  seen: Type.Integer(),
  /** How many stored ones were not listed where they should be. */
  absent: Type.Integer(),
  /** How many documents the walk wrote. */
  mended: Type.Integer(),
});
export type ListWalk = Static<typeof ListWalk>;

export const countExplanations = ['equal', 'skips', 'policy', 'arrivals', 'compared', 'unexplained'] as const;
export type CountExplanation = (typeof countExplanations)[number];

/** Graph's own count of a folder or calendar beside ours. */
export const StreamCounts = Type.Object({
  graph: Nullable(Type.Integer()),
  comparedAt: Nullable(StoredDate),
  /** What the stream shows of it. */
  own: Type.Optional(Nullable(Type.Integer())),
  /** What of Graph's is not ours to store: given up, and left out by policy. */
  skips: Type.Optional(Type.Integer()),
  excluded: Type.Optional(Type.Integer()),
  /** Graph's count less all of these: 0 when every message is accounted for. */
  difference: Type.Optional(Nullable(Type.Integer())),
  explanation: Type.Optional(Nullable(Words(countExplanations))),
  /** How many documents a comparison of ids has mended. */
  mended: Type.Optional(Type.Integer()),
});
export type StreamCounts = Static<typeof StreamCounts>;

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
  /** When delta was last tried in vain. */
  deltaTriedAt: Type.Optional(Nullable(StoredDate)),
  /** Delta tells ids and change keys alone: an item of the folder cannot be rendered. */
  keysOnly: Type.Optional(Type.Boolean()),
  list: Type.Optional(Nullable(ListWalk)),
  /** Of a giant folder that was divided: how many of its spans are still to be read. No lane reads the stream itself before. */
  spansLeft: Type.Optional(Nullable(Type.Integer())),
  /** The policy's time of receipt from which on the stream was read. */
  receivedFrom: Type.Optional(Nullable(StoredDate)),
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
  counts: StreamCounts,
  /** Set when the folder or calendar is gone; an ended stream is never read. */
  endedAt: Nullable(StoredDate),
  /** Of calendars alone, once they were read. */
  calendar: Type.Optional(Nullable(StreamCalendar)),
});
export type Stream = Static<typeof Stream>;
