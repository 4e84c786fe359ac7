import type { AppRegistration } from '../data/model.ts';
import { isUuid } from '../data/uuid.ts';
import type { World } from '../data/world.ts';
import type { Version } from './discovery.ts';
import type { EntraContext } from './entra-request.ts';
import { REFUSALS, refused } from './refusals.ts';
import { GRAPH_APP_ID, resourceNamed, type Resource } from './resources.ts';

const SIGN_IN_SCOPES = ['openid', 'profile', 'email', 'offline_access'] as const;
type SignInScope = (typeof SIGN_IN_SCOPES)[number];

/** A scope parameter taken apart: learn.microsoft.com/entra/identity-platform/scopes-oidc. */
export interface Scopes {
  readonly signIn: ReadonlySet<SignInScope>;
  readonly resource: Resource;
  /** Names of permissions without their resource; `.default` stands for all that was consented to. */
  readonly wanted: readonly string[];
  /** As the client wrote them, resource and all: how the answer repeats them. */
  readonly written: readonly string[];
}

const NAME = /^[\w.:~-]{1,100}$/;

/** Throws for a scope that is none, for more than one resource, and for one that the resource does not have. */
export function parseScopes(text: string, app: AppRegistration, context: EntraContext): Scopes {
  const parts = [...new Set(text.split(' ').filter((part) => part !== ''))];
  const isSignIn = (part: string): part is SignInScope => (SIGN_IN_SCOPES as readonly string[]).includes(part);
  const written = parts.filter((part) => !isSignIn(part));
  const named = written.map((part) => splitScope(part));
  const resources = [...new Set(named.map(({ resource }) => resource))];
  if (resources.length > 1) throw refused(REFUSALS.manyResources(text.slice(0, 256)));
  const resource = resourceNamed(resources[0] ?? GRAPH_APP_ID, context);
  const wanted = named.map(({ name }) => name);
  if (wanted.includes('.default') && wanted.length > 1) throw refused(REFUSALS.badScope(text.slice(0, 256)));
  const exposed = resource.kind === 'app' ? ['.default', ...exposedBy(resource.app)] : undefined;
  const unknown = exposed && wanted.find((name) => !exposed.includes(name));
  if (unknown !== undefined) throw refused(REFUSALS.unknownScope(app.name, unknown, resource.audience));
  return { signIn: new Set(parts.filter(isSignIn)), resource, wanted, written };
}

/** Redeeming a grant may name other scopes than the sign-in did; what the sign-in asks of Entra itself stays. */
export function scopesAgain(
  scope: string,
  of: { app: AppRegistration; parameters: ReadonlyMap<string, string>; context: EntraContext; version: Version },
): Scopes {
  const first = parseScopes(scope, of.app, of.context);
  const given = of.version === 'v2' ? of.parameters.get('scope') : undefined;
  if (given === undefined) return first;
  const again = parseScopes(given, of.app, of.context);
  return again.written.length === 0 ? first : { ...again, signIn: first.signIn };
}

/** v1.0 names a resource instead, and always signs in. */
export function scopesOf(
  parameters: ReadonlyMap<string, string>,
  of: { app: AppRegistration; context: EntraContext; version: Version },
): Scopes {
  if (of.version === 'v2') return parseScopes(parameters.get('scope') ?? '', of.app, of.context);
  const name = parameters.get('resource') ?? GRAPH_APP_ID;
  const resource = resourceNamed(name, of.context);
  return { signIn: new Set(SIGN_IN_SCOPES), resource, wanted: ['.default'], written: [`${name}/.default`] };
}

function splitScope(part: string): { resource: string; name: string } {
  const at = part.lastIndexOf('/');
  // A client id alone asks for the app's own API.
  const isId = at < 0 && isUuid(part);
  if (isId) return { resource: part, name: '.default' };
  const name = part.slice(at + 1);
  if (!NAME.test(name)) throw refused(REFUSALS.badScope(part.slice(0, 256)));
  return { resource: at < 0 ? GRAPH_APP_ID : part.slice(0, at), name };
}

/** Without scopes of its own an API has the one that the portal proposes. */
export function exposedBy(app: AppRegistration): readonly string[] {
  return app.exposedScopes ?? ['access_as_user'];
}

/** What a person and the administrators have consented to on Graph. */
export function consented(world: World, app: AppRegistration, userId: string): readonly string[] {
  return [...new Set([...(app.delegatedScopes ?? []), ...world.entra.consentOf(app.clientId, userId)])];
}

/** Permissions that somebody still has to consent to. An app's own API and other services ask for none here. */
export function missingConsent(world: World, of: { app: AppRegistration; userId: string; scopes: Scopes }): readonly string[] {
  if (of.scopes.resource.kind !== 'graph') return [];
  const known = new Set(consented(world, of.app, of.userId).map((name) => name.toLowerCase()));
  return of.scopes.wanted.filter((name) => name !== '.default' && !known.has(name.toLowerCase()));
}
