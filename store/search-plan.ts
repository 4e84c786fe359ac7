import type { Document } from 'mongodb';
import type { DocumentFilters, DocumentKey, DocumentQuery } from './document-types.ts';
import { wantedPeople, wordsOf } from './search-words.ts';

/** MongoDB merges up to 200 scans that are in order (internalQueryMaxScansToExplode); beyond, it would sort in memory. */
const datasetsPerQuery = 50;

/** One query of MongoDB that finds a part of the answer. */
export interface SearchPlan {
  collection: 'search' | 'documents';
  /** The index in whose order it is read; null where the text index is used, which has none. */
  hint: string | null;
  match: Document;
  /** The field that it is in the order of, or `score`. */
  by: 'at' | 'removal.at' | 'score';
}

/** Queries that together find what fits, each bounded to datasets that the caller may see. */
export function plansOf(filters: DocumentFilters): SearchPlan[] {
  const { datasetIds, text } = filters;
  if (filters.removed === true) {
    const match = removedMatch(filters);
    return chunksOf(datasetIds).map((ids) => ({
      collection: 'documents',
      hint: 'removed',
      match: { ...within(ids), ...match },
      by: 'removal.at',
    }));
  }
  const match = liveMatch(filters);
  // A text index with a prefix answers one dataset at a time.
  if (text !== undefined) {
    const words = { $text: { $search: text }, ...match };
    return datasetIds.map((datasetId) => ({ collection: 'search', hint: null, match: { datasetId, ...words }, by: 'at' }));
  }
  const hint = narrowestIndex(filters);
  return chunksOf(datasetIds).map((ids) => ({ collection: 'search', hint, match: { ...within(ids), ...match }, by: 'at' }));
}

/** The stages of a page: what comes after its key, in order, so many. A text's matches are sorted in memory, of which a page is kept. */
export function pageStages(plan: SearchPlan, { sort, after, limit }: Pick<DocumentQuery, 'sort' | 'after' | 'limit'>): Document[] {
  const order = sort === 'oldest' ? 1 : -1;
  const rest = [{ $limit: limit }, { $project: { _id: 1, value: sort === 'relevance' ? '$score' : `$${plan.by}` } }];
  if (sort === 'relevance') {
    const score = { $set: { score: { $meta: 'textScore' } } };
    return [{ $match: plan.match }, score, ...afterScore(after), { $sort: { score: -1, _id: 1 } }, ...rest];
  }
  const match = after === null ? plan.match : { $and: [plan.match, afterTime(plan.by, after, order)] };
  return [{ $match: match }, { $sort: { [plan.by]: order, _id: order } }, ...rest];
}

/**
 * The first condition bounds the index; the second leaves out what the page before has shown of the same moment. It is
 * said with `$nor`, since MongoDB may read the branches of an `$or` apart and sort what comes of them.
 */
function afterTime(field: string, { id, value }: DocumentKey, order: 1 | -1): Document {
  const at = new Date(value);
  const shown = { [field]: at, _id: { [order === 1 ? '$lte' : '$gte']: id } };
  return { [field]: { [order === 1 ? '$gte' : '$lte']: at }, $nor: [shown] };
}

function afterScore(after: DocumentKey | null): Document[] {
  if (after === null) return [];
  return [{ $match: { $or: [{ score: { $lt: after.value } }, { score: after.value, _id: { $gt: after.id } }] } }];
}

const indexOf: readonly (readonly [index: string, filter: keyof DocumentFilters])[] = [
  ['ofMailbox', 'mailboxId'],
  ['bySubject', 'subject'],
  ['byPeople', 'people'],
  ['inFolder', 'folderPath'],
  ['byAttachmentType', 'attachmentType'],
  ['ofSource', 'sourceId'],
  ['byCountry', 'country'],
  ['byKind', 'kind'],
];

/** Told to MongoDB, whose own choice depends on what it tried last: which index answers what is then tested once for all. */
function narrowestIndex(filters: DocumentFilters): string {
  return indexOf.find(([, filter]) => filters[filter] !== undefined)?.[0] ?? 'byTime';
}

function liveMatch({ subject, people, attachmentType, ...filters }: DocumentFilters): Document {
  return {
    ...equalities(filters),
    ...(subject !== undefined && { subjectKeys: { $all: wordsOf(subject) } }),
    ...(people !== undefined && { peopleKeys: { $all: wantedPeople(people) } }),
    // The range tells the planner that the partial index holds it.
    ...(attachmentType !== undefined && { attachmentType: { $eq: attachmentType, $gt: '' } }),
    ...range('at', filters),
  };
}

function removedMatch(filters: DocumentFilters): Document {
  return { ...equalities(filters), $and: [{ 'removal.at': { $type: 'date' } }, range('removal.at', filters)] };
}

function equalities({ sourceId, mailboxId, kind, country, folderPath }: DocumentFilters): Document {
  const given = { sourceId, mailboxId, kind, country, folderPath };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function range(field: string, { from, to }: DocumentFilters): Document {
  const time = { ...(from !== undefined && { $gte: from }), ...(to !== undefined && { $lt: to }) };
  return Object.keys(time).length === 0 ? {} : { [field]: time };
}

function chunksOf(ids: readonly string[]): string[][] {
  const chunks = [];
  for (let start = 0; start < ids.length; start += datasetsPerQuery) chunks.push(ids.slice(start, start + datasetsPerQuery));
  return chunks;
}

function within(ids: readonly string[]): Document {
  const [only] = ids;
  return { datasetId: ids.length === 1 ? only : { $in: ids } };
}
