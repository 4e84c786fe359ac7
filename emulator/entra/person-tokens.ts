import { createHash } from 'node:crypto';
import type { AppRegistration, User } from '../data/model.ts';
import type { Proof } from './client-authentication.ts';
import { proofClass } from './client-credentials.ts';
import type { Version } from './discovery.ts';
import type { EntraContext } from './entra-request.ts';
import { groupClaims } from './group-claims.ts';
import { seal } from './seal.ts';
import { consented, exposedBy, type Scopes } from './scopes.ts';
import { pairwiseSubject, signToken, tokenTimes, type Times } from './sign-token.ts';
import type { RedirectPlatform } from '../data/app-sign-in.ts';

/** A person's sign-in to an app, as codes and refresh tokens keep it. */
export interface SignIn {
  readonly app: AppRegistration;
  readonly user: User;
  readonly scopes: Scopes;
  readonly version: Version;
  readonly platform: RedirectPlatform;
  readonly proof: Proof;
  readonly nonce?: string;
  readonly authTimeSeconds: number;
  /** The session that the sign-in belongs to. */
  readonly sid: string;
  /** When the first refresh token of a single-page app was issued: later ones live no longer. */
  readonly refreshIssuedMs?: number;
}

export interface RefreshToken {
  readonly clientId: string;
  readonly userId: string;
  readonly scope: string;
  readonly signIn: readonly string[];
  readonly version: Version;
  readonly platform: RedirectPlatform;
  readonly authTimeSeconds: number;
  readonly sid: string;
  readonly issuedMs: number;
}

/** What the token endpoint answers to a code or a refresh token. */
export async function personTokens(signIn: SignIn, context: EntraContext, options: { clientInfo: boolean }): Promise<object> {
  const { scopes, user, version } = signIn;
  const times = tokenTimes(context);
  const granted = grantedNames(signIn, context);
  const accessToken = await accessTokenOf(signIn, { context, times, granted });
  const idToken = scopes.signIn.has('openid') ? { id_token: await idTokenOf(signIn, context) } : {};
  const refresh = scopes.signIn.has('offline_access') ? { refresh_token: refreshTokenOf(signIn, context) } : {};
  const spa = signIn.platform === 'spa' && 'refresh_token' in refresh ? { refresh_token_expires_in: 86_400 } : {};
  const info = Buffer.from(JSON.stringify({ uid: user.id, utid: context.world.tenant.id })).toString('base64url');
  const seconds = times.lifetimeSeconds;
  const expiry = version === 'v2' ? { expires_in: seconds, ext_expires_in: seconds } : v1Expiry(times, scopes.resource.audience);
  return {
    ...{ token_type: 'Bearer', scope: version === 'v2' ? scopeText(scopes, granted) : granted.join(' '), ...expiry },
    ...{ access_token: accessToken, ...refresh, ...spa, ...idToken, ...(options.clientInfo ? { client_info: info } : {}) },
  };
}

function v1Expiry(times: Times, resource: string): object {
  const text = String(times.lifetimeSeconds);
  return { expires_in: text, ext_expires_in: text, expires_on: String(times.exp), not_before: String(times.nbf), resource };
}

/** All that was consented to on the resource, not only what was asked for this time. */
function grantedNames({ scopes, app, user }: SignIn, { world }: EntraContext): readonly string[] {
  if (scopes.resource.kind === 'app') return exposedBy(scopes.resource.app);
  if (scopes.resource.kind === 'microsoft') return ['user_impersonation'];
  return consented(world, app, user.id);
}

/** Permissions come back with the resource in front when they were asked for so: MSAL finds them in its cache by that name. */
function scopeText(scopes: Scopes, granted: readonly string[]): string {
  const at = (scopes.written[0] ?? '').lastIndexOf('/');
  const prefix = at < 0 ? '' : scopes.written[0]!.slice(0, at + 1);
  const reserved = [...scopes.signIn].filter((name) => name !== 'offline_access');
  return [...new Set([...reserved, ...scopes.written, ...granted.map((name) => `${prefix}${name}`)])].join(' ');
}

function accessTokenOf(signIn: SignIn, of: { context: EntraContext; times: Times; granted: readonly string[] }): Promise<string> {
  const { app, user, scopes, proof, sid } = signIn;
  const { world, names, key } = of.context;
  const { lifetimeSeconds: _, ...times } = of.times;
  const { resource } = scopes;
  const person = { name: user.displayName, oid: user.id, sid, tid: world.tenant.id };
  if (resource.kind === 'app') {
    const claims = {
      ...{ aud: resource.audience, iss: `${names.origin}/${world.tenant.id}/v2.0`, ...times, azp: app.clientId, azpacr: proofClass(proof) },
      ...{
        ...person,
        preferred_username: user.upn,
        rh: '0.',
        scp: of.granted.join(' '),
        sub: pairwiseSubject(user.id, resource.app.clientId),
      },
      ...{ ...groupClaims(resource.app, user, of.context), ...rolesOf(resource.app, user), ver: '2.0' },
    };
    return signToken(claims, key);
  }
  const signInNames = [...scopes.signIn].filter((name) => name !== 'offline_access');
  const claims = {
    ...{ aud: resource.audience, iss: names.stsIssuer(world.tenant.id), ...times, acct: user.class === 'guest' ? 1 : 0, acr: '1' },
    ...{ amr: ['pwd'], app_displayname: app.name, appid: app.clientId, appidacr: proofClass(proof), ...nameParts(user), idtyp: 'user' },
    ...{
      ...person,
      rh: '0.',
      scp: [...new Set([...signInNames, ...of.granted])].join(' '),
      sub: pairwiseSubject(user.id, resource.audience),
    },
    ...{ tenant_region_scope: 'EU', unique_name: user.upn, upn: user.upn, ver: '1.0' },
  };
  return signToken(claims, key);
}

/** learn.microsoft.com/entra/identity-platform/id-token-claims-reference: what a person is called needs the scopes profile and email. */
export function idTokenOf(signIn: SignIn, context: EntraContext, extra: { code?: string; inFragment?: boolean } = {}): Promise<string> {
  const { app, user, scopes, version, nonce, authTimeSeconds, sid } = signIn;
  const { world, names } = context;
  const { lifetimeSeconds: _, ...times } = tokenTimes(context);
  const issuer = version === 'v2' ? `${names.origin}/${world.tenant.id}/v2.0` : names.stsIssuer(world.tenant.id);
  const called = version === 'v2' ? { preferred_username: user.upn } : { ...nameParts(user), unique_name: user.upn, upn: user.upn };
  const profile = scopes.signIn.has('profile') ? { name: user.displayName, oid: user.id, ...called } : {};
  const email = scopes.signIn.has('email') && user.mail !== null ? { email: user.mail } : {};
  const codeHash =
    extra.code === undefined ? {} : { c_hash: createHash('sha256').update(extra.code).digest().subarray(0, 16).toString('base64url') };
  const groups = groupClaims(app, user, context, extra.inFragment);
  const claims = {
    ...{ aud: app.clientId, iss: issuer, ...times, auth_time: authTimeSeconds, ...codeHash, ...email, ...groups, ...profile },
    ...{ ...(nonce === undefined ? {} : { nonce }), rh: '0.', ...rolesOf(app, user), sid, sub: pairwiseSubject(user.id, app.clientId) },
    ...{ tid: world.tenant.id, ver: version === 'v2' ? '2.0' : '1.0' },
  };
  return signToken(claims, context.key);
}

function nameParts(user: User): object {
  return {
    ...(user.surname === null ? {} : { family_name: user.surname }),
    ...(user.givenName === null ? {} : { given_name: user.givenName }),
  };
}

function rolesOf(app: AppRegistration, user: User): { roles?: readonly string[] } {
  const names = [user.id, user.upn, user.mail ?? '', ...user.aliases].map((name) => name.toLowerCase());
  const roles = Object.entries(app.userRoles ?? {}).find(([name]) => names.includes(name.toLowerCase()))?.[1] ?? [];
  return roles.length === 0 ? {} : { roles };
}

function refreshTokenOf(signIn: SignIn, { world, key }: EntraContext): string {
  const { app, user, scopes, version, platform, authTimeSeconds, sid } = signIn;
  const token: RefreshToken = {
    ...{ clientId: app.clientId, userId: user.id, scope: scopes.written.join(' '), signIn: [...scopes.signIn] },
    ...{ version, platform, authTimeSeconds, sid, issuedMs: signIn.refreshIssuedMs ?? world.clock.nowMs() },
  };
  return seal('refresh', token, key.sealKey);
}
