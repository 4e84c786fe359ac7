import { Type, type Static } from 'typebox';
import { FoldersNotRead, mailboxClasses, noFoldersNotRead } from '../../contract/mailbox-class.ts';
import { calendarIgnoredWhy, type Mailbox } from '../../contract/mailbox.ts';
import { completenesses } from '../../contract/crawl.ts';
import { Nullable, Words } from '../../contract/schema.ts';
import { mailboxStates } from '../../contract/workflow/states.ts';
import { ReasonAnswer, toReason } from '../reasons.ts';
import { closed, CountsAnswer, iso, isoOrNull, pageFields, Timestamp } from './common.ts';
import { countsExample, mailboxIdExample, sourceIdExample, timeExample } from './examples.ts';

export const MailboxQuery = Type.Object(
  { ...pageFields, state: Type.Optional(Words(mailboxStates)), class: Type.Optional(Words(mailboxClasses)) },
  closed,
);

const example = {
  ...{ id: `${sourceIdExample}:${mailboxIdExample}`, mailboxId: mailboxIdExample, address: 'anna@contoso.example', aliases: [] },
  ...{ displayName: 'Anna Berg', class: 'user', archiveOf: null, state: 'done', reason: null, notes: [], unreadableSince: null },
  ...{ foldersNotRead: noFoldersNotRead, ignoredCalendars: [], ownerlessCalendars: [], completeness: 'complete', reasons: {} },
  ...{ counts: countsExample, lastClosedAt: timeExample, createdAt: timeExample },
};

export const MailboxAnswer = Type.Object(
  {
    id: Type.String(),
    mailboxId: Type.String({ description: 'Object id of the user in Entra; of an in-place archive MBX:<guid>@<tenant>' }),
    address: Nullable(Type.String()),
    aliases: Type.Array(Type.String()),
    displayName: Nullable(Type.String()),
    class: Words(mailboxClasses),
    archiveOf: Nullable(Type.String({ description: 'Of an in-place archive: the mailboxId of its owner' })),
    state: Words(mailboxStates),
    reason: ReasonAnswer,
    notes: Type.Array(ReasonAnswer, { description: 'What does not stop the crawl of the mailbox but is to be known' }),
    unreadableSince: Type.Union([Timestamp, Type.Null()], {
      description: 'Since when it cannot be read; what is stored of it stays until it can',
    }),
    foldersNotRead: FoldersNotRead,
    ignoredCalendars: Type.Array(Type.Object({ name: Type.String(), why: Words(calendarIgnoredWhy), owner: Nullable(Type.String()) }), {
      description: 'Calendars that are listed but not read, since they are not of this mailbox',
    }),
    ownerlessCalendars: Type.Array(Type.String(), { description: 'Calendars that are read though Graph names no owner' }),
    completeness: Nullable(Words(completenesses)),
    reasons: Type.Record(Type.String(), Type.Integer(), {
      description: 'What keeps it from being complete: its folders and calendars by code of docs/errors.md',
    }),
    counts: CountsAnswer,
    lastClosedAt: Nullable(Timestamp),
    createdAt: Timestamp,
  },
  { title: 'Mailbox', examples: [example] },
);
export type MailboxAnswer = Static<typeof MailboxAnswer>;

export function toMailboxAnswer(mailbox: Mailbox): MailboxAnswer {
  return {
    id: mailbox._id,
    mailboxId: mailbox.mailboxId,
    address: mailbox.address,
    aliases: mailbox.aliases,
    displayName: mailbox.displayName,
    class: mailbox.class,
    archiveOf: mailbox.archiveOf,
    state: mailbox.state,
    reason: toReason(mailbox.reason),
    notes: mailbox.notes.map(toReason),
    unreadableSince: isoOrNull(mailbox.unreadableSince),
    foldersNotRead: mailbox.foldersNotRead,
    ignoredCalendars: mailbox.ignoredCalendars.map(({ name, why, owner }) => ({ name, why, owner })),
    ownerlessCalendars: mailbox.ownerlessCalendars ?? [],
    completeness: mailbox.completeness ?? null,
    reasons: mailbox.reasons ?? {},
    counts: mailbox.counts,
    lastClosedAt: isoOrNull(mailbox.lastClosedAt),
    createdAt: iso(mailbox.createdAt),
  };
}
