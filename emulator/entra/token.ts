import { randomBytes, randomInt, randomUUID, sign, timingSafeEqual, createHash } from 'node:crypto';
import type { AppRegistration } from '../data/model.ts';
import type { World } from '../data/world.ts';
import type { SigningKey } from './keys.ts';
import { refusal, REFUSALS, type Refusal } from './refusals.ts';

export interface TokenRequest {
  /** GUID or domain name, as in the path. */
  readonly tenant: string;
  readonly authorization: string | undefined;
  readonly form: URLSearchParams;
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: object;
}

const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000';
const GRAPH_HOSTS = ['graph.microsoft.com', 'graph.microsoft.us', 'dod-graph.microsoft.us', 'microsoftgraph.chinacloudapi.cn'];

/** POST /{tenant}/oauth2/v2.0/token with the client credentials grant, by secret in the form or in HTTP Basic. */
export function issueToken(request: TokenRequest, deps: { world: World; key: SigningKey; origin: string }): TokenAnswer {
  const outcome = checkRequest(request, deps);
  if ('refused' in outcome) return refusal(outcome.refused, deps.world.clock.nowMs());
  const nowSeconds = Math.floor(deps.world.clock.nowMs() / 1_000);
  // learn.microsoft.com/entra/identity-platform/access-tokens: a random lifetime between 60 and 90 minutes.
  const lifetimeSeconds = randomInt(3_600, 5_400);
  const token = signToken(deps.key, {
    aud: outcome.audience,
    iss: `${deps.origin}/${deps.world.tenant.id}/v2.0`,
    ...{ iat: nowSeconds, nbf: nowSeconds, exp: nowSeconds + lifetimeSeconds },
    ...{ app_displayname: outcome.app.name, appid: outcome.app.clientId, appidacr: '1', azpacr: '1' },
    ...{ idp: `https://sts.windows.net/${deps.world.tenant.id}/`, idtyp: 'app', oid: outcome.app.objectId, sub: outcome.app.objectId },
    // Without any consent a token is issued all the same, without roles; the resource refuses then.
    ...(outcome.app.roles.length > 0 ? { roles: outcome.app.roles } : {}),
    ...{ tid: deps.world.tenant.id, uti: randomBytes(16).toString('base64url'), ver: '1.0', jti: randomUUID() },
  });
  const expiry = { expires_in: lifetimeSeconds - 1, ext_expires_in: lifetimeSeconds - 1 };
  return { status: 200, body: { token_type: 'Bearer', ...expiry, access_token: token } };
}

export function isTenant(world: World, tenant: string): boolean {
  const wanted = tenant.toLowerCase();
  return wanted === world.tenant.id || world.tenant.domains.some((domain) => domain.toLowerCase() === wanted);
}

type Checked = { readonly refused: Refusal } | { readonly app: AppRegistration; readonly audience: string };

function checkRequest(request: TokenRequest, { world, origin }: { world: World; origin: string }): Checked {
  const tenantFault = checkTenant(request.tenant, world);
  if (tenantFault) return { refused: tenantFault };
  const grant = request.form.get('grant_type');
  if (!grant) return { refused: REFUSALS.missingParameter('grant_type') };
  if (grant !== 'client_credentials') return { refused: REFUSALS.unsupportedGrant(grant) };
  const basic = basicCredentials(request.authorization);
  const clientId = request.form.get('client_id') ?? basic?.id;
  if (!clientId) return { refused: REFUSALS.missingParameter('client_id') };
  const app = world.findApp(clientId);
  if (!app) return { refused: REFUSALS.unknownApp(clientId, world.tenant.name) };
  const scope = request.form.get('scope');
  if (!scope) return { refused: REFUSALS.missingParameter('scope') };
  const secret = request.form.get('client_secret') ?? basic?.secret;
  if (!secret) return { refused: REFUSALS.noSecret() };
  const matching = app.secrets.filter((known) => sameText(known.value, secret));
  if (matching.length === 0) return { refused: REFUSALS.wrongSecret(app.clientId) };
  const isAlive = matching.some((known) => known.expiresMs === undefined || known.expiresMs > world.clock.nowMs());
  if (!isAlive) return { refused: REFUSALS.expiredSecret(app.clientId) };
  const resource = withoutOpenIdScopes(scope);
  if (!/^\S+\/\.default$/.test(resource)) return { refused: REFUSALS.badScope(scope) };
  const audience = resource.slice(0, -'/.default'.length);
  return isGraph(audience, origin) ? { app, audience } : { refused: REFUSALS.unknownResource(audience, world.tenant.name) };
}

/** Graph under its own names (learn.microsoft.com/graph/deployments), by application id, or as this emulator. */
function isGraph(resource: string, origin: string): boolean {
  if (resource === GRAPH_APP_ID) return true;
  const host = URL.canParse(resource) ? new URL(resource).hostname : '';
  return GRAPH_HOSTS.includes(host) || host === new URL(origin).hostname || host === 'localhost' || host === '127.0.0.1';
}

function checkTenant(tenant: string, world: World): Refusal | undefined {
  if (isTenant(world, tenant)) return undefined;
  const isName = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(tenant) || /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(tenant);
  return isName ? REFUSALS.unknownTenant(tenant) : REFUSALS.malformedTenant(tenant);
}

function basicCredentials(header: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=_-]+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  if (at < 0) return undefined;
  return { id: formDecode(text.slice(0, at)), secret: formDecode(text.slice(at + 1)) };
}

/** RFC 6749 §2.3.1: both parts are form-encoded before base64; clients that do not encode are taken as they are. */
function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function sameText(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}

function signToken(key: SigningKey, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = `${part({ typ: 'JWT', alg: 'RS256', kid: key.kid, x5t: key.kid })}.${part(claims)}`;
  return `${head}.${sign('RSA-SHA256', Buffer.from(head), key.privateKey).toString('base64url')}`;
}

/**
 * Microsoft's own library for Go puts these behind the resource in this flow too, and gets its tokens
 * (github.com/AzureAD/microsoft-authentication-library-for-go, accesstokens.go, AppendDefaultScopes).
 */
const OPENID_SCOPES: ReadonlySet<string> = new Set(['openid', 'offline_access', 'profile']);

function withoutOpenIdScopes(scope: string): string {
  return scope
    .split(' ')
    .filter((part) => part !== '' && !OPENID_SCOPES.has(part))
    .join(' ');
}
