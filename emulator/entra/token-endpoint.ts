import type { Answer } from '../http/answer.ts';
import { redeemCode } from './authorization-code.ts';
import { authenticateClient } from './client-authentication.ts';
import { appToken } from './client-credentials.ts';
import type { Version } from './discovery.ts';
import { entraJson } from './entra-answer.ts';
import { appNamed, needed, parametersOf, tenantName, type EntraContext } from './entra-request.ts';
import { personOf } from './people.ts';
import { personTokens } from './person-tokens.ts';
import { refreshedSignIn } from './refresh-grant.ts';
import { REFUSALS, refused } from './refusals.ts';

const GRANTS = ['client_credentials', 'authorization_code', 'refresh_token', 'password'];

/** POST /{tenant}/oauth2/v2.0/token, and the same without v2.0. Throws refusals. */
export async function tokenEndpoint(context: EntraContext, tenant: string, version: Version): Promise<Answer> {
  const { request, world } = context;
  if (request.method === 'OPTIONS') return preflight(context);
  if (request.method !== 'POST') throw refused(REFUSALS.postOnly(request.method));
  const form = await request.form();
  const name = tenantName(world, tenant);
  const parameters = parametersOf(form);
  const grant = needed(parameters, 'grant_type');
  if (!GRANTS.includes(grant)) throw refused(REFUSALS.unsupportedGrant(grant.slice(0, 256)));
  if (version === 'v2' && parameters.has('resource')) throw refused(REFUSALS.unsupportedParameter('resource'));
  if (name === 'consumers') throw refused(REFUSALS.notForConsumers(parameters.get('client_id') ?? ''));
  if (grant === 'client_credentials' && name !== 'own') throw refused(REFUSALS.noTenant());
  if (grant === 'password') return refusePassword(parameters, context);
  const client = await authenticateClient(parameters, context);
  if (grant === 'client_credentials') return entraJson(await appToken(client, parameters, { context, version }));
  const signIn =
    grant === 'authorization_code' ? await redeemCode(client, parameters, context) : refreshedSignIn(client, parameters, context);
  const tokens = await personTokens(signIn, context, { clientInfo: parameters.get('client_info') === '1' });
  return entraJson(tokens, corsHeaders(context));
}

/** Nobody in the emulator has a password, so every one is wrong. */
function refusePassword(parameters: ReadonlyMap<string, string>, { world }: EntraContext): never {
  appNamed(world, needed(parameters, 'client_id'));
  const name = needed(parameters, 'username');
  needed(parameters, 'password');
  personOf(world, name);
  throw refused(REFUSALS.wrongPassword());
}

/** Single-page apps redeem codes from their own origin. */
export function corsHeaders({ request }: EntraContext): Record<string, string> {
  const origin = request.header('origin');
  return origin === undefined
    ? {}
    : { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'client-request-id, x-ms-request-id' };
}

function preflight({ request }: EntraContext): Answer {
  const asked = request.header('access-control-request-headers');
  const allowed: Record<string, string> =
    asked !== undefined && /^[\w, -]{1,1000}$/.test(asked) ? { 'Access-Control-Allow-Headers': asked } : {};
  return { status: 200, headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'POST, OPTIONS', ...allowed } };
}

/** POST /{tenant}/oauth2/v2.0/devicecode: no app here is registered for devices without a browser. */
export async function deviceCodeEndpoint(context: EntraContext, tenant: string): Promise<never> {
  const { request, world } = context;
  if (request.method !== 'POST') throw refused(REFUSALS.postOnly(request.method));
  const parameters = parametersOf(await request.form());
  tenantName(world, tenant);
  appNamed(world, needed(parameters, 'client_id'));
  throw refused(REFUSALS.notMobile());
}
