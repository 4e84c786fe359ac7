import type { ApiDeps, ApiInstance } from '../deps.ts';
import { AuditAnswer, AuditQuery, toAuditAnswer } from '../schemas/audit.ts';
import { keyPage, PageOf, toPage } from '../schemas/common.ts';

const schemas = {
  list: {
    tags: ['audit'],
    summary: 'Who changed or opened what, newest first',
    querystring: AuditQuery,
    response: { 200: PageOf(AuditAnswer) },
  },
};

/** What was done through this API, and by whom. */
export function auditLogRoutes(app: ApiInstance, { store }: ApiDeps): void {
  app.get('/v1/audit', { schema: schemas.list }, async (request) => {
    const { after, limit, from, to, ...filters } = request.query;
    const page = keyPage({ after, limit });
    const rows = await store.audit.list({
      ...page,
      ...filters,
      ...(from !== undefined && { from: new Date(from) }),
      ...(to !== undefined && { to: new Date(to) }),
    });
    return toPage({ rows, page }, toAuditAnswer);
  });
}
