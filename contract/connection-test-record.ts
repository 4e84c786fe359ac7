import { Type, type Static } from 'typebox';
import { ConnectionTestReport, ScopeMailbox } from './connection-test.ts';
import { Policy } from './policy.ts';
import { Nullable, StoredDate, Words } from './schema.ts';
import { Narrowing, Scope } from './source.ts';

/** What is tested: a source as it is stored, or as it would be. */
export const TestedSource = Type.Object({
  credentialId: Type.String(),
  scope: Scope,
  narrowing: Narrowing,
  policy: Policy,
});
export type TestedSource = Static<typeof TestedSource>;

/** A preview lists the mailboxes and counts folders besides. */
export const testPurposes = ['test', 'preview'] as const;
export type TestPurpose = (typeof testPurposes)[number];

/** A test under way, or a preview to be paged through. Kept for a short time. */
export const ConnectionTest = Type.Object({
  _id: Type.String(),
  purpose: Words(testPurposes),
  /** Of the saved source; null for a draft. */
  sourceId: Nullable(Type.String()),
  /** Of the source; a draft has the one that it would be made with. */
  scopeRevision: Type.Integer({ minimum: 1 }),
  tested: TestedSource,
  report: Nullable(ConnectionTestReport),
  expiresAt: StoredDate,
});
export type ConnectionTest = Static<typeof ConnectionTest>;

/** One mailbox of a preview. */
export const PreviewedMailbox = Type.Object({
  _id: Type.String(),
  testId: Type.String(),
  ...ScopeMailbox.properties,
  expiresAt: StoredDate,
});
export type PreviewedMailbox = Static<typeof PreviewedMailbox>;
