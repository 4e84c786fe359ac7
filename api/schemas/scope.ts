import { Type, type Static } from 'typebox';
import { scopeKinds } from '../../contract/source.ts';
import { groupKinds, type ScopeReport } from '../../contract/scope-report.ts';
import { Nullable, Words } from '../../contract/schema.ts';
import { closed, iso, Timestamp } from './common.ts';

/** Whatever mail or sign-in names have been seen to hold, guests' `#EXT#` included; the directory decides whether it is one. */
const addressPattern = '^[^\\s@<>",;()]+@[^\\s@<>",;().]+(\\.[^\\s@<>",;().]+)+$';
export const Address = Type.String({
  minLength: 3,
  maxLength: 320,
  pattern: addressPattern,
  description: 'an address like name@contoso.com',
});
const Domain = Type.String({
  maxLength: 253,
  pattern: '^[A-Za-z0-9](-*[A-Za-z0-9])*(\\.[A-Za-z0-9](-*[A-Za-z0-9])*)+$',
  description: 'a domain like contoso.com',
});

export const ScopeBody = Type.Object(
  {
    kind: Words(scopeKinds),
    domain: Type.Optional(Domain),
    group: Type.Optional(Address),
    user: Type.Optional(Address),
  },
  {
    ...closed,
    title: 'ScopeBody',
    description:
      'Whose mailboxes are read: `everything`; `domain`, all users with an address in a verified domain; `group`, everybody in the group of this address and in its nested groups; `user`, the one mailbox of this address. Each but the first needs the field of its name.',
  },
);
export type ScopeBody = Static<typeof ScopeBody>;

const Names = Type.Object(
  {
    addresses: Type.Optional(Type.Array(Address, { maxItems: 10_000 })),
    groups: Type.Optional(Type.Array(Address, { maxItems: 100, description: 'addresses of groups; nested ones count' })),
  },
  closed,
);

export const NarrowingBody = Type.Object(
  { include: Type.Optional(Names), exclude: Type.Optional(Names) },
  {
    ...closed,
    title: 'NarrowingBody',
    description:
      'Narrows the scope. An empty `include` includes all; what is both included and excluded is excluded. A list given replaces the one before.',
  },
);
export type NarrowingBody = Static<typeof NarrowingBody>;

const Texts = Type.Array(Type.String());
const NamesAnswer = Type.Object({ addresses: Texts, groups: Texts });

export const ScopeAnswer = Type.Object({
  kind: Words(scopeKinds),
  domain: Type.Optional(Type.String()),
  group: Type.Optional(Type.String()),
  user: Type.Optional(Type.String()),
});
export const NarrowingAnswer = Type.Object({ include: NamesAnswer, exclude: NamesAnswer });

export const ScopeReportAnswer = Type.Object(
  {
    at: Timestamp,
    group: Nullable(
      Type.Object({ kind: Words(groupKinds), dynamic: Type.Boolean(), hidden: Type.Boolean(), nestedGroups: Type.Integer() }),
    ),
    mailboxes: Type.Integer({ description: 'Mailboxes that the scope holds' }),
    joined: Type.Integer(),
    retired: Type.Integer(),
    held: Type.Integer({ description: 'Mailboxes that vanished together and are kept until somebody confirms' }),
    unreadable: Type.Integer({ description: 'Entries of the directory that could not be read; while there are any, nobody is retired' }),
    withoutMailbox: Type.Record(Type.String(), Type.Integer(), { description: 'Members of a group that have no mailbox here, by kind' }),
    withoutMailboxNames: Type.Array(
      Type.Object({ kind: Type.String(), id: Type.String(), name: Nullable(Type.String()), address: Nullable(Type.String()) }),
      {
        description: 'The first 50 of them; names only as far as the application may read that kind',
      },
    ),
    problem: Nullable(Type.Object({ code: Type.String(), words: Type.String() })),
  },
  { title: 'ScopeReport', description: 'How the scope was last resolved' },
);
export type ScopeReportAnswer = Static<typeof ScopeReportAnswer>;

export function toScopeReport(report: ScopeReport): ScopeReportAnswer {
  return { ...report, at: iso(report.at) };
}
