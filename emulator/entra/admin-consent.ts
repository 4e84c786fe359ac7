import type { Answer } from '../http/answer.ts';
import type { User } from '../data/model.ts';
import type { Version } from './discovery.ts';
import { appNamed, parametersOf, tenantName, type EntraContext } from './entra-request.ts';
import { consentPage } from './pages.ts';
import { REFUSALS, refused } from './refusals.ts';
import { appRedirect, deliver, type RedirectTarget } from './redirect-target.ts';
import { accountsPage, loginPath, sealedRequest } from './accounts-page.ts';
import { parseScopes } from './scopes.ts';

/** An administrator is asked to consent for everybody: learn.microsoft.com/entra/identity-platform/v2-admin-consent. */
export interface AdminConsentRequest {
  readonly kind: 'adminConsent';
  readonly clientId: string;
  readonly target: RedirectTarget;
  /** v2.0 names delegated permissions; the older address takes what the registration asks for. */
  readonly scope?: string;
  readonly adminId?: string;
}

/** GET /{tenant}/adminconsent and /{tenant}/v2.0/adminconsent. */
export async function adminConsentEndpoint(context: EntraContext, of: { tenant: string; version: Version }): Promise<Answer> {
  const { request, world } = context;
  if (request.method !== 'GET') throw refused(REFUSALS.getOnly(request.method));
  if (tenantName(world, of.tenant) === 'consumers') throw refused(REFUSALS.notForConsumers(request.query.get('client_id') ?? ''));
  const parameters = parametersOf(request.query);
  const { app, redirect } = appRedirect(parameters, context);
  const state = parameters.get('state');
  const scope = of.version === 'v2' ? parameters.get('scope') : undefined;
  if (scope !== undefined) parseScopes(scope, app, context);
  const target = { redirectUri: redirect.uri, mode: 'query', ...(state === undefined ? {} : { state }) } as const;
  const asked: AdminConsentRequest = { kind: 'adminConsent', clientId: app.clientId, target, ...(scope === undefined ? {} : { scope }) };
  return accountsPage(asked, { app, context, find: '' });
}

/** Everybody may consent for the organisation here: the emulator knows no administrators. */
export function askAdmin(request: AdminConsentRequest, admin: User, context: EntraContext): Answer {
  const app = appNamed(context.world, request.clientId);
  return consentPage({
    ...{ title: 'Permissions requested: review for your organization', appName: app.name, userName: admin.displayName },
    ...{ action: loginPath(context), request: sealedRequest({ ...request, adminId: admin.id }, context) },
    permissions: [...new Set([...(app.requestedRoles ?? app.roles), ...scopesOf(request, context)])],
  });
}

function scopesOf(request: AdminConsentRequest, context: EntraContext): readonly string[] {
  if (request.scope === undefined) return [];
  const { resource, wanted } = parseScopes(request.scope, appNamed(context.world, request.clientId), context);
  return resource.kind === 'graph' ? wanted.filter((name) => name !== '.default') : [];
}

export async function adminAccepted(request: AdminConsentRequest, context: EntraContext): Promise<Answer> {
  const app = appNamed(context.world, request.clientId);
  const roles = [...new Set([...app.roles, ...(app.requestedRoles ?? [])])];
  const delegatedScopes = [...new Set([...(app.delegatedScopes ?? []), ...scopesOf(request, context)])];
  await context.world.commit([{ op: 'app.set', app: { ...app, roles, delegatedScopes } }]);
  const scope: Record<string, string> = request.scope === undefined ? {} : { scope: request.scope };
  return deliver(request.target, { admin_consent: 'True', tenant: context.world.tenant.id, ...scope });
}
