import { Type, type Static } from 'typebox';
import { capabilities, capabilityRow, capabilityServices } from '../../contract/capabilities.ts';
import type { Credential } from '../../contract/credential.ts';
import {
  capabilityStates,
  limitingPolicies,
  type CapabilityVerdict,
  type CredentialTestReport,
  TriedMailbox,
} from '../../contract/credential-test.ts';
import { excessPermissions } from '../../contract/excess-permissions.ts';
import { mendingOf } from '../../contract/mend-capability.ts';
import { possibleScopes } from '../../contract/possible-scopes.ts';
import { Nullable, Words } from '../../contract/schema.ts';
import { scopeKinds } from '../../contract/source.ts';
import { ReasonAnswer, toReason } from '../reasons.ts';
import { closed, iso, Timestamp } from './common.ts';
import { CreateCredential } from './credential-body.ts';
import { clientIdExample, tenantIdExample, timeExample } from './examples.ts';
import { Address } from './scope.ts';

const Mailboxes = Type.Array(Address, {
  maxItems: 5,
  description: 'addresses of mailboxes to try first: where a policy lets the app into some only, name one that it should read',
});

export const TestCredentialBody = Type.Object(
  { mailboxes: Type.Optional(Mailboxes) },
  { ...closed, title: 'TestCredential', examples: [{ mailboxes: ['anna@contoso.example'] }] },
);

const { name: _name, secretExpiresAt: _ends, ...draftFields } = CreateCredential.properties;
export const TestDraftBody = Type.Object(
  { ...draftFields, mailboxes: Type.Optional(Mailboxes) },
  {
    ...closed,
    title: 'TestCredentialDraft',
    required: ['tenantId', 'clientId'],
    description: 'One of secret, certificate and tokenFile must be given.',
    examples: [{ cloud: 'global', tenantId: tenantIdExample, clientId: clientIdExample, secret: 'the value of the client secret' }],
  },
);

export const Mend = Nullable(
  Type.Object({
    permission: Nullable(Type.String({ description: 'The least application permission that gives it' })),
    steps: Type.Array(Type.String(), { description: 'What an administrator of the tenant does, one after the other' }),
    docs: Type.String({ description: 'Where the documentation tells it in full' }),
  }),
);

const CapabilityAnswer = Type.Object({
  capability: Words(capabilities),
  service: Words(capabilityServices),
  words: Type.String(),
  state: Type.Unsafe<CapabilityVerdict['state']>({
    ...Words(capabilityStates),
    description: '`partly`: in some mailboxes or sites only, as a policy of the tenant says; `cannotTell`: it could not be tried',
  }),
  reason: ReasonAnswer,
  granted: Nullable(Type.String({ description: 'The permission in the token that gives it' })),
  policy: Nullable(Words(limitingPolicies)),
  tried: Nullable(Type.Object({ tried: Type.Integer(), readable: Type.Integer(), refused: Type.Integer(), cannotTell: Type.Integer() })),
  mend: Mend,
  neededFor: Type.Object({ scopes: Type.Array(Words(scopeKinds)), settings: Type.Array(Type.String()) }),
});

const ScopeAnswer = Type.Object({
  scope: Words(scopeKinds),
  state: Words(capabilityStates),
  missing: Type.Array(Words(capabilities), { description: 'What is refused, or could not be told' }),
});

const ExcessAnswer = Type.Object({
  permission: Type.String(),
  reason: Words(['writes', 'wider', 'unused'] as const),
  instead: Type.Array(Type.String(), { description: 'What does in its place; empty where nothing needs to' }),
});

const reportFields = {
  testedAt: Timestamp,
  durationMs: Type.Integer(),
  outdated: Type.Boolean({ description: 'The credential has another secret, tenant or client by now' }),
  signedIn: Type.Boolean(),
  reason: ReasonAnswer,
  tenant: Type.Object({ id: Nullable(Type.String()), name: Nullable(Type.String({ description: 'null: the app may not ask' })) }),
  app: Type.Object({ clientId: Type.String(), name: Nullable(Type.String({ description: 'null: nobody said' })) }),
  permissions: Type.Array(Type.String(), { description: 'Application permissions in the token' }),
  excess: Type.Array(ExcessAnswer, { description: 'Permissions that are more than Trawl needs' }),
  capabilities: Type.Array(CapabilityAnswer),
  scopes: Type.Array(ScopeAnswer, { description: 'Which scopes a source of Exchange may have' }),
  mailboxes: Type.Array(TriedMailbox, { description: 'Mailboxes that were tried' }),
  warnings: Type.Array(Type.String()),
};

const example = {
  ...{ testedAt: timeExample, durationMs: 1_840, outdated: false, signedIn: true, reason: null, warnings: [] },
  ...{ tenant: { id: tenantIdExample, name: 'Contoso' }, app: { clientId: clientIdExample, name: 'Trawl' } },
  ...{ permissions: ['User.Read.All', 'Mail.Read'], excess: [], scopes: [], mailboxes: [] },
  capabilities: [
    {
      ...{
        capability: 'mail',
        service: 'exchange',
        words: 'List folders and messages',
        state: 'works',
        reason: null,
        granted: 'Mail.Read',
      },
      ...{ policy: null, tried: { tried: 5, readable: 5, refused: 0, cannotTell: 0 }, mend: null },
      neededFor: { scopes: ['everything', 'domain', 'group', 'user'], settings: [] },
    },
  ],
};

export const CredentialTestAnswer = Type.Object(reportFields, { title: 'CredentialTest', examples: [example] });
export type CredentialTestAnswer = Static<typeof CredentialTestAnswer>;

function toCapability(verdict: CapabilityVerdict, clientId: string): CredentialTestAnswer['capabilities'][number] {
  const { capability, state, code, granted, policy, tried } = verdict;
  const { service, words, scopes, settings } = capabilityRow(capability);
  return {
    ...{ capability, service, words, state, reason: toReason(code), granted, policy, tried },
    ...{ mend: mendingOf(verdict, clientId), neededFor: { scopes: [...scopes], settings: [...settings] } },
  };
}

/** A report with words and steps for people. `warnings` is what looks wrong with what was given. */
export function toTestAnswer(
  report: CredentialTestReport,
  { clientId, revision, warnings = [] }: Pick<Credential, 'clientId' | 'revision'> & { warnings?: string[] },
): CredentialTestAnswer {
  const { at, durationMs, signedIn, code, tenant, app, permissions } = report;
  return {
    ...{ testedAt: iso(at), durationMs, outdated: report.revision !== revision, signedIn, reason: toReason(code), tenant },
    ...{ app: { clientId, name: app.name }, permissions, excess: excessPermissions(permissions) },
    capabilities: report.capabilities.map((verdict) => toCapability(verdict, clientId)),
    scopes: possibleScopes(report.capabilities),
    ...{ mailboxes: report.mailboxes, warnings },
  };
}
