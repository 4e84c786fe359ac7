import { Type, type Static } from 'typebox';
import { completenesses, StoredCounts } from './crawl.ts';
import { MailboxKind } from './mailbox-class.ts';
import { Nullable, StoredDate, Words } from './schema.ts';
import { mailboxStates } from './workflow/states.ts';

export const calendarIgnoredWhy = ['shared', 'subscribed', 'unreadable'] as const;

/** A calendar that is listed but not read, and whose it is. */
export const IgnoredCalendar = Type.Object({
  graphId: Type.String(),
  name: Type.String(),
  /** `unreadable`: nobody is said to own it, and Graph cannot read it, as with shares of the old style. */
  why: Words(calendarIgnoredWhy),
  owner: Nullable(Type.String()),
});
export type IgnoredCalendar = Static<typeof IgnoredCalendar>;

/** One mailbox of a source's scope. */
export const Mailbox = Type.Object({
  _id: Type.String(),
  sourceId: Type.String(),
  ...MailboxKind.properties,
  /** Entra object id of the mailbox's user; of an in-place archive `MBX:<guid>@<tenant>`. */
  mailboxId: Type.String(),
  address: Nullable(Type.String()),
  aliases: Type.Array(Type.String()),
  displayName: Nullable(Type.String()),
  state: Words(mailboxStates),
  /** Code of contract/errors.ts that explains the state. */
  reason: Nullable(Type.String()),
  /** `<crawlId>/<cycle>` in which the scope held it last, with the number of the resolution when there were several. */
  resolvedIn: Type.String(),
  /** `<crawlId>/<cycle>` in which it was last closed, whatever the outcome. */
  closedIn: Nullable(Type.String()),
  /** Grows when the mailbox is opened; names the pass of its lanes. */
  pass: Type.Integer(),
  /** Number that the next new stream gets. */
  nextStreamNumber: Type.Integer(),
  ignoredCalendars: Type.Array(IgnoredCalendar),
  /** Names of calendars that are read though nobody is said to own them. */
  ownerlessCalendars: Type.Optional(Type.Array(Type.String())),
  /** Whether its messages are marked for their MIME forms to be kept. */
  keepsMime: Type.Optional(Type.Boolean()),
  /** Whether files of it may have been left unread by a worker without readers. */
  wordsLeftOut: Type.Optional(Type.Boolean()),
  counts: StoredCounts,
  /** Whether the last cycle stored all that Graph counts, and what of it is not explained: streams by code. */
  completeness: Type.Optional(Nullable(Words(completenesses))),
  reasons: Type.Optional(Type.Record(Type.String(), Type.Integer())),
  /** The policy's time of receipt that its documents follow. */
  receivedFrom: Type.Optional(Nullable(StoredDate)),
  lastClosedAt: Nullable(StoredDate),
  createdAt: StoredDate,
});
export type Mailbox = Static<typeof Mailbox>;
