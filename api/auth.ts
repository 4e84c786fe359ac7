import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiKey } from '../contract/api-key.ts';
import type { ApiKeyStore } from '../store/types.ts';
import { rolesOf } from './access.ts';
import { keyIdOf, keyMatches } from './keys.ts';
import { ProblemError } from './problem.ts';

/** Who calls: an API key without its digest. */
export type Caller = Pick<ApiKey, '_id' | 'name' | 'role' | 'groupIds'>;

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** A key's last use is kept to about a minute, so that reading does not write with each request. */
const touchEveryMs = 60_000;

/** Compared with when there is no such key, so that an unknown id takes as long as a wrong secret. */
const nobody = { sha256: '0'.repeat(64) };

async function authenticate(request: FastifyRequest, apiKeys: ApiKeyStore): Promise<Caller> {
  const [, text] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (text === undefined) throw new ProblemError('unauthenticated', 'Send an API key as header "Authorization: Bearer trawl_…".');
  const id = keyIdOf(text);
  const record = id === null ? null : await apiKeys.get(id);
  if (!keyMatches(text, record ?? nobody) || record === null) {
    throw new ProblemError('unauthenticated', 'The API key is not known. Check that it is copied whole, or ask an admin for a new one.');
  }
  const now = new Date();
  if (record.expiresAt !== null && record.expiresAt <= now)
    throw new ProblemError('unauthenticated', 'The API key has expired. Ask an admin for a new one.');
  if (record.lastUsedAt === null || now.getTime() - record.lastUsedAt.getTime() > touchEveryMs) await apiKeys.touch(record._id, now);
  return record;
}

/** The caller of a route under /v1. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error(`Route ${request.routeOptions.url ?? '?'} asks for a caller but is not guarded`);
  return request.caller;
}

/**
 * Guards every route under /v1 by the table of roles. Must be called before routes are registered, and after the rate
 * limit: that one then counts first, so that guessing keys is limited too.
 */
export function guardRoutes(app: FastifyInstance, apiKeys: ApiKeyStore): void {
  app.decorateRequest('caller', null);
  app.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/v1/')) return;
    const roles = [...new Set([route.method].flat().flatMap((method) => rolesOf(method, route.url)))];
    const guard = async (request: FastifyRequest): Promise<void> => {
      const caller = await authenticate(request, apiKeys);
      request.caller = caller;
      if (!roles.includes(caller.role)) {
        throw new ProblemError(
          'forbidden',
          `This needs a key of role ${roles.join(' or ')}; this key is of role ${caller.role}. Ask an admin for another key.`,
        );
      }
    };
    route.onRequest = [...[route.onRequest ?? []].flat(), guard];
  });
}
