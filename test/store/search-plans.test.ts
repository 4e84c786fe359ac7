import type { Document } from 'mongodb';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StoredDocument } from '../../contract/document.ts';
import { facetStages } from '../../store/document-facets.ts';
import type { DocumentFilters, DocumentSort } from '../../store/document-types.ts';
import { planOptions } from '../../store/find-documents.ts';
import { pageStages, plansOf, type SearchPlan } from '../../store/search-plan.ts';
import { at, makeMailbox, shown, useStoreRoom } from './support/store-room.ts';

const room = useStoreRoom();

const filters: DocumentFilters = {
  datasetIds: [],
  subject: 'quarterly figures',
  people: 'ada lovelace',
  sourceId: 'source',
  mailboxId: 'mailbox-1',
  kind: 'message',
  country: 'DE',
  folderPath: '/inbox',
  attachmentType: 'application/pdf',
  from: at(0),
};
const names = (Object.keys(filters) as (keyof DocumentFilters)[]).filter((name) => name !== 'datasetIds');
const removedNames = names.filter((name) => !['subject', 'people', 'attachmentType'].includes(name));

/** Every set of these filters. */
function subsets(of: readonly (keyof DocumentFilters)[]): Partial<DocumentFilters>[] {
  return Array.from({ length: 2 ** of.length }, (_, bits) =>
    Object.fromEntries(of.filter((_name, bit) => (bits >> bit) % 2 === 1).map((name) => [name, filters[name]])),
  );
}

const two = ['dataset', 'other'];
const many = Array.from({ length: 60 }, (_, n) => `dataset-${n}`);

/** Everything in a plan that has a stage, whichever engine made it. */
function stagesOf(node: unknown): Document[] {
  if (typeof node !== 'object' || node === null) return [];
  const own = 'stage' in node || '$sort' in node ? [node as Document] : [];
  // The command is repeated there as it was sent.
  const { rejectedPlans: _rejected, command: _command, ...rest } = node as Document;
  return [...own, ...Object.values(rest).flatMap(stagesOf)];
}

async function explain(plan: SearchPlan, stages: Document[]): Promise<Document[]> {
  const { hint } = planOptions(plan);
  const cursor = room.store.db.collection(plan.collection).aggregate(stages, hint === undefined ? {} : { hint });
  return stagesOf(await cursor.explain('queryPlanner'));
}

/** What is wrong with how MongoDB answers: nothing may be scanned whole, and nothing sorted in memory beyond a page. */
function faultsOf(stages: readonly Document[], { text }: { text: boolean }): string[] {
  const scans = stages.filter(({ stage }) => stage === 'COLLSCAN').map(() => 'COLLSCAN');
  const sorts = stages.filter((node) => node['stage'] === 'SORT' || '$sort' in node);
  const unbounded = sorts.filter((node) => !(node['limitAmount'] > 0) && !(node['$sort']?.limit > 0));
  return [...scans, ...(text ? [] : sorts).map(() => 'SORT'), ...unbounded.map(() => 'unbounded SORT')];
}

async function checkAll(queries: readonly DocumentFilters[], sorts: readonly DocumentSort[]): Promise<void> {
  for (const query of queries) {
    for (const [sort, after] of sorts.flatMap((one) => [[one, null] as const, [one, { id: 'x', value: 1 }] as const])) {
      const text = query.text !== undefined;
      for (const plan of plansOf(query).slice(0, 1)) {
        const stages = await explain(plan, pageStages(plan, { sort, after, limit: 51 }));
        const told = JSON.stringify({ ...query, datasetIds: query.datasetIds.length, sort, after });
        expect({ told, faults: faultsOf(stages, { text }) }).toEqual({ told, faults: [] });
        const used = stages.flatMap(({ indexName }) => (typeof indexName === 'string' ? [indexName] : []));
        expect(new Set(used)).toEqual(new Set([plan.hint ?? 'words']));
      }
    }
  }
}

beforeAll(async () => {
  for (const datasetId of two) {
    const mailbox = await makeMailbox(room);
    const content = { subject: 'Quarterly figures', from: { name: 'Ada Lovelace', address: 'ada@example.test' } };
    const messages = Array.from({ length: 100 }, (_, n) => shown(`m${n}`, { content: { ...content, receivedAt: at(n) } }));
    await mailbox.page('inbox', 1, messages, { context: { datasetId, country: 'DE', crawlId: 'c' } });
    await room.collections.documents.updateMany(
      { ...mailbox.where, graphId: { $in: ['m1', 'm2'] } },
      { $set: { removal: { reason: 'movedOut', at: at(1) } as StoredDocument['removal'] } },
    );
  }
  await room.store.search.indexBatch(1000);
});

describe('every list of documents that can be asked for', () => {
  it('is read in order from an index, with any filters together, in one dataset', async () => {
    await checkAll(
      subsets(names).map((query) => ({ ...query, datasetIds: ['dataset'] })),
      ['newest', 'oldest'],
    );
  });

  it('is so in many datasets too', async () => {
    const each = [{}, ...names.map((name) => ({ [name]: filters[name] })), filters];
    await checkAll(
      each.flatMap((query) => [two, many].map((datasetIds) => ({ ...query, datasetIds }))),
      ['newest', 'oldest'],
    );
    expect(plansOf({ datasetIds: many }).map(({ match }) => match['datasetId'].$in.length)).toEqual([50, 10]);
  });

  it('is so of removed documents', async () => {
    await checkAll(
      [...subsets(removedNames), { from: at(0), to: at(9) }].flatMap((query) =>
        [['dataset'], two, many].map((datasetIds) => ({ ...query, removed: true, datasetIds })),
      ),
      ['newest', 'oldest'],
    );
  });

  it('comes from the text index by words, and sorts no more in memory than a page', async () => {
    await checkAll(
      subsets(names).map((query) => ({ ...query, text: 'figures', datasetIds: ['dataset'] })),
      ['relevance', 'newest', 'oldest'],
    );
  });

  it('names the datasets of the caller in each query', () => {
    for (const query of [{}, { removed: true }, { text: 'words' }, filters]) {
      for (const datasetIds of [['dataset'], two, many]) {
        const plans = plansOf({ ...query, datasetIds });
        const asked = plans.flatMap(({ match: { datasetId } }) =>
          typeof datasetId === 'string' ? [datasetId] : (datasetId.$in as string[]),
        );
        expect(asked).toEqual(datasetIds);
      }
      expect(plansOf({ ...query, datasetIds: [] })).toEqual([]);
    }
  });
});

describe('facets', () => {
  it.each(['byTime', ...names])('by %s are counted from an index', async (name) => {
    const query = { ...(name !== 'byTime' && { [name]: filters[name as keyof DocumentFilters] }), datasetIds: two };
    const [plan] = plansOf(query);
    if (plan === undefined) throw new Error('There is a plan for each query');
    const stages = await explain(plan, facetStages(plan, 1000));
    expect(faultsOf(stages, { text: false })).toEqual([]);
  });

  it('without filters read no entry', async () => {
    for (const datasetIds of [['dataset'], two]) {
      const [plan] = plansOf({ datasetIds, kind: undefined as never });
      if (plan === undefined) throw new Error('There is a plan for each query');
      const stages = await explain(plan, facetStages(plan, 1000));
      expect(stages.map(({ stage }) => stage as unknown)).not.toContain('FETCH');
    }
  });
});
