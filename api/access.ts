import type { Role } from '../contract/api-key.ts';

/**
 * Which role may call which route. An operator sees addresses and counts, never documents; documents are seen through
 * datasets whose groups the caller is in, which the routes check besides. A route that is missing here cannot be registered.
 */
export const routeRoles: Record<string, readonly Role[]> = {
  'POST /v1/datasets': ['admin'],
  'GET /v1/datasets': ['admin', 'operator', 'reader'],
  'GET /v1/datasets/:id': ['admin', 'operator', 'reader'],
  'PATCH /v1/datasets/:id': ['admin'],
  'POST /v1/credentials': ['admin'],
  'GET /v1/credentials': ['admin', 'operator'],
  'GET /v1/credentials/:id': ['admin', 'operator'],
  'PATCH /v1/credentials/:id': ['admin'],
  'PUT /v1/credentials/:id/secret': ['admin'],
  'POST /v1/credentials/test': ['admin'],
  'POST /v1/credentials/:id/test': ['admin', 'operator'],
  'POST /v1/sources': ['admin', 'operator'],
  'GET /v1/sources': ['admin', 'operator'],
  'GET /v1/sources/:id': ['admin', 'operator'],
  'PATCH /v1/sources/:id': ['admin', 'operator'],
  'DELETE /v1/sources/:id': ['admin'],
  'POST /v1/sources/test': ['admin', 'operator'],
  'POST /v1/sources/preview': ['admin', 'operator'],
  'POST /v1/sources/:id/test': ['admin', 'operator'],
  'POST /v1/sources/:id/preview': ['admin', 'operator'],
  'GET /v1/previews/:id/mailboxes': ['admin', 'operator'],
  'POST /v1/sources/:id/start': ['admin', 'operator'],
  'POST /v1/sources/:id/stop': ['admin', 'operator'],
  'POST /v1/sources/:id/pause': ['admin', 'operator'],
  'POST /v1/sources/:id/resume': ['admin', 'operator'],
  'POST /v1/sources/:id/run-now': ['admin', 'operator'],
  'POST /v1/sources/:id/confirm-retirement': ['admin', 'operator'],
  'GET /v1/sources/:id/crawls': ['admin', 'operator'],
  'GET /v1/sources/:id/mailboxes': ['admin', 'operator'],
  'POST /v1/sources/:id/mailboxes/retry': ['admin', 'operator'],
  'POST /v1/sources/:id/mailboxes/:mailboxId/retry': ['admin', 'operator'],
  'GET /v1/sources/:id/events': ['admin', 'operator'],
  'GET /v1/sources/:id/skips': ['admin', 'operator'],
  'POST /v1/sources/:id/skips/retry': ['admin', 'operator'],
  'POST /v1/sources/:id/skips/accept': ['admin', 'operator'],
  'GET /v1/crawls': ['admin', 'operator'],
  'GET /v1/crawls/:id': ['admin', 'operator'],
  'GET /v1/documents': ['admin', 'reader'],
  'POST /v1/documents/export': ['admin', 'reader'],
  'GET /v1/exports': ['admin', 'reader'],
  'GET /v1/exports/:id': ['admin', 'reader'],
  'GET /v1/documents/facets': ['admin', 'reader'],
  'GET /v1/documents/:id': ['admin', 'reader'],
  'GET /v1/documents/:id/mime': ['admin', 'reader'],
  'GET /v1/documents/:id/open': ['admin', 'reader'],
  'GET /v1/geography': ['admin', 'operator', 'reader'],
  'GET /v1/audit': ['admin'],
  'POST /v1/api-keys': ['admin'],
  'GET /v1/api-keys': ['admin'],
  'GET /v1/api-keys/:id': ['admin'],
  'DELETE /v1/api-keys/:id': ['admin'],
};

/** Roles of a route under /v1. Throws when the table has none. */
export function rolesOf(method: string, url: string): readonly Role[] {
  const roles = routeRoles[`${method} ${url}`];
  if (roles === undefined) throw new Error(`Route ${method} ${url} stands in no row of routeRoles (api/access.ts); say who may call it`);
  return roles;
}
