import { crawlDetail } from '../crawl-detail.ts';
import type { ApiDeps, ApiInstance } from '../deps.ts';
import { notFound } from '../problem.ts';
import { settledCrawl } from '../settle-source.ts';
import { withRunningCounts } from '../running-counts.ts';
import { IdParams, keyPage, PageOf, PageQuery, toPage } from '../schemas/common.ts';
import { CrawlAnswer, CrawlDetail, CrawlQuery, toCrawlAnswer } from '../schemas/crawl.ts';
import { MailboxAnswer, MailboxQuery, toMailboxAnswer } from '../schemas/mailbox.ts';
import { SkipAnswer, SkipQuery, toSkipAnswer } from '../schemas/skip.ts';

const schemas = {
  one: { tags: ['crawls'], summary: 'One crawl, with where it stands now', params: IdParams, response: { 200: CrawlDetail } },
  list: {
    tags: ['crawls'],
    summary: 'Crawls of all sources, newest first',
    querystring: CrawlQuery,
    response: { 200: PageOf(CrawlAnswer) },
  },
  listCrawls: {
    tags: ['crawls'],
    summary: 'Crawls of a source, newest first',
    params: IdParams,
    querystring: PageQuery,
    response: { 200: PageOf(CrawlAnswer) },
  },
  listMailboxes: {
    tags: ['crawls'],
    summary: 'Mailboxes of a source',
    params: IdParams,
    querystring: MailboxQuery,
    response: { 200: PageOf(MailboxAnswer) },
  },
  listSkips: {
    tags: ['crawls'],
    summary: 'Items of a source that were given up, and why',
    params: IdParams,
    querystring: SkipQuery,
    response: { 200: PageOf(SkipAnswer) },
  },
};

/** Crawls with their counts, and what they found on the way: mailboxes and skips. */
export function crawlRoutes(app: ApiInstance, deps: ApiDeps): void {
  const { store, temporal } = deps;

  async function requireSource(id: string): Promise<void> {
    if ((await store.sources.get(id)) === null) throw notFound('source', id);
  }

  app.get('/v1/crawls/:id', { schema: schemas.one }, async (request) => {
    const crawl = await settledCrawl(deps, request.params.id);
    if (crawl === null) throw notFound('crawl', request.params.id);
    return crawlDetail(deps, crawl);
  });

  app.get('/v1/crawls', { schema: schemas.list }, async (request) => {
    const { after, limit, ...filters } = request.query;
    const page = keyPage({ after, limit });
    const rows = await store.crawls.list({ ...page, ...filters });
    const current = await Promise.all(rows.map((crawl) => withRunningCounts(crawl, store.mailboxes)));
    return toPage({ rows: current, page }, (crawl) => toCrawlAnswer(crawl, temporal.uiUrl(crawl.sourceId)));
  });

  app.get('/v1/sources/:id/crawls', { schema: schemas.listCrawls }, async (request) => {
    const sourceId = request.params.id;
    await requireSource(sourceId);
    const page = keyPage(request.query);
    const rows = await store.crawls.list({ ...page, sourceId });
    const current = await Promise.all(rows.map((crawl) => withRunningCounts(crawl, store.mailboxes)));
    return toPage({ rows: current, page }, (crawl) => toCrawlAnswer(crawl, temporal.uiUrl(sourceId)));
  });

  app.get('/v1/sources/:id/mailboxes', { schema: schemas.listMailboxes }, async (request) => {
    const sourceId = request.params.id;
    await requireSource(sourceId);
    const { after, limit, ...filters } = request.query;
    const page = keyPage({ after, limit });
    return toPage({ rows: await store.mailboxes.list({ ...page, ...filters, sourceId }), page }, toMailboxAnswer);
  });

  app.get('/v1/sources/:id/skips', { schema: schemas.listSkips }, async (request) => {
    const sourceId = request.params.id;
    await requireSource(sourceId);
    const { after, limit, ...filters } = request.query;
    const page = keyPage({ after, limit });
    return toPage({ rows: await store.skips.list({ ...page, ...filters, sourceId }), page }, toSkipAnswer);
  });
}
