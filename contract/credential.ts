import { Type, type Static } from 'typebox';
import { Nullable, StoredDate, Words } from './schema.ts';

export const clouds = ['global', 'usGovL4', 'usGovL5', 'china', 'custom'] as const;
export type Cloud = (typeof clouds)[number];

/** Hosts of a cloud: where tokens come from, and where Graph answers. */
export const Endpoints = Type.Object({ authority: Type.String(), graph: Type.String() });
export type Endpoints = Static<typeof Endpoints>;

/** Microsoft's hosts per cloud (learn.microsoft.com/graph/deployments). */
export const cloudEndpoints: Record<Exclude<Cloud, 'custom'>, Endpoints> = {
  global: { authority: 'https://login.microsoftonline.com', graph: 'https://graph.microsoft.com' },
  usGovL4: { authority: 'https://login.microsoftonline.us', graph: 'https://graph.microsoft.us' },
  usGovL5: { authority: 'https://login.microsoftonline.us', graph: 'https://dod-graph.microsoft.us' },
  china: { authority: 'https://login.partner.microsoftonline.cn', graph: 'https://microsoftgraph.chinacloudapi.cn' },
};

/** An app registration. The secret is sealed (JWE) and never leaves the store unsealed but to the Graph client. */
export const Credential = Type.Object({
  _id: Type.String(),
  name: Type.String({ minLength: 1, maxLength: 200 }),
  cloud: Words(clouds),
  endpoints: Nullable(Endpoints),
  tenantId: Type.String({ minLength: 1, maxLength: 200 }),
  clientId: Type.String({ minLength: 1, maxLength: 200 }),
  sealedSecret: Type.String(),
  /** Grows with each new secret, so that processes drop clients made with an older one. */
  revision: Type.Integer(),
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
