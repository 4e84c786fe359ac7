import { Type } from 'typebox';
import { clouds } from '../../contract/credential.ts';
import { looksLikeSecretId } from '../../contract/ids.ts';
import { Words } from '../../contract/schema.ts';
import { closed, noSecret, shownText } from './common.ts';
import { clientIdExample, tenantIdExample } from './examples.ts';

const Name = shownText(200, 'a name of 1 to 200 characters');
const TenantId = Type.String({
  ...noSecret,
  pattern: '^[A-Za-z0-9][A-Za-z0-9.-]{0,199}$',
  description: "the directory (tenant) id of the app registration's Overview page, or a domain of the tenant",
});
const ClientId = Type.String({
  ...noSecret,
  pattern: '^[A-Za-z0-9][A-Za-z0-9-]{0,99}$',
  description: "the application (client) id of the app registration's Overview page",
});
const Secret = Type.String({
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
const EndpointsBody = Type.Object(
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

/** What looks wrong with a secret before anybody has tried it. */
export function secretWarnings(secret: string): string[] {
  if (!looksLikeSecretId(secret)) return [];
  return [
    'The secret looks like a Secret ID. Entra wants its Value, which is shown only once when the secret is made; make a new one if it is lost.',
  ];
}
