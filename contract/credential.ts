import { Type, type Static } from 'typebox';
import { cloudEndpoints, clouds, Endpoints } from './credential-cloud.ts';
import { CertificateFacts, credentialKinds } from './credential-login.ts';
import { CredentialTestReport } from './credential-test.ts';
import { Nullable, StoredDate, Words } from './schema.ts';

export { clouds, Endpoints, type Cloud } from './credential-cloud.ts';

/** An app registration. What is secret of its login is sealed (JWE) and never leaves the store unsealed but to the Graph client. */
export const Credential = Type.Object({
  _id: Type.String(),
  name: Type.String({ minLength: 1, maxLength: 200 }),
  cloud: Words(clouds),
  endpoints: Nullable(Endpoints),
  tenantId: Type.String({ minLength: 1, maxLength: 200 }),
  clientId: Type.String({ minLength: 1, maxLength: 200 }),
  kind: Words(credentialKinds),
  /** The client secret, or the private key with its certificate as PEM; null where a token file takes its place. */
  sealedSecret: Nullable(Type.String()),
  certificate: Nullable(CertificateFacts),
  /** Of a federated token: its path on the workers' machines. */
  tokenFile: Nullable(Type.String({ maxLength: 1000 })),
  /** When the secret or certificate ends; null when nobody has said, or nothing ends. */
  expiresAt: Nullable(StoredDate),
  /** Grows with each new login, so that processes take it up. */
  revision: Type.Integer(),
  /** What the last test found, be it of this revision or of an earlier one. */
  lastTest: Type.Optional(CredentialTestReport),
  /** Grows with each change through the API. */
  recordRevision: Type.Integer(),
  createdAt: StoredDate,
  updatedAt: StoredDate,
});
export type Credential = Static<typeof Credential>;

/** Where a credential's cloud answers. Throws when a custom cloud has no endpoints. */
export function endpointsOf(credential: Pick<Credential, 'cloud' | 'endpoints' | '_id'>): Endpoints {
  if (credential.cloud !== 'custom') return cloudEndpoints[credential.cloud];
  if (credential.endpoints === null) throw new Error(`Credential ${credential._id} is of a custom cloud and has no endpoints`);
  return credential.endpoints;
}
