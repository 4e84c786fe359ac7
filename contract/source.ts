import { Type, type Static } from 'typebox';
import { ConnectionTestReport } from './connection-test.ts';
import { Policy } from './policy.ts';
import { Nullable, StoredDate, Words } from './schema.ts';
import { ScopeReport } from './scope-report.ts';
import { priorities } from './workflow/names.ts';
import { crawlModes, sourceStates } from './workflow/states.ts';

export const services = ['exchange'] as const;

export const scopeKinds = ['everything', 'domain', 'group', 'user'] as const;
export type ScopeKind = (typeof scopeKinds)[number];

const Address = Type.String({ minLength: 3, maxLength: 320 });

/** Whose mailboxes a source reads: everybody's, those with an address in a domain, a group's members', or one. */
export const Scope = Type.Union([
  Type.Object({ kind: Words(['everything'] as const) }),
  Type.Object({ kind: Words(['domain'] as const), domain: Type.String({ minLength: 1, maxLength: 255 }) }),
  Type.Object({ kind: Words(['group'] as const), group: Address }),
  Type.Object({ kind: Words(['user'] as const), user: Address }),
]);
export type Scope = Static<typeof Scope>;

const Names = Type.Object({ addresses: Type.Array(Address, { maxItems: 10_000 }), groups: Type.Array(Address, { maxItems: 100 }) });

/** What narrows a scope. An empty `include` includes all; what is both included and excluded is excluded. */
export const Narrowing = Type.Object({ include: Names, exclude: Names });
export type Narrowing = Static<typeof Narrowing>;

export const noNarrowing: Narrowing = { include: { addresses: [], groups: [] }, exclude: { addresses: [], groups: [] } };

/** What becomes of a deleted source's documents. */
export const documentFates = ['remove', 'keep'] as const;
export type DocumentFate = (typeof documentFates)[number];

const SourceDeletion = Type.Object({ documents: Words(documentFates), requestedAt: StoredDate });

/** Service + credential + scope + settings. */
export const Source = Type.Object({
  _id: Type.String(),
  datasetId: Type.String(),
  credentialId: Type.String(),
  service: Words(services),
  scope: Scope,
  narrowing: Narrowing,
  policy: Policy,
  /** Grows when scope, narrowing or policy change, so that what was read under an earlier one is held against the new one. */
  scopeRevision: Type.Integer({ minimum: 1 }),
  /** Names the scope and the narrowing that were last resolved and taken; another one was changed by somebody's hand. */
  scopeTaken: Type.Optional(Type.String()),
  scopeReport: Type.Optional(ScopeReport),
  /** What the last test of its connection found. */
  lastTest: Type.Optional(Nullable(ConnectionTestReport)),
  /** When its first crawl is to start by itself; null when nobody has asked for that, or it has started. */
  startAt: Type.Optional(Nullable(StoredDate)),
  /** Set while it is being deleted. */
  deletion: Type.Optional(Nullable(SourceDeletion)),
  /** ISO 3166-1 alpha-2. */
  country: Type.String({ pattern: '^[A-Z]{2}$' }),
  description: Type.String({ minLength: 1, maxLength: 500 }),
  priority: Words(priorities),
  mode: Words(crawlModes),
  /** Least time between the starts of two cycles. */
  intervalMs: Type.Integer({ minimum: 60_000 }),
  state: Words(sourceStates),
  stateSequence: Type.Integer(),
  /** Code of contract/errors.ts that explains a blocked or failed state. */
  stateReason: Nullable(Type.String()),
  stateSince: StoredDate,
  crawlId: Nullable(Type.String()),
  /** Grows with each change through the API; what crawls write leaves it. */
  recordRevision: Type.Integer(),
  createdAt: StoredDate,
  updatedAt: StoredDate,
});
export type Source = Static<typeof Source>;
