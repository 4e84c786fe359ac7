import type { ApiDeps, ApiInstance } from '../deps.ts';
import type { Source } from '../../contract/source.ts';
import { sourceUpdates } from '../../contract/workflow/names.ts';
import { notFound } from '../problem.ts';
import { retryCrawl } from '../retry-crawl.ts';
import { IdParams } from '../schemas/common.ts';
import { ChooseSkips, SkipsChanged, SkipsRetried } from '../schemas/skip.ts';

const tags = ['crawls'];

const schemas = {
  retry: {
    tags,
    summary: 'Try skipped items again at once, whatever their time, in the running crawl or in one that is started for it',
    params: IdParams,
    body: ChooseSkips,
    response: { 200: SkipsRetried },
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
export function skipRoutes(app: ApiInstance, deps: ApiDeps): void {
  const { store, log } = deps;
  async function requireSource(id: string): Promise<Source> {
    const source = await store.sources.get(id);
    if (source === null) throw notFound('source', id);
    return source;
  }

  app.post('/v1/sources/:id/skips/retry', { schema: schemas.retry }, async (request) => {
    const sourceId = request.params.id;
    const source = await requireSource(sourceId);
    const skips = await store.skips.retry({ sourceId, ...request.body });
    log.info({ sourceId, skips }, 'Skips are due at once');
    if (skips === 0) return { skips, crawlId: null, state: source.state, started: false };
    return { skips, ...(await retryCrawl(deps, { source, update: sourceUpdates.retryDueSkips, requestId: request.id })) };
  });

  app.post('/v1/sources/:id/skips/accept', { schema: schemas.accept }, async (request) => {
    const sourceId = request.params.id;
    await requireSource(sourceId);
    const skips = await store.skips.accept({ sourceId, ...request.body });
    log.info({ sourceId, skips }, 'Skips are accepted');
    return { skips };
  });
}
