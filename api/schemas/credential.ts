import { Type, type Static } from 'typebox';
import { clouds, type Credential } from '../../contract/credential.ts';
import { Words } from '../../contract/schema.ts';
import { closed, Id, iso, Timestamp, Warnings, plainText } from './common.ts';
import { clientIdExample, credentialIdExample, tenantIdExample, timeExample } from './examples.ts';

const Name = plainText(200, 'a name of 1 to 200 characters');
const TenantId = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9.-]{0,199}$',
  description: "the directory (tenant) id of the app registration's Overview page, or a domain of the tenant",
});
const ClientId = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,99}$',
  description: "the application (client) id of the app registration's Overview page",
});
export const Secret = Type.String({
  minLength: 1,
  maxLength: 2000,
  writeOnly: true,
  description: 'the Value of a client secret of the app registration (not its Secret ID); it is sealed and never given back',
});
const Origin = Type.String({
  minLength: 9,
  maxLength: 300,
  pattern: '^https://[^/?#@\\s]+/?$',
  description: 'an https address without a path, like https://graph.example.org',
});
export const EndpointsBody = Type.Object(
  { authority: Origin, graph: Origin },
  { ...closed, description: 'where tokens come from and where Graph answers; both must stand in TRAWL_CUSTOM_ENDPOINTS' },
);

export const CreateCredential = Type.Object(
  {
    name: Name,
    cloud: Type.Unsafe<(typeof clouds)[number]>({
      ...Words(clouds),
      default: 'global',
      description: 'the Microsoft cloud; custom needs endpoints',
    }),
    endpoints: Type.Optional(EndpointsBody),
    tenantId: TenantId,
    clientId: ClientId,
    secret: Secret,
  },
  {
    ...closed,
    required: ['name', 'tenantId', 'clientId', 'secret'],
    examples: [
      {
        name: 'Contoso crawler',
        cloud: 'global',
        tenantId: tenantIdExample,
        clientId: clientIdExample,
        secret: 'the value of the client secret',
      },
    ],
  },
);

export const ChangeCredential = Type.Object(
  {
    name: Type.Optional(Name),
    tenantId: Type.Optional(TenantId),
    clientId: Type.Optional(ClientId),
    endpoints: Type.Optional(EndpointsBody),
  },
  { ...closed, minProperties: 1, examples: [{ name: 'Contoso crawler (EU)' }] },
);

export const ChangeSecret = Type.Object({ secret: Secret }, { ...closed, examples: [{ secret: 'the value of the new client secret' }] });

export const CredentialAnswer = Type.Object(
  {
    id: Id,
    name: Type.String(),
    cloud: Words(clouds),
    endpoints: Type.Union([Type.Object({ authority: Type.String(), graph: Type.String() }), Type.Null()]),
    tenantId: Type.String(),
    clientId: Type.String(),
    revision: Type.Integer({ description: 'Grows with each new secret' }),
    warnings: Warnings,
    createdAt: Timestamp,
    updatedAt: Timestamp,
  },
  {
    examples: [
      {
        id: credentialIdExample,
        name: 'Contoso crawler',
        cloud: 'global',
        endpoints: null,
        tenantId: tenantIdExample,
        clientId: clientIdExample,
        revision: 1,
        warnings: [],
        createdAt: timeExample,
        updatedAt: timeExample,
      },
    ],
  },
);
export type CredentialAnswer = Static<typeof CredentialAnswer>;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Entra shows a secret's id, a UUID, beside its value, and keeps only the id readable afterwards. */
export function secretWarnings(secret: string): string[] {
  if (!uuid.test(secret)) return [];
  return [
    'The secret looks like a Secret ID. Entra wants its Value, which is shown only once when the secret is made; make a new one if it is lost.',
  ];
}

/** The sealed secret is left out on purpose: nothing of it leaves the store. */
export function toCredentialAnswer(credential: Credential, warnings: string[] = []): CredentialAnswer {
  return {
    id: credential._id,
    name: credential.name,
    cloud: credential.cloud,
    endpoints: credential.endpoints,
    tenantId: credential.tenantId,
    clientId: credential.clientId,
    revision: credential.revision,
    warnings,
    createdAt: iso(credential.createdAt),
    updatedAt: iso(credential.updatedAt),
  };
}
