import type { ApiDeps, ApiInstance } from '../deps.ts';
import { notFound } from '../problem.ts';
import { IdParams } from '../schemas/common.ts';
import { ChooseSkips, SkipsChanged } from '../schemas/skip.ts';

const tags = ['crawls'];

const schemas = {
  retry: {
    tags,
    summary: 'Try skipped items again in the next cycle, whatever their time; run-now starts it at once',
    params: IdParams,
    body: ChooseSkips,
    response: { 200: SkipsChanged },
  },
  accept: {
    tags,
    summary: 'Take skipped items as they are: they are tried no more and keep no mailbox from being done',
    params: IdParams,
    body: ChooseSkips,
    response: { 200: SkipsChanged },
  },
};

/** What a person can do about items that were given up. */
export function skipRoutes(app: ApiInstance, { store, log }: ApiDeps): void {
  async function requireSource(id: string): Promise<void> {
    if ((await store.sources.get(id)) === null) throw notFound('source', id);
  }

  app.post('/v1/sources/:id/skips/retry', { schema: schemas.retry }, async (request) => {
    const sourceId = request.params.id;
    await requireSource(sourceId);
    const skips = await store.skips.retry({ sourceId, ...request.body });
    log.info({ sourceId, skips }, 'Skips are due at once');
    return { skips };
  });

  app.post('/v1/sources/:id/skips/accept', { schema: schemas.accept }, async (request) => {
    const sourceId = request.params.id;
    await requireSource(sourceId);
    const skips = await store.skips.accept({ sourceId, ...request.body });
    log.info({ sourceId, skips }, 'Skips are accepted');
    return { skips };
  });
}
