import { Type } from 'typebox';
import { clouds } from '../../contract/credential.ts';
import { looksLikeSecretId } from '../../contract/ids.ts';
import type { GivenLogin } from '../../contract/credential-login.ts';
import { Nullable, Words } from '../../contract/schema.ts';
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
const SecretExpiresAt = Type.String({
  format: 'date-time',
  description: 'when the client secret ends, as Entra shows it beside the secret; Trawl warns ahead of it',
});
const Certificate = Type.Object(
  {
    pem: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100_000,
        writeOnly: true,
        description: 'a PEM text with the certificate and its private key',
      }),
    ),
    pfx: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200_000,
        pattern: '^[A-Za-z0-9+/\\s]+={0,2}\\s*$',
        writeOnly: true,
        description: 'a PFX (PKCS#12) file in base64',
      }),
    ),
    password: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1000,
        writeOnly: true,
        description: 'the password of the PFX file or of the private key; it is not kept',
      }),
    ),
  },
  { ...closed, description: 'a certificate with its private key, as pem or as pfx; the key is sealed and never given back' },
);
const TokenFile = Type.String({
  minLength: 2,
  maxLength: 1000,
  description: 'the absolute path of a federated token on the machines of the workers, in a folder of TRAWL_FEDERATED_TOKEN_FOLDERS',
});
/** By what the app signs in. Which of them is given is checked in code, so that the answer can say it in words. */
const loginFields = {
  secret: Type.Optional(Secret),
  secretExpiresAt: Type.Optional(SecretExpiresAt),
  certificate: Type.Optional(Certificate),
  tokenFile: Type.Optional(TokenFile),
};
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
    ...loginFields,
  },
  {
    ...closed,
    required: ['name', 'tenantId', 'clientId'],
    description: 'One of secret, certificate and tokenFile must be given.',
    examples: [
      {
        name: 'Contoso crawler',
        cloud: 'global',
        tenantId: tenantIdExample,
        clientId: clientIdExample,
        secret: 'the value of the client secret',
        secretExpiresAt: '2027-06-30T00:00:00Z',
      },
      {
        name: 'Contoso crawler',
        tenantId: tenantIdExample,
        clientId: clientIdExample,
        tokenFile: '/var/run/secrets/azure/tokens/azure-identity-token',
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
    ...loginFields,
    secretExpiresAt: Type.Optional(Nullable(SecretExpiresAt)),
  },
  {
    ...closed,
    minProperties: 1,
    description: 'What is not given stays as it is. One of secret, certificate and tokenFile takes the place of what the app signed in by.',
    examples: [{ name: 'Contoso crawler (EU)' }, { secretExpiresAt: '2027-06-30T00:00:00Z' }],
  },
);

export const ChangeSecret = Type.Object(
  { secret: Secret, secretExpiresAt: Type.Optional(SecretExpiresAt) },
  { ...closed, examples: [{ secret: 'the value of the new client secret' }] },
);

/** What looks wrong with a login before anybody has tried it. */
export function loginWarnings(login: GivenLogin, now = new Date()): string[] {
  if (login.kind === 'certificate' && login.certificate.notBefore > now)
    return [`The certificate is not valid before ${login.certificate.notBefore.toISOString()}: Entra refuses it until then.`];
  if (login.kind !== 'secret' || !looksLikeSecretId(login.secret)) return [];
  return [
    'The secret looks like a Secret ID. Entra wants its Value, which is shown only once when the secret is made; make a new one if it is lost.',
  ];
}
