import { isUuid } from '../data/uuid.ts';
import type { Answer } from '../http/answer.ts';
import { publicJson } from './entra-answer.ts';
import { tenantName, type EntraContext } from './entra-request.ts';
import { isRefused, refused } from './refusals.ts';

export type Version = 'v1' | 'v2';

/** What stands for the tenant in addresses: its id, or the shared name that was asked. */
function tenantOf(context: EntraContext, tenant: string): { path: string; id: string } {
  try {
    const name = tenantName(context.world, tenant);
    const { id } = context.world.tenant;
    if (name === 'consumers') return { path: name, id: isUuid(tenant) ? tenant.toLowerCase() : '9188040d-6c67-4c5b-b112-36a304b66dad' };
    // The issuer of a document that serves many tenants is a pattern: learn.microsoft.com/entra/identity-platform/v2-protocols-oidc.
    return name === 'own' ? { path: id, id } : { path: name, id: '{tenantid}' };
  } catch (error) {
    // Another error than the token endpoint's: recordings of the Azure SDKs.
    throw isRefused(error) ? refused({ ...error.refusal, error: 'invalid_tenant' }) : error;
  }
}

/** GET /{tenant}/v2.0/.well-known/openid-configuration, and the same without v2.0. */
export function openIdConfiguration(context: EntraContext, tenant: string, version: Version): Answer {
  const { names } = context;
  const { path, id } = tenantOf(context, tenant);
  const base = `${names.origin}/${path}`;
  const oauth2 = `${base}/oauth2${version === 'v2' ? '/v2.0' : ''}`;
  const claims = ['sub', 'iss', 'cloud_instance_name', 'cloud_instance_host_name', 'cloud_graph_host_name', 'msgraph_host', 'aud', 'exp'];
  const own =
    version === 'v2'
      ? {
          jwks_uri: `${base}/discovery/v2.0/keys`,
          response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
          scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
          ...{ issuer: `${names.origin}/${id}/v2.0`, request_uri_parameter_supported: false },
          userinfo_endpoint: `${names.graphOrigin}/oidc/userinfo`,
          claims_supported: [
            ...claims,
            'iat',
            'auth_time',
            'acr',
            'nonce',
            'preferred_username',
            'name',
            'tid',
            'ver',
            'at_hash',
            'c_hash',
            'email',
          ],
        }
      : {
          jwks_uri: `${base}/discovery/keys`,
          response_types_supported: ['code', 'id_token', 'code id_token', 'token id_token', 'token'],
          scopes_supported: ['openid'],
          ...{ issuer: names.stsIssuer(id), microsoft_multi_refresh_token: true },
          check_session_iframe: `${oauth2}/checksession`,
          userinfo_endpoint: `${base}/openid/userinfo`,
          claims_supported: [...claims, 'iat', 'auth_time', 'acr', 'amr', 'nonce', 'email', 'given_name', 'family_name', 'nickname'],
        };
  return publicJson({
    token_endpoint: `${oauth2}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    ...own,
    ...{ authorization_endpoint: `${oauth2}/authorize`, device_authorization_endpoint: `${oauth2}/devicecode` },
    ...{ http_logout_supported: true, frontchannel_logout_supported: true, end_session_endpoint: `${oauth2}/logout` },
    ...{ kerberos_endpoint: `${base}/kerberos`, tenant_region_scope: path === context.world.tenant.id ? 'EU' : null },
    ...{ cloud_instance_name: names.instanceName, cloud_graph_host_name: 'graph.windows.net' },
    ...{ msgraph_host: new URL(names.graphOrigin).host, rbac_url: 'https://pas.windows.net' },
  });
}

/** GET /{tenant}/discovery/v2.0/keys, and the same without v2.0, whose keys name no issuer. */
export function signingKeys(context: EntraContext, tenant: string, version: Version): Answer {
  const { names, key } = context;
  const { id } = tenantOf(context, tenant);
  const own = version === 'v2' ? { cloud_instance_name: names.instanceName, issuer: `${names.origin}/${id}/v2.0` } : {};
  return publicJson({ keys: [{ ...key.jwk, ...own }] });
}
