import { Type, type Static } from 'typebox';
import { clouds, type Credential } from '../../contract/credential.ts';
import { credentialKinds, expiryOf, expiryStates, type CredentialKind, type Expiry } from '../../contract/credential-login.ts';
import { Nullable, Words } from '../../contract/schema.ts';
import { expiryWarnings } from '../logins/expiry-warnings.ts';
import type { ApiSettings } from '../settings.ts';
import { Id, iso, Timestamp, Warnings } from './common.ts';
import { CredentialTestAnswer, toTestAnswer } from './credential-test.ts';
import { clientIdExample, credentialIdExample, tenantIdExample, timeExample } from './examples.ts';

const CertificateAnswer = Type.Object({
  x5tS256: Type.String({ description: 'SHA-256 thumbprint in base64url, as `x5t#S256` of the assertions' }),
  sha1: Type.String({ description: 'SHA-1 thumbprint, as the Entra admin centre lists it' }),
  notBefore: Timestamp,
  notAfter: Timestamp,
});

const ExpiryAnswer = Type.Object({
  expiresAt: Timestamp,
  days: Type.Integer({ description: 'Whole days that are left; negative when it is over' }),
  state: Type.Unsafe<Expiry['state']>({
    ...Words(expiryStates),
    description: '`expiring`: within TRAWL_EXPIRY_WARNING_DAYS; then warnings says so too',
  }),
});

const answerFields = {
  id: Id,
  name: Type.String(),
  cloud: Words(clouds),
  endpoints: Type.Union([Type.Object({ authority: Type.String(), graph: Type.String() }), Type.Null()]),
  tenantId: Type.String(),
  clientId: Type.String(),
  kind: Type.Unsafe<CredentialKind>({ ...Words(credentialKinds), description: 'By what the app signs in' }),
  certificate: Nullable(CertificateAnswer),
  tokenFile: Nullable(Type.String({ description: "Path of the federated token on the workers' machines" })),
  expiry: Nullable(ExpiryAnswer),
  revision: Type.Integer({ description: 'Grows with each new login' }),
  warnings: Warnings,
  createdAt: Timestamp,
  updatedAt: Timestamp,
};

const example = {
  id: credentialIdExample,
  name: 'Contoso crawler',
  cloud: 'global',
  endpoints: null,
  tenantId: tenantIdExample,
  clientId: clientIdExample,
  kind: 'secret',
  certificate: null,
  tokenFile: null,
  expiry: { expiresAt: timeExample, days: 210, state: 'valid' },
  revision: 1,
  warnings: [],
  createdAt: timeExample,
  updatedAt: timeExample,
};

export const CredentialAnswer = Type.Object(answerFields, { title: 'Credential', examples: [example] });
export type CredentialAnswer = Static<typeof CredentialAnswer>;

/** One credential alone is shown with its last test, which lists would be long with. */
export const WholeCredentialAnswer = Type.Object(
  { ...answerFields, lastTest: Nullable(CredentialTestAnswer) },
  { title: 'WholeCredential', examples: [{ ...example, lastTest: null }] },
);
export type WholeCredentialAnswer = Static<typeof WholeCredentialAnswer>;

type ExpirySettings = Pick<ApiSettings, 'expiryWarningDays'>;

function toExpiry({ expiresAt }: Credential, { expiryWarningDays: warnDays }: ExpirySettings): CredentialAnswer['expiry'] {
  const expiry = expiryOf(expiresAt, { now: new Date(), warnDays });
  return expiry === null || expiresAt === null ? null : { expiresAt: iso(expiresAt), ...expiry };
}

/** What is sealed is left out on purpose: nothing of it leaves the store. */
export function toCredentialAnswer(credential: Credential, settings: ExpirySettings, warnings: string[] = []): CredentialAnswer {
  const { certificate } = credential;
  return {
    id: credential._id,
    name: credential.name,
    cloud: credential.cloud,
    endpoints: credential.endpoints,
    tenantId: credential.tenantId,
    clientId: credential.clientId,
    kind: credential.kind,
    certificate: certificate && { ...certificate, notBefore: iso(certificate.notBefore), notAfter: iso(certificate.notAfter) },
    tokenFile: credential.tokenFile,
    expiry: toExpiry(credential, settings),
    revision: credential.revision,
    warnings: [...expiryWarnings(credential, settings), ...warnings],
    createdAt: iso(credential.createdAt),
    updatedAt: iso(credential.updatedAt),
  };
}

export function toWholeCredentialAnswer(credential: Credential, settings: ExpirySettings): WholeCredentialAnswer {
  const { lastTest } = credential;
  return { ...toCredentialAnswer(credential, settings), lastTest: lastTest === undefined ? null : toTestAnswer(lastTest, credential) };
}
