import { Type, type Static } from 'typebox';
import { Nullable, StoredDate, Words } from './schema.ts';

export const groupKinds = ['microsoft365', 'security', 'mailEnabledSecurity', 'distribution'] as const;
export type GroupKind = (typeof groupKinds)[number];

/** Names beyond these are counted only. */
export const mostNamedMembers = 50;

/** How a scope was last resolved: what it held, what it could not hold, and why it was not taken. For operators: it holds addresses. */
export const ScopeReport = Type.Object({
  at: StoredDate,
  /** Of a group scope. */
  group: Nullable(Type.Object({ kind: Words(groupKinds), dynamic: Type.Boolean(), hidden: Type.Boolean(), nestedGroups: Type.Integer() })),
  /** Mailboxes that it holds. */
  mailboxes: Type.Integer(),
  joined: Type.Integer(),
  retired: Type.Integer(),
  /** Mailboxes that vanished together, too many to be believed: they are kept until somebody confirms. */
  held: Type.Integer(),
  /** Entries of the directory that could not be read; while there are any, nobody is retired. */
  unreadable: Type.Integer(),
  /** A group's members that have no mailbox here, by kind: contacts, devices, guests … Guests are probed all the same. */
  withoutMailbox: Type.Record(Type.String(), Type.Integer()),
  withoutMailboxNames: Type.Array(
    Type.Object({ kind: Type.String(), id: Type.String(), name: Nullable(Type.String()), address: Nullable(Type.String()) }),
  ),
  /** Why the scope was not taken: code of contract/errors.ts, and what exactly is wrong. */
  problem: Nullable(Type.Object({ code: Type.String(), words: Type.String() })),
});
export type ScopeReport = Static<typeof ScopeReport>;
