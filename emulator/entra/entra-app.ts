import { decodedText } from '../data/decoded-text.ts';
import type { Answer } from '../http/answer.ts';
import type { Caller } from './access.ts';
import { adminConsentEndpoint } from './admin-consent.ts';
import { authorizeEndpoint } from './authorize.ts';
import { openIdConfiguration, signingKeys } from './discovery.ts';
import { descriptionOf, entraHeaders, idsOf, refusalJson, type Ids } from './entra-answer.ts';
import { contextOf, type EntraContext, type EntraDeps, type EntraRequest } from './entra-request.ts';
import { instanceDiscovery } from './instance-discovery.ts';
import { loginEndpoint } from './login.ts';
import { logoutEndpoint } from './logout.ts';
import { messagePage } from './pages.ts';
import { isRefused, REFUSALS, refused, type Refusal } from './refusals.ts';
import { corsHeaders, deviceCodeEndpoint, tokenEndpoint } from './token-endpoint.ts';
import { userInfo } from './user-info.ts';
import { userRealm } from './user-realm.ts';

export interface EntraAppDeps extends EntraDeps {
  readonly checkAccess: (authorization: string | undefined, host?: string) => Caller;
  /** Counts what was asked of Entra. */
  count(kind: string, status: number): void;
}

interface Endpoint {
  readonly kind: string;
  /** Refusals are shown to a person, or read by a program. */
  readonly isPage?: boolean;
  readonly methods?: readonly string[];
  handle(context: EntraContext, of: { tenant: string; ids: Ids; checkAccess: EntraAppDeps['checkAccess'] }): Answer | Promise<Answer>;
}

const GET = ['GET', 'HEAD', 'OPTIONS'];

function endpointsOf(version: 'v1' | 'v2'): readonly (readonly [string, Endpoint])[] {
  const oauth2 = version === 'v2' ? 'oauth2/v2.0' : 'oauth2';
  const v2 = version === 'v2' ? 'v2.0/' : '';
  return [
    [
      `${v2}.well-known/openid-configuration`,
      { kind: 'entra.openid', methods: GET, handle: (context, { tenant }) => openIdConfiguration(context, tenant, version) },
    ],
    [`discovery/${v2}keys`, { kind: 'entra.keys', methods: GET, handle: (context, { tenant }) => signingKeys(context, tenant, version) }],
    [`${oauth2}/token`, { kind: 'entra.token', handle: (context, { tenant }) => tokenEndpoint(context, tenant, version) }],
    [`${oauth2}/devicecode`, { kind: 'entra.devicecode', handle: (context, { tenant }) => deviceCodeEndpoint(context, tenant) }],
    [
      `${oauth2}/authorize`,
      { kind: 'entra.authorize', isPage: true, handle: (context, { tenant, ids }) => authorizeEndpoint(context, { tenant, version, ids }) },
    ],
    [`${oauth2}/logout`, { kind: 'entra.logout', isPage: true, handle: (context, { tenant }) => logoutEndpoint(context, tenant) }],
    [
      `${v2}adminconsent`,
      { kind: 'entra.adminconsent', isPage: true, handle: (context, { tenant }) => adminConsentEndpoint(context, { tenant, version }) },
    ],
  ];
}

const USER_INFO: Endpoint = {
  kind: 'entra.userinfo',
  methods: [...GET, 'POST'],
  handle: (context, { checkAccess }) => userInfo(context, checkAccess),
};

/** By what follows the tenant, in lower case. */
const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map<string, Endpoint>([
  ...endpointsOf('v1'),
  ...endpointsOf('v2'),
  ['discovery/instance', { kind: 'entra.instance', methods: GET, handle: (context) => instanceDiscovery(context) }],
  ['login', { kind: 'entra.login', isPage: true, handle: (context, { tenant, ids }) => loginEndpoint(context, { tenant, ids }) }],
  ['openid/userinfo', USER_INFO],
]);

const userRealmOf = (user: string | undefined): Endpoint => ({
  kind: 'entra.userrealm',
  methods: GET,
  handle: (context) => userRealm(context, user),
});

const ERROR_PAGE: Endpoint = {
  kind: 'entra.error',
  handle: ({ request }) =>
    messagePage(
      'Error lookup',
      `AADSTS${/^\d{1,10}$/.exec(request.query.get('code') ?? '')?.[0] ?? ''}: see https://learn.microsoft.com/entra/identity-platform/reference-error-codes.`,
    ),
};

/** Entra ID of one tenant. Undefined for a path that is none of Entra's. */
export function createEntraApp(deps: EntraAppDeps): (request: EntraRequest) => Promise<Answer | undefined> {
  return async (request) => {
    const found = endpointFor(request.path);
    if (!found) return undefined;
    const { endpoint, tenant } = found;
    const context = contextOf(deps, request);
    const ids = idsOf(context);
    const answer = await answerOf(endpoint, { context, tenant, ids, checkAccess: deps.checkAccess });
    deps.count(endpoint.kind, answer.status);
    return { ...answer, headers: { ...entraHeaders(ids), ...answer.headers } };
  };
}

function endpointFor(path: string): { endpoint: Endpoint; tenant: string } | undefined {
  const [first = '', ...rest] = path.split('/').slice(1);
  const place = rest.join('/').toLowerCase();
  if (first.toLowerCase() === 'oidc') return place === 'userinfo' ? { endpoint: USER_INFO, tenant: '' } : undefined;
  if (first.toLowerCase() === 'error' && place === '') return { endpoint: ERROR_PAGE, tenant: '' };
  if (first.toLowerCase() === 'common' && rest.length <= 2 && rest[0]?.toLowerCase() === 'userrealm') {
    return { endpoint: userRealmOf(rest[1] && decodedText(rest[1])), tenant: 'common' };
  }
  const endpoint = first === '' ? undefined : ENDPOINTS.get(place);
  return endpoint && { endpoint, tenant: decodedText(first) };
}

async function answerOf(
  endpoint: Endpoint,
  of: { context: EntraContext; tenant: string; ids: Ids; checkAccess: EntraAppDeps['checkAccess'] },
): Promise<Answer> {
  const { context, ids } = of;
  try {
    const { method } = context.request;
    if (endpoint.methods && !endpoint.methods.includes(method)) throw refused(REFUSALS.getOnly(method));
    return await endpoint.handle(context, of);
  } catch (error) {
    if (!isRefused(error)) throw error;
    if (endpoint.isPage) return refusalPage(error.refusal, { context, ids });
    const answer = refusalJson(error.refusal, context, ids);
    return { ...answer, headers: { ...answer.headers, ...corsHeaders(context) } };
  }
}

function refusalPage(refusal: Refusal, { context, ids }: { context: EntraContext; ids: Ids }): Answer {
  const text = descriptionOf(refusal, { ids, nowMs: context.world.clock.nowMs() });
  return messagePage("Sorry, but we're having trouble signing you in.", text, refusal.status === 413 ? 413 : 400);
}
