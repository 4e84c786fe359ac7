import type { AppRegistration } from '../data/model.ts';
import type { RedirectPlatform } from '../data/app-sign-in.ts';
import type { Version } from './discovery.ts';
import { needed, tenantName, type EntraContext } from './entra-request.ts';
import { REFUSALS, refused } from './refusals.ts';
import { RESPONSE_MODES, type AppRedirect, type RedirectTarget, type ResponseMode } from './redirect-target.ts';
import { scopesOf } from './scopes.ts';

export const PROMPTS = ['none', 'login', 'consent', 'select_account'] as const;
export type Prompt = (typeof PROMPTS)[number];

/** A checked request for a sign-in; sealed into the pages that lead through it. */
export interface AuthorizeRequest {
  readonly kind: 'authorize';
  readonly clientId: string;
  readonly target: RedirectTarget;
  readonly redirectGiven: boolean;
  readonly platform: RedirectPlatform;
  readonly version: Version;
  readonly wantsCode: boolean;
  readonly wantsIdToken: boolean;
  readonly wantsClientInfo: boolean;
  readonly scope: string;
  readonly nonce?: string;
  readonly prompt?: Prompt;
  readonly loginHint?: string;
  readonly domainHint?: string;
  readonly challenge?: string;
  readonly challengeMethod?: 'plain' | 'S256';
}

const SUPPORTED_TYPES = ['code', 'id_token'];

/** What the target is, whatever else the request says: even a refusal has to get there. */
export function targetOf(parameters: ReadonlyMap<string, string>, { redirect }: AppRedirect): RedirectTarget {
  const given = parameters.get('response_mode')?.toLowerCase();
  const hasToken = /\b(id_)?token\b/.test(parameters.get('response_type') ?? '');
  const fallback: ResponseMode = hasToken ? 'fragment' : 'query';
  const state = parameters.get('state');
  const mode = RESPONSE_MODES.find((known) => known === given) ?? fallback;
  return { redirectUri: redirect.uri, mode, ...(state === undefined ? {} : { state }) };
}

/** Throws what is wrong with a request whose app and redirect address are known. */
export function authorizeRequest(
  parameters: ReadonlyMap<string, string>,
  of: { redirect: AppRedirect; target: RedirectTarget; version: Version; tenant: string; context: EntraContext },
): AuthorizeRequest {
  const { redirect, target, version, context } = of;
  const { app } = redirect;
  if (tenantName(context.world, of.tenant) === 'consumers') throw refused(REFUSALS.notForConsumers(app.name));
  const types = responseTypes(parameters, app);
  const mode = parameters.get('response_mode')?.toLowerCase();
  const isKnownMode = mode === undefined || (RESPONSE_MODES as readonly string[]).includes(mode);
  // learn.microsoft.com/entra/identity-platform/v2-protocols-oidc: an id token never travels in a query.
  if (!isKnownMode || (mode === 'query' && types.has('id_token'))) throw refused(REFUSALS.responseMode((mode ?? '').slice(0, 64)));
  const scopes = scopesOf(version === 'v2' ? new Map([...parameters, ['scope', needed(parameters, 'scope')]]) : parameters, {
    app,
    context,
    version,
  });
  const nonce = types.has('id_token') ? needed(parameters, 'nonce') : parameters.get('nonce');
  const prompt = parameters.get('prompt');
  const loginHint = parameters.get('login_hint');
  const domainHint = parameters.get('domain_hint');
  return {
    ...{
      kind: 'authorize',
      clientId: app.clientId,
      target,
      redirectGiven: redirect.isGiven,
      platform: redirect.redirect.platform,
      version,
    },
    ...{ wantsCode: types.has('code'), wantsIdToken: types.has('id_token'), wantsClientInfo: parameters.get('client_info') === '1' },
    scope: [...scopes.signIn, ...scopes.written].join(' '),
    ...(nonce === undefined ? {} : { nonce }),
    ...(prompt === undefined ? {} : { prompt: promptOf(prompt) }),
    ...(loginHint === undefined ? {} : { loginHint }),
    ...(domainHint === undefined ? {} : { domainHint }),
    ...challengeOf(parameters, redirect),
  };
}

function responseTypes(parameters: ReadonlyMap<string, string>, app: AppRegistration): ReadonlySet<string> {
  const given = needed(parameters, 'response_type');
  const types = new Set(given.split(' ').filter((type) => type !== ''));
  const isSupported = types.size > 0 && [...types].every((type) => SUPPORTED_TYPES.includes(type));
  const isEnabled = !types.has('id_token') || app.implicitIdTokens === true;
  if (!isSupported || !isEnabled) throw refused(REFUSALS.responseType(given.slice(0, 64)));
  return types;
}

function promptOf(given: string): Prompt {
  const prompt = PROMPTS.find((known) => known === given.toLowerCase());
  if (prompt === undefined) throw refused(REFUSALS.prompt());
  return prompt;
}

const CHALLENGE = /^[\w.~-]{43,128}$/;

/** learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow: both methods are taken; without one it is plain. */
function challengeOf(
  parameters: ReadonlyMap<string, string>,
  { redirect }: AppRedirect,
): Pick<AuthorizeRequest, 'challenge' | 'challengeMethod'> {
  const challenge = parameters.get('code_challenge');
  const method = parameters.get('code_challenge_method') ?? 'plain';
  if (challenge === undefined) {
    if (redirect.platform === 'spa') throw refused(REFUSALS.pkceNeeded());
    return {};
  }
  if (method !== 'plain' && method !== 'S256') throw refused(REFUSALS.invalidParameter('code_challenge_method'));
  if (!CHALLENGE.test(challenge)) throw refused(REFUSALS.verifierSize());
  return { challenge, challengeMethod: method };
}
