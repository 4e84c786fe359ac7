import { Type, type Static } from 'typebox';
import { completenesses } from '../../contract/crawl.ts';
import type { Mailbox } from '../../contract/mailbox.ts';
import { Nullable, Words } from '../../contract/schema.ts';
import { mailboxStates } from '../../contract/workflow/states.ts';
import { ReasonAnswer, toReason } from '../reasons.ts';
import { closed, CountsAnswer, iso, isoOrNull, pageFields, Timestamp } from './common.ts';

export const MailboxQuery = Type.Object({ ...pageFields, state: Type.Optional(Words(mailboxStates)) }, closed);

export const MailboxAnswer = Type.Object({
  id: Type.String(),
  mailboxId: Type.String({ description: 'Object id of the user in Entra' }),
  address: Nullable(Type.String()),
  aliases: Type.Array(Type.String()),
  displayName: Nullable(Type.String()),
  state: Words(mailboxStates),
  reason: ReasonAnswer,
  ignoredCalendars: Type.Array(
    Type.Object({ name: Type.String(), why: Words(['shared', 'subscribed'] as const), owner: Nullable(Type.String()) }),
    { description: 'Calendars that are listed but not read, since they are not of this mailbox' },
  ),
  completeness: Nullable(Words(completenesses)),
  reasons: Type.Record(Type.String(), Type.Integer(), {
    description: 'What keeps it from being complete: its folders and calendars by code of docs/errors.md',
  }),
  counts: CountsAnswer,
  lastClosedAt: Nullable(Timestamp),
  createdAt: Timestamp,
});
export type MailboxAnswer = Static<typeof MailboxAnswer>;

export function toMailboxAnswer(mailbox: Mailbox): MailboxAnswer {
  return {
    id: mailbox._id,
    mailboxId: mailbox.mailboxId,
    address: mailbox.address,
    aliases: mailbox.aliases,
    displayName: mailbox.displayName,
    state: mailbox.state,
    reason: toReason(mailbox.reason),
    ignoredCalendars: mailbox.ignoredCalendars.map(({ name, why, owner }) => ({ name, why, owner })),
    completeness: mailbox.completeness ?? null,
    reasons: mailbox.reasons ?? {},
    counts: mailbox.counts,
    lastClosedAt: isoOrNull(mailbox.lastClosedAt),
    createdAt: iso(mailbox.createdAt),
  };
}
