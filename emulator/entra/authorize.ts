import { randomUUID } from 'node:crypto';
import type { Answer } from '../http/answer.ts';
import type { AppRegistration, User } from '../data/model.ts';
import { CODE_LIFETIME_MS, type AuthorizationCode } from './authorization-code.ts';
import { authorizeRequest, targetOf, type AuthorizeRequest } from './authorize-request.ts';
import type { Version } from './discovery.ts';
import type { Ids } from './entra-answer.ts';
import { appNamed, parametersOf, tenantName, type EntraContext } from './entra-request.ts';
import { consentPage } from './pages.ts';
import { idTokenOf } from './person-tokens.ts';
import { REFUSALS, isRefused, refused } from './refusals.ts';
import { appRedirect, deliver, deliverRefusal } from './redirect-target.ts';
import { missingConsent, parseScopes } from './scopes.ts';
import { seal } from './seal.ts';
import { newSession, readSession, sessionCookie, type Session } from './session.ts';
import { accountsPage, loginPath, sealedRequest } from './accounts-page.ts';

/** GET or POST /{tenant}/oauth2/v2.0/authorize. Throws what can only be shown; the rest is sent to the app. */
export async function authorizeEndpoint(context: EntraContext, of: { tenant: string; version: Version; ids: Ids }): Promise<Answer> {
  const { request, world } = context;
  if (request.method !== 'GET' && request.method !== 'POST') throw refused(REFUSALS.getOnly(request.method));
  const fields = request.method === 'POST' ? await request.form() : request.query;
  tenantName(world, of.tenant);
  const parameters = parametersOf(fields);
  const redirect = appRedirect(parameters, context);
  const target = targetOf(parameters, redirect);
  try {
    return await proceed(authorizeRequest(parameters, { redirect, target, version: of.version, tenant: of.tenant, context }), context);
  } catch (error) {
    if (isRefused(error)) return deliverRefusal(target, error.refusal, { context, ids: of.ids });
    throw error;
  }
}

async function proceed(request: AuthorizeRequest, context: EntraContext): Promise<Answer> {
  const session = readSession(context);
  const hinted = request.loginHint === undefined ? undefined : context.world.findUser(request.loginHint);
  const fits = session !== undefined && (request.loginHint === undefined || hinted?.id === session.user.id);
  if (request.prompt === 'none') {
    if (!fits) throw refused(REFUSALS.noSession());
    if (wantedConsent(request, session.user, context).length > 0)
      throw refused({ ...REFUSALS.notConsented(appNamed(context.world, request.clientId)), error: 'interaction_required' });
    return complete(request, session, context);
  }
  if (fits && request.prompt !== 'login' && request.prompt !== 'select_account') return consentOrComplete(request, session, context);
  return accountsPage(request, { app: appNamed(context.world, request.clientId), context, find: '' });
}

/** What the person has still to agree to, or all that is asked for when the app wants to hear it again. */
function wantedConsent(request: AuthorizeRequest, user: User, context: EntraContext): readonly string[] {
  const app = appNamed(context.world, request.clientId);
  return missingConsent(context.world, { app, userId: user.id, scopes: parseScopes(request.scope, app, context) });
}

/** Somebody was picked on the page. */
export function signedIn(request: AuthorizeRequest, user: User, context: EntraContext): Promise<Answer> {
  return consentOrComplete(request, newSession(user, context), context);
}

async function consentOrComplete(request: AuthorizeRequest, session: Session, context: EntraContext): Promise<Answer> {
  const missing = wantedConsent(request, session.user, context);
  if (missing.length === 0 && request.prompt !== 'consent') return complete(request, session, context);
  const app = appNamed(context.world, request.clientId);
  const { signIn, wanted } = parseScopes(request.scope, app, context);
  const page = {
    ...{ title: 'Permissions requested', appName: app.name, userName: session.user.displayName, action: loginPath(context) },
    request: sealedRequest({ ...request, consentOf: sessionPart(session) }, context),
    permissions: missing.length > 0 ? missing : [...signIn, ...wanted],
  };
  return consentPage(page, sessionCookie(session, context));
}

export type SessionPart = Pick<Session, 'userId' | 'authTimeSeconds' | 'sid'>;

function sessionPart({ userId, authTimeSeconds, sid }: Session): SessionPart {
  return { userId, authTimeSeconds, sid };
}

/** The person agreed: it is kept, and the app gets what it asked for. */
export async function accepted(request: AuthorizeRequest, session: Session, context: EntraContext): Promise<Answer> {
  const scopes = wantedConsent(request, session.user, context);
  if (scopes.length > 0) await context.world.commit([{ op: 'entra.consent', appId: request.clientId, userId: session.user.id, scopes }]);
  return complete(request, session, context);
}

async function complete(request: AuthorizeRequest, session: Session, context: EntraContext): Promise<Answer> {
  const app = appNamed(context.world, request.clientId);
  const code = request.wantsCode ? codeFor(request, session, context) : undefined;
  const idToken = request.wantsIdToken ? await idTokenFor({ request, session, app, code }, context) : undefined;
  const { id: tenantId } = context.world.tenant;
  const info = Buffer.from(JSON.stringify({ uid: session.user.id, utid: tenantId })).toString('base64url');
  const outcome = {
    ...(code === undefined ? {} : { code }),
    ...(idToken === undefined ? {} : { id_token: idToken }),
    ...(request.wantsClientInfo ? { client_info: info } : {}),
    session_state: session.sid,
  };
  return deliver(request.target, outcome, sessionCookie(session, context));
}

function codeFor(request: AuthorizeRequest, session: Session, { world, key }: EntraContext): string {
  const { clientId, target, redirectGiven, scope, version, platform, nonce, challenge, challengeMethod } = request;
  const code: AuthorizationCode = {
    ...{ id: randomUUID(), clientId, userId: session.user.id, redirectUri: target.redirectUri, redirectGiven, scope, version, platform },
    ...(nonce === undefined ? {} : { nonce }),
    ...(challenge === undefined || challengeMethod === undefined ? {} : { challenge, challengeMethod }),
    ...{ authTimeSeconds: session.authTimeSeconds, sid: session.sid, expiresMs: world.clock.nowMs() + CODE_LIFETIME_MS },
  };
  return seal('code', code, key.sealKey);
}

function idTokenFor(
  of: { request: AuthorizeRequest; session: Session; app: AppRegistration; code: string | undefined },
  context: EntraContext,
): Promise<string> {
  const { request, session, app, code } = of;
  const { version, platform, nonce } = request;
  const scopes = parseScopes(request.scope, app, context);
  const { authTimeSeconds, sid, user } = session;
  const signIn = {
    app,
    user,
    scopes,
    version,
    platform,
    proof: 'none' as const,
    authTimeSeconds,
    sid,
    ...(nonce === undefined ? {} : { nonce }),
  };
  return idTokenOf(signIn, context, { inFragment: request.target.mode === 'fragment', ...(code === undefined ? {} : { code }) });
}
