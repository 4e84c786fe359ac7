import type { Dataset } from '../../contract/dataset.ts';
import { callerOf, isReaderAlone, type Caller } from '../auth.ts';
import type { ApiDeps, ApiInstance } from '../deps.ts';
import { groupFaults, toGroups } from '../groups.ts';
import { IdempotencyHeaders, madeBefore, newIdOf } from '../idempotency.ts';
import { ChangeHeaders, isTold, NotModified, ReadHeaders, tagOf, wantedRevisions, whyUnchanged } from '../preconditions.ts';
import { invalid, notFound, ProblemError } from '../problem.ts';
import { IdParams, keyPage, PageOf, PageQuery, toPage } from '../schemas/common.ts';
import { ChangeDataset, CreateDataset, DatasetAnswer, toDatasetAnswer } from '../schemas/dataset.ts';
import { isDuplicate } from '../store-faults.ts';

const tags = ['datasets'];

export function nameTaken(what: string): ProblemError {
  return new ProblemError('name-taken', `A ${what} of this name exists. Choose another name, or use the one that exists.`);
}

function checkGroups(groups: Parameters<typeof groupFaults>[0]): void {
  const faults = groupFaults(groups, '/groups');
  if (faults.length > 0) throw invalid(...faults);
}

const schemas = {
  create: { tags, summary: 'Make a dataset', headers: IdempotencyHeaders, body: CreateDataset, response: { 201: DatasetAnswer } },
  list: { tags, summary: 'List datasets', querystring: PageQuery, response: { 200: PageOf(DatasetAnswer) } },
  one: { tags, summary: 'One dataset', params: IdParams, headers: ReadHeaders, response: { 200: DatasetAnswer, 304: NotModified } },
  change: {
    tags,
    summary: 'Rename a dataset, or set its groups',
    params: IdParams,
    headers: ChangeHeaders,
    body: ChangeDataset,
    response: { 200: DatasetAnswer },
  },
};

/** Datasets: what security groups may see. */
export function datasetRoutes(app: ApiInstance, { store }: ApiDeps): void {
  /** A reader knows of a dataset only when it may see its documents. */
  async function mayKnow(caller: Caller): Promise<(id: string) => boolean> {
    if (!isReaderAlone(caller)) return () => true;
    const visible = new Set(await store.datasets.visibleTo(await caller.groups()));
    return (id) => visible.has(id);
  }

  async function create(given: Pick<Dataset, '_id' | 'name' | 'groups'>): Promise<Dataset> {
    const now = new Date();
    const dataset = { ...given, recordRevision: 1, createdAt: now, updatedAt: now };
    try {
      await store.datasets.create(dataset);
      return dataset;
    } catch (error) {
      throw isDuplicate(error) ? nameTaken('dataset') : error;
    }
  }

  app.post('/v1/datasets', { schema: schemas.create, config: { idempotent: true } }, async (request, reply) => {
    const { name, groups = [] } = request.body;
    checkGroups(groups);
    const dataset =
      (await madeBefore(request, store.datasets.get)) ?? (await create({ _id: newIdOf(request), name, groups: toGroups(groups) }));
    return reply.code(201).header('location', `/v1/datasets/${dataset._id}`).send(toDatasetAnswer(dataset));
  });

  app.get('/v1/datasets', { schema: schemas.list }, async (request) => {
    const page = keyPage(request.query);
    const allowed = await mayKnow(callerOf(request));
    const listed = toPage({ rows: await store.datasets.list(page), page }, toDatasetAnswer);
    return { ...listed, items: listed.items.filter(({ id }) => allowed(id)) };
  });

  app.get('/v1/datasets/:id', { schema: schemas.one }, async (request, reply) => {
    const { id } = request.params;
    const allowed = await mayKnow(callerOf(request));
    const dataset = allowed(id) ? await store.datasets.get(id) : null;
    if (dataset === null) throw notFound('dataset', id);
    const answer = toDatasetAnswer(dataset);
    const known = isTold(request, reply, { revision: dataset.recordRevision, answer });
    return known ? reply.code(304).send(undefined) : answer;
  });

  app.patch('/v1/datasets/:id', { schema: schemas.change }, async (request, reply) => {
    const { id } = request.params;
    const { groups, ...fields } = request.body;
    checkGroups(groups);
    const change = { ...fields, ...(groups !== undefined && { groups: toGroups(groups) }) };
    try {
      const dataset = await store.datasets.update(id, change, wantedRevisions(request) ?? undefined);
      if (dataset === null) throw whyUnchanged('dataset', id, await store.datasets.get(id));
      const answer = toDatasetAnswer(dataset);
      void reply.header('etag', tagOf(dataset.recordRevision, answer));
      return answer;
    } catch (error) {
      throw isDuplicate(error) ? nameTaken('dataset') : error;
    }
  });
}
