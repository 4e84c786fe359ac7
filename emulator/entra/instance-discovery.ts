import type { Answer } from '../http/answer.ts';
import { CLOUDS, cloudOf } from './cloud.ts';
import { publicJson } from './entra-answer.ts';
import { needed, parametersOf, type EntraContext } from './entra-request.ts';
import { REFUSALS, refused } from './refusals.ts';

const KNOWN = CLOUDS.map(({ loginHosts, preferredCache }) => ({
  preferred_network: loginHosts[0]!,
  preferred_cache: preferredCache,
  aliases: loginHosts,
}));

/**
 * GET /common/discovery/instance: MSAL asks whether an authority's host is one of Microsoft's and which names it has. The
 * emulator counts its own as one.
 */
export function instanceDiscovery(context: EntraContext): Answer {
  const { request } = context;
  const parameters = parametersOf(request.query);
  const endpoint = needed(parameters, 'authorization_endpoint');
  if (!URL.canParse(endpoint)) throw refused(REFUSALS.unknownInstance());
  const { protocol, host, hostname, pathname } = new URL(endpoint);
  const isOwn = host.toLowerCase() === request.host.toLowerCase();
  if (protocol !== 'https:' || (!isOwn && !cloudOf(hostname))) throw refused(REFUSALS.unknownInstance());
  const tenant = pathname.split('/')[1] ?? '';
  const version = /\/v2\.0\//i.test(pathname) ? '/v2.0' : '';
  const tenantDiscovery = { tenant_discovery_endpoint: `https://${host}/${tenant || 'common'}${version}/.well-known/openid-configuration` };
  if ((parameters.get('api-version') ?? '1.0') === '1.0') return publicJson(tenantDiscovery);
  const own = isOwn && !cloudOf(hostname) ? [{ preferred_network: host, preferred_cache: host, aliases: [host] }] : [];
  return publicJson({ ...tenantDiscovery, 'api-version': '1.1', metadata: [...own, ...KNOWN] });
}
