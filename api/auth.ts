import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Role } from '../contract/api-key.ts';
import type { CallerKind } from '../contract/audit.ts';
import { rolesOf } from './access.ts';
import type { Authenticate } from './authenticate.ts';
import { ProblemError } from './problem.ts';

/** Who calls: an API key without its digest, or somebody who has signed in through Entra. */
export interface Caller {
  kind: Exclude<CallerKind, 'temporal' | 'trawl'>;
  /** Of the key, or the object id of somebody in Entra. */
  _id: string;
  name: string;
  /** A key has one; people have all that Entra gives them, which may be none. */
  roles: readonly Role[];
  /** Security groups that the caller is in; may ask Graph, so only what shows documents calls it. Throws ProblemError `groups-unavailable`. */
  groups(): Promise<string[]>;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** The caller of a route under /v1. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error(`Route ${request.routeOptions.url ?? '?'} asks for a caller but is not guarded`);
  return request.caller;
}

/** Whether the caller may know of nothing but what its groups are given. */
export function isReaderAlone({ roles }: Pick<Caller, 'roles'>): boolean {
  return !roles.includes('admin') && !roles.includes('operator');
}

function whyForbidden({ kind, roles: own }: Caller, needed: readonly Role[]): string {
  const wanted = `This needs ${kind === 'user' ? '' : 'a key of '}role ${needed.join(' or ')}`;
  if (own.length === 0)
    return `${wanted}, and your token has no role of this API. Have an admin of Entra assign one to you or to a group that you are in, then sign in again.`;
  if (kind === 'user') return `${wanted}; yours is ${own.join(' and ')}. Have an admin of Entra assign another, then sign in again.`;
  return `${wanted}; this key is of role ${own.join(' and ')}. Ask an admin for another key.`;
}

/**
 * Guards every route under /v1 by the table of roles. Must be called before routes are registered, and after the rate
 * limit: that one then counts first, so that guessing keys is limited too.
 */
export function guardRoutes(app: FastifyInstance, authenticate: Authenticate): void {
  app.decorateRequest('caller', null);
  app.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/v1/')) return;
    const roles = [...new Set([route.method].flat().flatMap((method) => rolesOf(method, route.url)))];
    const guard = async (request: FastifyRequest): Promise<void> => {
      const caller = await authenticate(request);
      request.caller = caller;
      if (!caller.roles.some((role) => roles.includes(role))) throw new ProblemError('forbidden', whyForbidden(caller, roles));
    };
    route.onRequest = [...[route.onRequest ?? []].flat(), guard];
  });
}
