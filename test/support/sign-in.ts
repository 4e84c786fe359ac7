import { createHash, randomBytes } from 'node:crypto';

/** The app registration of an API in the emulator's Entra, whose clients are public ones on this machine. */
export function apiRegistration(changes: object = {}): object {
  return {
    name: 'Trawl',
    redirectUris: [{ uri: 'http://localhost', platform: 'public' }],
    exposedScopes: ['access_as_user'],
    groupClaims: 'security',
    ...changes,
  };
}

export interface SignIn {
  /** https origin of Entra; its certificate must be trusted by this process. */
  authority: string;
  tenantId: string;
  /** The app that asks. */
  clientId: string;
  /** Id or address. */
  user: string;
  scope?: string;
  version?: 'v1' | 'v2';
}

export interface Tokens {
  access_token: string;
  id_token?: string;
}

const form = (fields: Record<string, string>) => ({ method: 'POST', body: new URLSearchParams(fields) });

/** Signs somebody in as a browser and a public client do: authorization code with PKCE. Throws with what Entra says. */
export async function signIn(given: SignIn): Promise<Tokens> {
  const { authority, tenantId, clientId, user, version = 'v2' } = given;
  const path = version === 'v2' ? 'oauth2/v2.0' : 'oauth2';
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    ...{ client_id: clientId, redirect_uri: 'http://localhost', response_type: 'code' },
    ...{ code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' },
    ...(version === 'v2' ? { scope: given.scope ?? `openid ${clientId}/access_as_user` } : { resource: given.scope ?? clientId }),
  });
  const page = await (await fetch(`${authority}/${tenantId}/${path}/authorize?${query}`)).text();
  const request = /name="request" value="([^"]+)"/.exec(page)?.[1];
  if (request === undefined) throw new Error(`No page to sign in: ${page.slice(0, 500)}`);
  const chosen = await fetch(`${authority}/${tenantId}/login`, { ...form({ request, user }), redirect: 'manual' });
  const code = new URL(chosen.headers.get('location') ?? 'http://localhost').searchParams.get('code');
  if (code === null) throw new Error(`Nobody was signed in: ${chosen.status} ${chosen.headers.get('location') ?? ''}`);
  const grant = { grant_type: 'authorization_code', client_id: clientId, redirect_uri: 'http://localhost', code, code_verifier: verifier };
  const redeemed = await fetch(`${authority}/${tenantId}/${path}/token`, form(grant));
  const tokens = (await redeemed.json()) as Tokens & { error_description?: string };
  if (!redeemed.ok) throw new Error(`No token: ${tokens.error_description ?? redeemed.status}`);
  return tokens;
}
