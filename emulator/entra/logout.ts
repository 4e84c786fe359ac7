import type { Answer } from '../http/answer.ts';
import { decodeJwt } from 'jose';
import { redirectTo } from './entra-answer.ts';
import { tenantName, type EntraContext } from './entra-request.ts';
import { messagePage } from './pages.ts';
import { isSameRedirect } from './redirect-target.ts';
import { ENDED_SESSION } from './session.ts';

/**
 * GET or POST /{tenant}/oauth2/v2.0/logout: ends the session, and leads back to an address that is registered as a redirect
 * address: learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request.
 */
export async function logoutEndpoint(context: EntraContext, tenant: string): Promise<Answer> {
  const { request, world } = context;
  tenantName(world, tenant);
  const fields = request.method === 'POST' ? await request.form() : request.query;
  const back = fields.get('post_logout_redirect_uri');
  const clientId = fields.get('client_id') ?? audienceOf(fields.get('id_token_hint'));
  const apps = clientId === undefined ? world.apps() : [world.findApp(clientId)];
  const isKnown = back !== null && apps.some((app) => app?.redirectUris?.some(({ uri }) => isSameRedirect(back, uri)));
  if (!isKnown) return messagePage('You signed out of your account', "It's a good idea to close all browser windows.", 200, ENDED_SESSION);
  const state = fields.get('state');
  const text = state === null ? '' : `${back.includes('?') ? '&' : '?'}${new URLSearchParams({ state }).toString()}`;
  return redirectTo(`${back}${text}`, ENDED_SESSION);
}

/** The hint only picks the app whose addresses count, so an expired one serves as well. */
function audienceOf(hint: string | null): string | undefined {
  if (hint === null) return undefined;
  try {
    const { aud } = decodeJwt(hint);
    return typeof aud === 'string' ? aud : undefined;
  } catch {
    return undefined;
  }
}
