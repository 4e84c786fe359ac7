import type { Db } from 'mongodb';
import type { StoredDocument } from '../contract/document.ts';
import { collectionsOf } from './collections.ts';
import type { DocumentFilters, DocumentKey, DocumentQuery, DocumentSort, FoundDocument } from './document-types.ts';
import { pageStages, plansOf, type SearchPlan } from './search-plan.ts';
import { QueryTooBroadError, serverCodeOf, serverCodes } from './store-errors.ts';

/** Longer than anybody waits for a list. */
export const queryTimeoutMs = 10_000;

/** Lists show no bodies: a document itself does. */
const listed = { body: 0, text: 0, seenIn: 0 } as const;

/** A page of documents. Goes on until it is full: the index may name documents that were removed since. */
export async function findPage(db: Db, query: DocumentQuery): Promise<FoundDocument[]> {
  const page: FoundDocument[] = [];
  const plans = plansOf(query);
  for (let { after } = query; page.length < query.limit;) {
    const keys = await keysAfter(db, { ...query, plans, after });
    page.push(...(await documentsOf(db, { keys, filters: query })));
    const last = keys.at(-1);
    if (last === undefined || keys.length < query.limit) break;
    after = last;
  }
  return page.slice(0, query.limit);
}

/** The next keys of all plans together, in order. */
async function keysAfter(db: Db, query: DocumentQuery & { plans: readonly SearchPlan[] }): Promise<DocumentKey[]> {
  const parts = await tooBroadIfLate(async () => Promise.all(query.plans.map(async (plan) => keysOfPlan(db, plan, query))));
  return parts.flat().toSorted(comparing(query.sort)).slice(0, query.limit);
}

async function keysOfPlan(db: Db, plan: SearchPlan, query: DocumentQuery): Promise<DocumentKey[]> {
  const found = await db
    .collection<{ _id: string }>(plan.collection)
    .aggregate<{ _id: string; value: Date | number }>(pageStages(plan, query), planOptions(plan))
    .toArray();
  return found.map(({ _id: id, value }) => ({ id, value: Number(value) }));
}

/** How every bounded query of a plan is run. */
export function planOptions({ hint }: SearchPlan): { maxTimeMS: number; hint?: string } {
  return { maxTimeMS: queryTimeoutMs, ...(hint !== null && { hint }) };
}

/** Throws QueryTooBroadError for a query that was ended for its time. */
export async function tooBroadIfLate<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (serverCodeOf(error) === serverCodes.maxTimeExpired) throw new QueryTooBroadError({ cause: error });
    throw error;
  }
}

function comparing(sort: DocumentSort): (left: DocumentKey, right: DocumentKey) => number {
  const byId = (left: DocumentKey, right: DocumentKey) => (left.id < right.id ? -1 : Number(left.id > right.id));
  if (sort === 'oldest') return (left, right) => left.value - right.value || byId(left, right);
  if (sort === 'newest') return (left, right) => right.value - left.value || byId(right, left);
  return (left, right) => right.value - left.value || byId(left, right);
}

/** The documents of the keys, as they are now: what was removed, or has come back, since the index heard of it is left out. */
async function documentsOf(
  db: Db,
  { keys, filters }: { keys: readonly DocumentKey[]; filters: DocumentFilters },
): Promise<FoundDocument[]> {
  if (keys.length === 0) return [];
  const ids = keys.map(({ id }) => id);
  const found = (await collectionsOf(db)
    .documents.find({ _id: { $in: ids }, ...stillFitting(filters) }, { projection: listed })
    .toArray()) as StoredDocument[];
  const byId = new Map(found.map((document) => [document._id, document]));
  return keys.flatMap((key) => {
    const document = byId.get(key.id);
    return document === undefined ? [] : [{ document, key }];
  });
}

/** What must hold of a document at the moment of reading it, whatever the index said. */
export function stillFitting({ datasetIds, removed }: DocumentFilters): object {
  return { datasetId: { $in: [...datasetIds] }, ...(removed === true ? { 'removal.at': { $type: 'date' } } : { removal: null }) };
}
