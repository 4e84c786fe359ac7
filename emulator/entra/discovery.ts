import type { World } from '../data/world.ts';
import { isTenant } from './token.ts';
import { refusal, REFUSALS } from './refusals.ts';

/** GET /{tenant}/v2.0/.well-known/openid-configuration; an unknown tenant is `invalid_tenant` here, not `invalid_request`. */
export function openIdConfiguration(tenant: string, deps: { world: World; origin: string }): { status: number; body: object } {
  if (!isTenant(deps.world, tenant))
    return refusal({ ...REFUSALS.unknownTenant(tenant), error: 'invalid_tenant' }, deps.world.clock.nowMs());
  const base = `${deps.origin}/${deps.world.tenant.id}`;
  const body = {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${base}/v2.0`,
    request_uri_parameter_supported: false,
    userinfo_endpoint: `${deps.origin}/oidc/userinfo`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'auth_time', 'tid', 'oid', 'preferred_username', 'name', 'email'],
    kerberos_endpoint: `${base}/kerberos`,
    tenant_region_scope: 'EU',
    cloud_instance_name: new URL(deps.origin).host,
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: new URL(deps.origin).host,
  };
  return { status: 200, body };
}

/** GET /common/discovery/instance: MSAL asks it about authorities that it does not know. */
export function instanceDiscovery(deps: { world: World; origin: string }): { status: number; body: object } {
  const { host } = new URL(deps.origin);
  return {
    status: 200,
    body: {
      tenant_discovery_endpoint: `${deps.origin}/${deps.world.tenant.id}/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
    },
  };
}
