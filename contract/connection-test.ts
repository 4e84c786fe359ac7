import { Type, type Static } from 'typebox';
import { capabilities } from './capabilities.ts';
import { CapabilityVerdict } from './credential-test.ts';
import { mailboxClasses } from './mailbox-class.ts';
import { Nullable, StoredDate, Words } from './schema.ts';
import { ScopeReport } from './scope-report.ts';

/** A failure keeps a source from being made; a warning does not. */
export const findingLevels = ['failure', 'warning'] as const;

/** `unreachable`: Entra or Graph did not answer, so that nothing is proven. */
export const testOutcomes = ['passes', 'fails', 'unreachable'] as const;

/** `partly`: some of what the source wants is refused. `absent`: there is no mailbox. `notTried`: listed, and no more. */
export const sampleStates = ['readable', 'partly', 'refused', 'absent', 'cannotTell', 'notTried'] as const;

const Count = Type.Integer({ minimum: 0 });

export const Finding = Type.Object({
  level: Words(findingLevels),
  /** Of contract/errors.ts. */
  code: Type.String({ maxLength: 100 }),
  /** What exactly is meant; may name addresses, for the caller of the API alone. */
  detail: Nullable(Type.String({ maxLength: 8_000 })),
  /** What was found of a capability, where the finding is about one. */
  verdict: Nullable(CapabilityVerdict),
});
export type Finding = Static<typeof Finding>;

/** A mailbox of the scope, and what came of trying it. */
export const ScopeMailbox = Type.Object({
  mailboxId: Type.String({ maxLength: 400 }),
  address: Nullable(Type.String({ maxLength: 400 })),
  displayName: Nullable(Type.String({ maxLength: 400 })),
  class: Words(mailboxClasses),
  state: Words(sampleStates),
  code: Nullable(Type.String({ maxLength: 100 })),
  refused: Type.Array(Words(capabilities), { maxItems: 20 }),
  /** Of folders with what is below them; null where they were not counted. */
  folders: Nullable(Count),
  emptyFolders: Nullable(Count),
  /** Of every kind, as Exchange counts folders' items. */
  items: Nullable(Count),
});
export type ScopeMailbox = Static<typeof ScopeMailbox>;

/** What a test of a connection found: facts and codes; words, links and the estimate are made of them where they are shown. */
export const ConnectionTestReport = Type.Object({
  v: Type.Integer({ minimum: 1, maximum: 1 }),
  at: StoredDate,
  durationMs: Count,
  /** Of the credential and the scope that were tested; of others it says nothing. */
  credentialRevision: Count,
  scopeRevision: Count,
  outcome: Words(testOutcomes),
  findings: Type.Array(Finding, { maxItems: 40 }),
  /** Of a domain scope: whether it is verified, and which are. */
  domain: Nullable(Type.Object({ verified: Type.Boolean(), verifiedDomains: Type.Array(Type.String(), { maxItems: 1_000 }) })),
  group: ScopeReport.properties.group,
  /** Mailboxes that the scope holds; `complete` is false where there were too many to count in the time. */
  mailboxes: Nullable(Type.Object({ count: Count, complete: Type.Boolean() })),
  withoutMailbox: ScopeReport.properties.withoutMailbox,
  withoutMailboxNames: ScopeReport.properties.withoutMailboxNames,
  samples: Type.Array(ScopeMailbox, { maxItems: 60 }),
});
export type ConnectionTestReport = Static<typeof ConnectionTestReport>;
