import type { Client, Proof } from './client-authentication.ts';
import { needed, type EntraContext } from './entra-request.ts';
import type { Version } from './discovery.ts';
import { REFUSALS, refused } from './refusals.ts';
import { AZURE_AD_GRAPH_ID, GRAPH_APP_ID, resourceNamed, type Resource } from './resources.ts';
import { signToken, tokenTimes } from './sign-token.ts';

/** What the client credentials grant answers with: a token of the app itself, never a refresh token. */
export async function appToken(
  client: Client,
  parameters: ReadonlyMap<string, string>,
  of: { context: EntraContext; version: Version },
): Promise<object> {
  const { context, version } = of;
  if (version === 'v2') needed(parameters, 'scope');
  if (client.proof === 'none') throw refused(REFUSALS.noSecret());
  const resource =
    version === 'v2'
      ? resourceOfScope(needed(parameters, 'scope'), context)
      : resourceNamed(parameters.get('resource') ?? AZURE_AD_GRAPH_ID, context);
  const { lifetimeSeconds, ...times } = tokenTimes(context);
  const claims = resource.kind === 'app' ? ownApiClaims(client, resource, context) : microsoftClaims(client, resource, context);
  const token = await signToken({ ...claims, ...times }, context.key);
  if (version === 'v2') return { token_type: 'Bearer', expires_in: lifetimeSeconds, ext_expires_in: lifetimeSeconds, access_token: token };
  // v1.0 sends its numbers as text.
  const expiry = { expires_in: String(lifetimeSeconds), ext_expires_in: String(lifetimeSeconds), expires_on: String(times.exp) };
  return { token_type: 'Bearer', ...expiry, not_before: String(times.nbf), resource: resource.audience, access_token: token };
}

/**
 * One resource, and all that was consented to on it: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
 * A scope without a resource is Microsoft Graph's (learn.microsoft.com/entra/identity-platform/scopes-oidc); rclone sends `.default` alone.
 */
function resourceOfScope(scope: string, context: EntraContext): Resource {
  const wanted = withoutOpenIdScopes(scope);
  if (wanted === '.default') return resourceNamed(GRAPH_APP_ID, context);
  if (!/^\S+\/\.default$/.test(wanted)) throw refused(REFUSALS.badScope(scope.slice(0, 256)));
  return resourceNamed(wanted.slice(0, -'/.default'.length), context);
}

/** Microsoft’s library for Go sends these beside `.default` (AzureAD/microsoft-authentication-library-for-go, AppendDefaultScopes), and gets its tokens. */
const OPENID_SCOPES: ReadonlySet<string> = new Set(['openid', 'offline_access', 'profile']);

function withoutOpenIdScopes(scope: string): string {
  const parts = scope.split(' ').filter((part) => part !== '' && !OPENID_SCOPES.has(part));
  return parts.join(' ');
}

/** 1 is a secret, 2 a signed assertion: learn.microsoft.com/entra/identity-platform/access-token-claims-reference. */
export function proofClass(proof: Proof): string {
  return { none: '0', secret: '1', certificate: '2', federated: '2' }[proof];
}

/** Without any consent a token is issued all the same, without roles; the resource refuses then. */
function microsoftClaims({ app, proof }: Client, resource: Resource, { world, names }: EntraContext): Record<string, unknown> {
  const issuer = names.stsIssuer(world.tenant.id);
  return {
    ...{ aud: resource.audience, iss: issuer, app_displayname: app.name, appid: app.clientId, appidacr: proofClass(proof) },
    ...{ idp: issuer, idtyp: 'app', oid: app.objectId, rh: '0.', sub: app.objectId, tenant_region_scope: 'EU', tid: world.tenant.id },
    ...(resource.kind === 'graph' && app.roles.length > 0 ? { roles: app.roles } : {}),
    ...{ ver: '1.0', wids: ['0997a1d0-0d1d-4acb-b408-d5ca73121e90'] },
  };
}

function ownApiClaims({ app, proof }: Client, resource: Resource, { world, names }: EntraContext): Record<string, unknown> {
  return {
    ...{ aud: resource.audience, iss: `${names.origin}/${world.tenant.id}/v2.0`, azp: app.clientId, azpacr: proofClass(proof) },
    ...{ idtyp: 'app', oid: app.objectId, rh: '0.', sub: app.objectId, tid: world.tenant.id, ver: '2.0' },
  };
}
