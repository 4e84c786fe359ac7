import type { Filter } from 'mongodb';
import type { Skip } from '../contract/skip.ts';

const hourMs = 3_600_000;
/** How long after its first, second, … try an item is tried again; the last holds for all that follow. */
const distancesMs = [hourMs, 4 * hourMs, 24 * hourMs, 72 * hourMs, 168 * hourMs];

/** The next try of a skip with so many tries, as an expression over MongoDB's clock. */
export function nextTry(tries: unknown): Record<string, unknown> {
  const place = { $min: [{ $subtract: [tries, 1] }, distancesMs.length - 1] };
  return { $add: ['$$NOW', { $arrayElemAt: [distancesMs, place] }] };
}

/** Open, and its time has come by MongoDB's clock; a skip without a time is due. */
export const dueNow: Filter<Skip> = { state: 'open', $expr: { $lte: [{ $ifNull: ['$nextTryAt', new Date(0)] }, '$$NOW'] } };
