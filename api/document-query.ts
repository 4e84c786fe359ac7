import { documentSorts, type DocumentFilters, type DocumentKey, type DocumentSort } from '../store/document-types.ts';
import { wantedPeople, wordsOf } from '../store/search-words.ts';
import { invalid, type FieldFault } from './problem.ts';
import type { DocumentFilter } from './schemas/document-query.ts';

type Place = FieldFault['in'];

/** What is asked, as the store takes it. Throws ProblemError `invalid-request` for what cannot be asked together. */
export function toFilters(given: DocumentFilter, { datasetIds, place }: { datasetIds: string[]; place: Place }): DocumentFilters {
  const { q, datasetId: _chosen, from, to, attachmentType, removed, ...same } = given;
  const faults = [...faultsOfRemoved(given), ...faultsOfWords(given)];
  if (faults.length > 0) throw invalid(...faults.map((fault) => ({ in: place, ...fault })));
  return {
    ...same,
    datasetIds,
    ...(q !== undefined && { text: q }),
    ...(attachmentType !== undefined && { attachmentType: attachmentType.toLowerCase() }),
    ...(removed !== undefined && { removed }),
    ...(from !== undefined && { from: new Date(from) }),
    ...(to !== undefined && { to: new Date(to) }),
  };
}

type Fault = Omit<FieldFault, 'in'>;

function faultsOfRemoved(given: DocumentFilter): Fault[] {
  if (given.removed !== true) return [];
  const words = (['q', 'subject', 'people', 'attachmentType'] as const).filter((name) => given[name] !== undefined);
  return words.map((name) => ({
    field: `/${name}`,
    reason: 'cannot be asked of removed documents, whose words are not kept for searching',
    remedy: `Leave out ${name}, or removed.`,
  }));
}

function faultsOfWords({ subject, people }: DocumentFilter): Fault[] {
  const empty = [
    ...(subject !== undefined && wordsOf(subject).length === 0 ? ['subject'] : []),
    ...(people !== undefined && wantedPeople(people).length === 0 ? ['people'] : []),
  ];
  return empty.map((name) => ({ field: `/${name}`, reason: 'holds no word', remedy: 'Give at least one word of letters or digits.' }));
}

/** How a list is sorted. Throws ProblemError `invalid-request` for relevance without words. */
export function sortOf({ q, sort }: { q?: string | undefined; sort?: DocumentSort | undefined }): DocumentSort {
  if (sort === 'relevance' && q === undefined) {
    throw invalid({
      in: 'query',
      field: '/sort',
      reason: 'goes by the words of q, and there are none',
      remedy: 'Give q, or sort by newest or oldest.',
    });
  }
  return sort ?? (q === undefined ? 'newest' : 'relevance');
}

/** Where a page ended, as `next` tells it; with the sort, since it means nothing in another one. */
export function toCursor(sort: DocumentSort, { id, value }: DocumentKey): string {
  return Buffer.from(JSON.stringify([sort, value, id])).toString('base64url');
}

/** Reads a `next` that came back as `after`. Throws ProblemError `invalid-request`. */
export function fromCursor(sort: DocumentSort, after: string | undefined): DocumentKey | null {
  if (after === undefined) return null;
  const [saidSort, value, id] = partsOf(after);
  const known = documentSorts.some((one) => one === saidSort) && typeof value === 'number' && typeof id === 'string';
  if (known && saidSort === sort && isTime(sort, value)) return { id, value };
  const reason = known && saidSort !== sort ? 'is of a list that is sorted otherwise' : 'is not the next of a page';
  throw invalid({
    in: 'query',
    field: '/after',
    reason,
    remedy: 'Give the next of the page before with the same query, or begin without after.',
  });
}

/** JavaScript's dates end here (ECMA-262, Time Values and Time Range). */
const latestMs = 8.64e15;

function isTime(sort: DocumentSort, value: number): boolean {
  return sort === 'relevance' || Math.abs(value) <= latestMs;
}

function partsOf(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
