import { verify } from 'node:crypto';
import type { World } from '../data/world.ts';
import { problem } from '../http/problem.ts';
import type { SigningKey } from './keys.ts';

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
  readonly tid: string;
  readonly appid: string;
  readonly exp: number;
  readonly nbf: number;
  readonly roles?: readonly string[];
  /** Delegated permissions, separated by blanks; then `oid` is the person's. */
  readonly scp?: string;
  readonly oid?: string;
}

const CHALLENGE =
  'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';
const CACHED_TOKENS = 1_000;

function unauthorized(message: string): Error {
  return problem(401, 'InvalidAuthenticationToken', message, { 'WWW-Authenticate': CHALLENGE });
}

/** Checks the Authorization header as Graph does. Throws its 401. */
export function createAccessCheck(deps: { world: World; key: SigningKey }): (authorization: string | undefined) => Caller {
  const verified = new Map<string, { claims: Claims; caller: Caller }>();
  return (authorization) => {
    const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw unauthorized('Access token is empty.');
    const known = verified.get(token) ?? remember(verified, token, checkSignature(token, deps.key));
    const { claims, caller } = known;
    if (claims.tid !== deps.world.tenant.id) throw unauthorized('Access token validation failure. Invalid tenant.');
    const nowSeconds = deps.world.clock.nowMs() / 1_000;
    if (claims.exp <= nowSeconds) throw unauthorized('Lifetime validation failed, the token is expired.');
    return caller;
  };
}

function remember(
  verified: Map<string, { claims: Claims; caller: Caller }>,
  token: string,
  claims: Claims,
): { claims: Claims; caller: Caller } {
  if (verified.size >= CACHED_TOKENS) verified.delete(verified.keys().next().value!);
  const entry = { claims, caller: callerOf(claims) };
  verified.set(token, entry);
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

function checkSignature(token: string, key: SigningKey): Claims {
  const [head, body, signature, ...rest] = token.split('.');
  if (head === undefined || body === undefined || signature === undefined || rest.length > 0) {
    throw unauthorized('IDX14100: JWT is not well formed, there are no dots (.).');
  }
  const isSigned = verify('RSA-SHA256', Buffer.from(`${head}.${body}`), key.publicKey, Buffer.from(signature, 'base64url'));
  if (!isSigned) throw unauthorized('Access token validation failure. Invalid signature.');
  return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Claims;
}
