import { verify } from 'node:crypto';
import { setBounded } from '../data/bounded-map.ts';
import type { World } from '../data/world.ts';
import { BEARER_CHALLENGE, problem } from '../http/problem.ts';
import { stsIssuers } from './cloud.ts';
import type { SigningKey } from './keys.ts';
import { isGraphAudience } from './resources.ts';

/** What a bearer token says about its caller. */
export interface Caller {
  readonly appId: string;
  /** Permissions in force: an app's roles, or what a person has consented to, by the names of application permissions. */
  readonly roles: ReadonlySet<string>;
  /** Object id of the person who signed in; undefined for an app that acts as itself. */
  readonly userId: string | undefined;
}

interface Claims {
  readonly aud: string;
  readonly iss: string;
  readonly tid: string;
  readonly appid: string;
  readonly exp: number;
  readonly nbf: number;
  readonly roles?: readonly string[];
  /** Delegated permissions, separated by blanks; then `oid` is the person's. */
  readonly scp?: string;
  readonly oid?: string;
}

const CACHED_TOKENS = 1_000;
/** The default of the token library that Graph's texts come from: learn.microsoft.com/dotnet/api/microsoft.identitymodel.tokens.tokenvalidationparameters.clockskew */
const SKEW_SECONDS = 300;

function unauthorized(message: string): Error {
  return problem(401, 'InvalidAuthenticationToken', message, { 'WWW-Authenticate': BEARER_CHALLENGE });
}

/** Checks the Authorization header as Graph does; `host` is another name by which this Graph may be an audience. Throws its 401. */
export function createAccessCheck(deps: {
  world: World;
  key: SigningKey;
  /** Whether the service takes a token with this audience; Graph's own names when not given. */
  isAudience?: (audience: unknown, host: string) => boolean;
}): (authorization: string | undefined, host?: string) => Caller {
  const verified = new Map<string, { claims: Claims; caller: Caller }>();
  const { isAudience = isGraphAudience } = deps;
  const issuers = stsIssuers(deps.world.tenant.id);
  return (authorization, host = '') => {
    const token = /^Bearer\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthorized('Access token is empty.');
    const known = verified.get(token) ?? remember(verified, token, signedClaims(token, deps.key));
    const { claims, caller } = known;
    if (claims.tid !== deps.world.tenant.id) throw unauthorized('Access token validation failure. Invalid tenant.');
    if (!issuers.includes(claims.iss)) throw unauthorized('Access token validation failure. Invalid issuer.');
    if (!isAudience(claims.aud, host)) throw unauthorized('Access token validation failure. Invalid audience.');
    const nowSeconds = deps.world.clock.nowMs() / 1_000;
    if (claims.exp <= nowSeconds) throw unauthorized('Lifetime validation failed, the token is expired.');
    if (claims.nbf > nowSeconds + SKEW_SECONDS) throw unauthorized('Lifetime validation failed, the token is not yet valid.');
    return caller;
  };
}

function remember(
  verified: Map<string, { claims: Claims; caller: Caller }>,
  token: string,
  claims: Claims,
): { claims: Claims; caller: Caller } {
  const entry = { claims, caller: callerOf(claims) };
  setBounded(verified, { key: token, value: entry, most: CACHED_TOKENS });
  return entry;
}

/** Delegated permissions whose application counterpart has another name: learn.microsoft.com/graph/permissions-reference. */
const APPLICATION_NAMES: Readonly<Record<string, string>> = {
  'Mail.ReadBasic': 'Mail.ReadBasic.All',
  'Calendars.ReadBasic': 'Calendars.ReadBasic.All',
};

function callerOf(claims: Claims): Caller {
  if (claims.scp === undefined) return { appId: claims.appid, roles: new Set(claims.roles ?? []), userId: undefined };
  const scopes = claims.scp.split(' ');
  return { appId: claims.appid, roles: new Set(scopes.map((scope) => APPLICATION_NAMES[scope] ?? scope)), userId: claims.oid };
}

/** One algorithm alone, whatever the header says: neither `none` nor a MAC under the public key is ever taken. */
function signedClaims(token: string, key: SigningKey): Claims {
  const [head = '', body = '', signature = '', ...rest] = token.split('.');
  if (!token.includes('.')) throw unauthorized('IDX14100: JWT is not well formed, there are no dots (.).');
  if (rest.length > 0 || token.split('.').length !== 3)
    throw unauthorized('IDX14120: JWT is not well formed, it must have three segments (JWS).');
  const header = decoded(head);
  const claims = decoded(body);
  if (!header || !claims) throw unauthorized('CompactToken parsing failed with error code: 80049217');
  const isKnownKey = header['kid'] === undefined || header['kid'] === key.kid;
  const isSigned =
    header['alg'] === 'RS256' &&
    isKnownKey &&
    verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key.publicKey, Buffer.from(signature, 'base64url'));
  if (!isSigned) throw unauthorized('Access token validation failure. Invalid signature.');
  if (!hasShape(claims)) throw unauthorized('Access token validation failure.');
  return claims;
}

function decoded(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function hasShape(claims: Record<string, unknown>): claims is Record<string, unknown> & Claims {
  const areTexts = ['aud', 'tid'].every((name) => typeof claims[name] === 'string');
  const areTimes = ['exp', 'nbf'].every((name) => typeof claims[name] === 'number');
  const { scp, roles } = claims;
  return areTexts && areTimes && (scp === undefined || typeof scp === 'string') && (roles === undefined || Array.isArray(roles));
}
