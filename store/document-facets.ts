import type { Db, Document } from 'mongodb';
import { facetNames, type DocumentFacets, type DocumentFilters, type FacetName, type FacetValue } from './document-types.ts';
import { planOptions, tooBroadIfLate } from './find-documents.ts';
import { plansOf, type SearchPlan } from './search-plan.ts';

/** So many documents are counted at most, the newest first: about a second's work. */
export const countedAtMost = 100_000;
/** So many values of each facet are told, the most frequent first. */
const valuesAtMost = 100;

const values: Record<FacetName, unknown> = {
  kinds: '$kind',
  mailboxes: '$mailboxId',
  sources: '$sourceId',
  datasets: '$datasetId',
  countries: '$country',
  months: { $dateToString: { date: '$at', format: '%Y-%m' } },
  attachmentTypes: '$attachmentType',
};
const counted = { _id: 0, kind: 1, mailboxId: 1, sourceId: 1, datasetId: 1, country: 1, at: 1, attachmentType: 1 };

type Groups = Record<FacetName, { _id: string | null; count: number }[]> & { all: { count: number }[] };

/** The stages that count what a plan finds. Only what is counted is read, so that `byTime` answers without its entries. */
export function facetStages(plan: SearchPlan, limit: number): Document[] {
  const facets = facetNames.map((name) => [name, [{ $group: { _id: values[name], count: { $sum: 1 } } }]] as const);
  const newestFirst = plan.hint === null ? [] : [{ $sort: { at: -1, _id: -1 } }];
  return [
    { $match: plan.match },
    ...newestFirst,
    { $limit: limit },
    { $project: counted },
    { $facet: { ...Object.fromEntries(facets), all: [{ $count: 'count' }] } },
  ];
}

/** Counts live documents by what they are and where they lie. */
export async function countFacets(db: Db, filters: DocumentFilters): Promise<DocumentFacets> {
  const sums = new Map(facetNames.map((name) => [name, new Map<string, number>()]));
  // One more than is counted shows whether there are more.
  let left = countedAtMost + 1;
  for (const plan of plansOf(filters)) {
    if (left === 0) break;
    const [groups] = await tooBroadIfLate(async () =>
      db.collection(plan.collection).aggregate<Groups>(facetStages(plan, left), planOptions(plan)).toArray(),
    );
    if (groups === undefined) continue;
    left -= groups.all[0]?.count ?? 0;
    for (const name of facetNames) addTo(sums.get(name), groups[name]);
  }
  const facets = Object.fromEntries(facetNames.map((name) => [name, mostFrequent(sums.get(name))])) as Record<FacetName, FacetValue[]>;
  return { counted: countedAtMost + 1 - left, complete: left > 0, ...facets };
}

function addTo(sums: Map<string, number> | undefined, groups: Groups[FacetName]): void {
  for (const { _id, count } of groups) if (_id !== null) sums?.set(_id, (sums.get(_id) ?? 0) + count);
}

function mostFrequent(sums: ReadonlyMap<string, number> = new Map()): FacetValue[] {
  const all = Array.from(sums, ([value, count]) => ({ value, count }));
  return all.toSorted((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1)).slice(0, valuesAtMost);
}
