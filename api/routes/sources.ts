import type { Source } from '../../contract/source.ts';
import { noteSubject } from '../audit.ts';
import { callerOf } from '../auth.ts';
import { changeSource } from '../change-source.ts';
import { createSource } from '../create-source.ts';
import { deleteSource } from '../delete-source.ts';
import type { ApiDeps, ApiInstance } from '../deps.ts';
import { IdempotencyHeaders, madeBefore, newIdOf } from '../idempotency.ts';
import { ChangeHeaders, isTold, NotModified, ReadHeaders, tagOf, wantedRevisions } from '../preconditions.ts';
import { expiryWarnings } from '../logins/expiry-warnings.ts';
import { notFound, ProblemError } from '../problem.ts';
import { reloadSources } from '../source-commands.ts';
import { settledSource } from '../settle-source.ts';
import { startCrawl } from '../start-crawl.ts';
import { IdParams, keyPage, PageOf, toPage } from '../schemas/common.ts';
import { datasetWarnings } from '../schemas/dataset.ts';
import {
  ChangeSource,
  CreateSource,
  DeleteSourceQuery,
  SourceAnswer,
  SourceQuery,
  toSourceAnswer,
  toWholeSourceAnswer,
  WholeSourceAnswer,
} from '../schemas/source.ts';

const tags = ['sources'];

const schemas = {
  create: {
    tags,
    summary: 'Make a source, when its connection passes the test or `ignoreWarning` is given',
    headers: IdempotencyHeaders,
    body: CreateSource,
    response: { 201: WholeSourceAnswer },
  },
  list: { tags, summary: 'List sources', querystring: SourceQuery, response: { 200: PageOf(SourceAnswer) } },
  one: {
    tags,
    summary: 'One source, with its last test',
    params: IdParams,
    headers: ReadHeaders,
    response: { 200: WholeSourceAnswer, 304: NotModified },
  },
  change: {
    tags,
    summary: 'Change a source; a running crawl takes the change up',
    params: IdParams,
    headers: ChangeHeaders,
    body: ChangeSource,
    response: { 200: WholeSourceAnswer },
  },
  remove: {
    tags,
    summary: 'Delete a source: its crawl ends, then it is erased, which may take a while; its state is `deleting` meanwhile',
    params: IdParams,
    querystring: DeleteSourceQuery,
    response: { 202: WholeSourceAnswer },
  },
};

const pairOf = ({ datasetId, credentialId }: Source) => `${datasetId} ${credentialId}`;

/** Sources: service, credential, scope and settings. */
export function sourceRoutes(app: ApiInstance, deps: ApiDeps): void {
  const { store, temporal, settings } = deps;

  async function warningsOf({ datasetId, credentialId }: Pick<Source, 'datasetId' | 'credentialId'>): Promise<string[]> {
    const [dataset, credential] = await Promise.all([store.datasets.get(datasetId), store.credentials.get(credentialId)]);
    const ofDataset = dataset === null ? [] : datasetWarnings(dataset);
    return credential === null ? ofDataset : [...ofDataset, ...expiryWarnings(credential, settings)];
  }
  const listed = (source: Source, warnings: string[]) => toSourceAnswer(source, { temporalUrl: temporal.uiUrl(source._id), warnings });

  async function present(source: Source, warnings: string[]): Promise<WholeSourceAnswer> {
    const credential = await store.credentials.get(source.credentialId);
    return toWholeSourceAnswer(source, { temporalUrl: temporal.uiUrl(source._id), warnings, credential });
  }

  async function startNew(source: Source): Promise<string[]> {
    try {
      await startCrawl(deps, source);
      return [];
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return [`The source is saved, but its crawl did not start: ${error.message}`];
    }
  }

  app.post('/v1/sources', { schema: schemas.create, config: { idempotent: true } }, async (request, reply) => {
    const source =
      (await madeBefore(request, store.sources.get)) ??
      (await createSource(deps, { id: newIdOf(request), body: request.body, caller: callerOf(request) }));
    noteSubject(request, source.datasetId);
    const started = request.body.startImmediately && source.crawlId === null ? await startNew(source) : [];
    const current = (await store.sources.get(source._id)) ?? source;
    return reply
      .code(201)
      .header('location', `/v1/sources/${source._id}`)
      .send(await present(current, [...(await warningsOf(source)), ...started]));
  });

  app.get('/v1/sources', { schema: schemas.list }, async (request) => {
    const { after, limit, ...filters } = request.query;
    const page = keyPage({ after, limit });
    const rows = await store.sources.list({ ...page, ...filters });
    const pairs = new Map(rows.map((row) => [pairOf(row), row]));
    const warnings = new Map(await Promise.all([...pairs].map(async ([pair, row]) => [pair, await warningsOf(row)] as const)));
    return toPage({ rows, page }, (source) => listed(source, warnings.get(pairOf(source)) ?? []));
  });

  app.get('/v1/sources/:id', { schema: schemas.one }, async (request, reply) => {
    const source = await settledSource(deps, request.params.id);
    if (source === null) throw notFound('source', request.params.id);
    const answer = await present(source, await warningsOf(source));
    const known = isTold(request, reply, { revision: source.recordRevision, answer });
    return known ? reply.code(304).send(undefined) : answer;
  });

  app.patch('/v1/sources/:id', { schema: schemas.change }, async (request, reply) => {
    const under = wantedRevisions(request);
    const source = await changeSource(store, { id: request.params.id, body: request.body, under });
    const [lasting, passing] = [await warningsOf(source), await reloadSources(deps, [source], request.id)];
    void reply.header('etag', tagOf(source.recordRevision, await present(source, lasting)));
    return present(source, [...lasting, ...passing]);
  });

  app.delete('/v1/sources/:id', { schema: schemas.remove }, async (request, reply) => {
    const source = await deleteSource(deps, { id: request.params.id, documents: request.query.documents });
    return reply.code(202).send(await present(source, await warningsOf(source)));
  });
}
