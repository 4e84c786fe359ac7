import { Type, type Static } from 'typebox';
import { capabilities } from './capabilities.ts';
import { clouds, Endpoints } from './credential-cloud.ts';
import { CertificateFacts, credentialKinds } from './credential-login.ts';
import { Nullable, StoredDate, Words } from './schema.ts';

/** `partly`: some mailboxes or sites, as a policy of the tenant says. `cannotTell`: nothing was there to try it on, or it took too long. */
export const capabilityStates = ['works', 'partly', 'refused', 'cannotTell'] as const;
export type CapabilityState = (typeof capabilityStates)[number];

/** What limits a capability although, or because, of what the token says. */
export const limitingPolicies = ['accessPolicy', 'applicationRbac', 'sitesSelected'] as const;

const Code = Nullable(Type.String({ maxLength: 100 }));
const Count = Type.Integer({ minimum: 0, maximum: 100 });

export const CapabilityVerdict = Type.Object({
  capability: Words(capabilities),
  state: Words(capabilityStates),
  /** Code of contract/errors.ts behind a refusal or a doubt. */
  code: Code,
  /** The permission of the token that gives it; null when none does, though Exchange may. */
  granted: Nullable(Type.String({ maxLength: 100 })),
  policy: Nullable(Words(limitingPolicies)),
  /** On how many mailboxes or drives it was tried; null for what is one for the tenant. */
  tried: Nullable(Type.Object({ tried: Count, readable: Count, refused: Count, cannotTell: Count })),
});
export type CapabilityVerdict = Static<typeof CapabilityVerdict>;

/** A mailbox that was tried, for the caller of the API alone: no history holds it. */
export const TriedMailbox = Type.Object({
  mailboxId: Type.String({ maxLength: 400 }),
  address: Nullable(Type.String({ maxLength: 400 })),
  readable: Type.Array(Words(capabilities), { maxItems: 20 }),
  refused: Type.Array(Words(capabilities), { maxItems: 20 }),
  /** Why nothing can be said of it: no mailbox, or busy. */
  code: Code,
});
export type TriedMailbox = Static<typeof TriedMailbox>;

export const mostTriedMailboxes = 15;

/** What a test of a credential found: facts and codes; words and steps are made of them where they are shown. */
export const CredentialTestReport = Type.Object({
  v: Type.Integer({ minimum: 1, maximum: 1 }),
  at: StoredDate,
  durationMs: Type.Integer({ minimum: 0 }),
  /** Of the credential that was tested; an older one says nothing of a newer secret. */
  revision: Type.Integer({ minimum: 0 }),
  signedIn: Type.Boolean(),
  /** Why not, or what is wrong though; null when all is well. */
  code: Code,
  tenant: Type.Object({ id: Nullable(Type.String({ maxLength: 200 })), name: Nullable(Type.String({ maxLength: 400 })) }),
  app: Type.Object({ name: Nullable(Type.String({ maxLength: 400 })) }),
  /** Application permissions in the token. */
  permissions: Type.Array(Type.String({ maxLength: 100 }), { maxItems: 200 }),
  /** Every capability once, in the order of the table. */
  capabilities: Type.Array(CapabilityVerdict, { minItems: capabilities.length, maxItems: capabilities.length }),
  mailboxes: Type.Array(TriedMailbox, { maxItems: mostTriedMailboxes }),
});
export type CredentialTestReport = Static<typeof CredentialTestReport>;

/** An app registration that is tested before it is saved; what is secret of it is sealed for the record of its test. */
export const DraftCredential = Type.Object({
  cloud: Words(clouds),
  endpoints: Nullable(Endpoints),
  tenantId: Type.String({ minLength: 1, maxLength: 200 }),
  clientId: Type.String({ minLength: 1, maxLength: 200 }),
  kind: Words(credentialKinds),
  sealedSecret: Nullable(Type.String()),
  certificate: Nullable(CertificateFacts),
  tokenFile: Nullable(Type.String({ maxLength: 1000 })),
});
export type DraftCredential = Static<typeof DraftCredential>;

/** A test under way. Kept for minutes: the API takes the report from it, and removes it. */
export const CredentialTest = Type.Object({
  _id: Type.String(),
  /** Of the saved credential; null for a draft. */
  credentialId: Nullable(Type.String()),
  draft: Nullable(DraftCredential),
  /** Mailboxes that the caller wants tried first. */
  addresses: Type.Array(Type.String({ minLength: 3, maxLength: 320 }), { maxItems: 5 }),
  report: Nullable(CredentialTestReport),
  expiresAt: StoredDate,
});
export type CredentialTest = Static<typeof CredentialTest>;
