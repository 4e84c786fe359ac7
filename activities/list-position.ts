import { createHash } from 'node:crypto';
import type { ListWalk } from '../contract/stream.ts';
import { wholeSecond } from './received-from.ts';

/** Places of a second that are asked for again, since the order of equal times is not promised. */
const overlap = 5;

/** One message as a list names it. */
export interface Listed {
  id: string;
  receivedAt: Date | null;
}

export function newListWalk(given: Pick<ListWalk, 'startedAt' | 'from' | 'before'>): ListWalk {
  return { ...given, edge: [], seen: 0, absent: 0, mended: 0 };
}

/** What stands for an id in the record of a walk: a second can hold thousands of messages, and ids are long. */
const shortOf = (id: string) => createHash('sha256').update(id).digest('base64url').slice(0, 12);

/** How many messages of the walk's second to leave out when it is asked from there on. */
export function skipOf(walk: ListWalk, pageSize: number): number {
  return Math.max(0, walk.edge.length - Math.min(overlap, Math.floor(pageSize / 4)));
}

export const isAtEdge = (walk: ListWalk, id: string) => walk.edge.includes(shortOf(id));

/**
 * The walk behind an answer. It goes on from the second of the newest message listed, which may hold more. Times are whole
 * seconds as Graph says them, though Exchange keeps finer ones. Null when the answer named nothing new: that is the end.
 */
export function advance(walk: ListWalk, listed: readonly Listed[]): ListWalk | null {
  const edge = new Set(walk.edge);
  const fresh = new Map(listed.filter(({ id }) => !edge.has(shortOf(id))).map((one) => [one.id, one]));
  if (fresh.size === 0) return null;
  const secondOf = ({ receivedAt }: Listed) => (receivedAt === null ? null : wholeSecond(receivedAt).getTime());
  const before = walk.from === null ? null : walk.from.getTime();
  let last = before;
  for (const one of fresh.values()) last = Math.max(last ?? Number.NEGATIVE_INFINITY, secondOf(one) ?? Number.NEGATIVE_INFINITY);
  const isKnownTime = last !== null && Number.isFinite(last);
  // One without a time counts for the present second, so that it is not met for ever.
  const here = [...fresh.values()].filter((one) => [null, last].includes(secondOf(one))).map(({ id }) => shortOf(id));
  return {
    ...walk,
    from: isKnownTime ? new Date(last as number) : walk.from,
    edge: !isKnownTime || last === before ? [...walk.edge, ...here] : here,
    seen: walk.seen + fresh.size,
  };
}
