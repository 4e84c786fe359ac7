import { Type, type Static } from 'typebox';
import { calendarIgnoredWhy, type Mailbox } from '../../contract/mailbox.ts';
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
  ignoredCalendars: Type.Array(Type.Object({ name: Type.String(), why: Words(calendarIgnoredWhy), owner: Nullable(Type.String()) }), {
    description: 'Calendars that are listed but not read, since they are not of this mailbox',
  }),
  ownerlessCalendars: Type.Array(Type.String(), { description: 'Calendars that are read though Graph names no owner' }),
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
    ownerlessCalendars: mailbox.ownerlessCalendars ?? [],
    counts: mailbox.counts,
    lastClosedAt: isoOrNull(mailbox.lastClosedAt),
    createdAt: iso(mailbox.createdAt),
  };
}
