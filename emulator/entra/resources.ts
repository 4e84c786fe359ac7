import type { AppRegistration } from '../data/model.ts';
import type { World } from '../data/world.ts';
import { CLOUDS } from './cloud.ts';
import type { EntraContext } from './entra-request.ts';
import { REFUSALS, refused } from './refusals.ts';

/** What a token is for. `audience` is the name that the client used, as Entra repeats it in `aud`. */
export type Resource =
  | { readonly kind: 'graph' | 'microsoft'; readonly audience: string }
  | { readonly kind: 'app'; readonly audience: string; readonly app: AppRegistration };

export const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000';
export const GRAPH_HOSTS: readonly string[] = CLOUDS.flatMap(({ graphHosts }) => graphHosts);

/** The resource of v1.0 requests that name none: Azure AD Graph. */
export const AZURE_AD_GRAPH_ID = '00000002-0000-0000-c000-000000000000';

/** Other services that every tenant has: learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in. */
const MICROSOFT_HOSTS = ['graph.windows.net', 'outlook.office365.com', 'outlook.office.com', 'management.azure.com', 'management.core.windows.net', 'vault.azure.net']; // prettier-ignore
const MICROSOFT_IDS = [AZURE_AD_GRAPH_ID, '00000002-0000-0ff1-ce00-000000000000', '797f4846-ba00-4fd7-ba43-dac1f8f63013'];

/** A resource by its address, its application id, or an app's own names. Throws when the tenant has none such. */
export function resourceNamed(name: string, { world, names }: EntraContext): Resource {
  const resource = graphOrMicrosoft(name, new URL(names.origin).hostname) ?? appResource(name, world);
  if (!resource) throw refused(REFUSALS.unknownResource(name.slice(0, 256), world.tenant.name));
  if (resource.kind !== 'app' && world.entra.settings().subscriptionLapsed) throw refused(REFUSALS.lapsed(name));
  return resource;
}

function graphOrMicrosoft(name: string, ownHost: string): Resource | undefined {
  if (name === GRAPH_APP_ID) return { kind: 'graph', audience: name };
  if (MICROSOFT_IDS.includes(name)) return { kind: 'microsoft', audience: name };
  if (!URL.canParse(name)) return undefined;
  const { protocol, hostname, pathname, search } = new URL(name);
  if (protocol !== 'https:' || pathname !== '/' || search !== '') return undefined;
  // The emulator's own address is Graph too: SDKs take the scope from the host that they talk to.
  if ([...GRAPH_HOSTS, ownHost, 'localhost', '127.0.0.1', '[::1]'].includes(hostname)) return { kind: 'graph', audience: name };
  return MICROSOFT_HOSTS.includes(hostname) ? { kind: 'microsoft', audience: name } : undefined;
}

/** The audience of an app's v2.0 tokens is its client id, by whatever name it was asked for. */
function appResource(name: string, world: World): Resource | undefined {
  const wanted = name.toLowerCase().replace(/^api:\/\//, '');
  const app =
    world.findApp(wanted) ??
    world.apps().find(({ identifierUris }) => identifierUris?.some((uri) => uri.replace(/\/$/, '') === name.replace(/\/$/, '')));
  return app && !app.disabled ? { kind: 'app', audience: app.clientId, app } : undefined;
}

/**
 * Does Graph take a token with this audience? The host of a request counts as well as Microsoft's own names; under one of
 * those no other is good, for no cloud takes another's tokens: learn.microsoft.com/graph/deployments.
 */
export function isGraphAudience(audience: unknown, requestHost: string): boolean {
  const host = requestHost.toLowerCase().replace(/:\d+$/, '');
  if (typeof audience !== 'string' || graphOrMicrosoft(audience, host)?.kind !== 'graph') return false;
  if (audience === GRAPH_APP_ID || !GRAPH_HOSTS.includes(host)) return true;
  const { hostname } = new URL(audience);
  return hostname === host || !GRAPH_HOSTS.includes(hostname);
}
