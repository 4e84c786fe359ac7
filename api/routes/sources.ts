import type { Credential } from '../../contract/credential.ts';
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

/** What an answer about a source says of its dataset and credential. */
interface Around {
  credential: Credential | null;
  warnings: string[];
}

const pairOf = ({ datasetId, credentialId }: Source) => `${datasetId} ${credentialId}`;

/** Sources: service, credential, scope and settings. */
export function sourceRoutes(app: ApiInstance, deps: ApiDeps): void {
  const { store, temporal, settings } = deps;

  async function lookAround({ datasetId, credentialId }: Source): Promise<Around> {
    const [dataset, credential] = await Promise.all([store.datasets.get(datasetId), store.credentials.get(credentialId)]);
    const ofDataset = dataset === null ? [] : datasetWarnings(dataset);
    return { credential, warnings: credential === null ? ofDataset : [...ofDataset, ...expiryWarnings(credential, settings)] };
  }
  const listed = (source: Source, warnings: string[]) => toSourceAnswer(source, { temporalUrl: temporal.uiUrl(source._id), warnings });

  /** `passing` warnings are of this answer alone. */
  const present = (source: Source, { credential, warnings }: Around, passing: string[] = []): WholeSourceAnswer =>
    toWholeSourceAnswer(source, { temporalUrl: temporal.uiUrl(source._id), warnings: [...warnings, ...passing], credential });

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
      .send(present(current, await lookAround(source), started));
  });

  app.get('/v1/sources', { schema: schemas.list }, async (request) => {
    const { after, limit, ...filters } = request.query;
    const page = keyPage({ after, limit });
    const rows = await store.sources.list({ ...page, ...filters });
    const pairs = new Map(rows.map((row) => [pairOf(row), row]));
    const warnings = new Map(await Promise.all([...pairs].map(async ([pair, row]) => [pair, (await lookAround(row)).warnings] as const)));
    return toPage({ rows, page }, (source) => listed(source, warnings.get(pairOf(source)) ?? []));
  });

  app.get('/v1/sources/:id', { schema: schemas.one }, async (request, reply) => {
    const source = await settledSource(deps, request.params.id);
    if (source === null) throw notFound('source', request.params.id);
    const answer = present(source, await lookAround(source));
    const known = isTold(request, reply, { revision: source.recordRevision, answer });
    return known ? reply.code(304).send(undefined) : answer;
  });

  app.patch('/v1/sources/:id', { schema: schemas.change }, async (request, reply) => {
    const under = wantedRevisions(request);
    const source = await changeSource(store, { id: request.params.id, body: request.body, under });
    const around = await lookAround(source);
    const passing = await reloadSources(deps, [source], request.id);
    void reply.header('etag', tagOf(source.recordRevision, present(source, around)));
    return present(source, around, passing);
  });

  app.delete('/v1/sources/:id', { schema: schemas.remove }, async (request, reply) => {
    const source = await deleteSource(deps, { id: request.params.id, documents: request.query.documents });
    return reply.code(202).send(present(source, await lookAround(source)));
  });
}
