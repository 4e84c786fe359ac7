import type { GraphContext } from '../http/graph-context.ts';
import { problem } from '../http/problem.ts';
import { DIRECTORY_PROBLEMS } from './directory-problems.ts';
import { decodePageToken, encodePageToken } from './page-token.ts';

/** A delta round's place. A first round walks what is there; later ones tell what changed after `after` up to `until`. */
export interface DeltaToken {
  readonly set: string;
  readonly epoch: string;
  /** When the round that this chain stands on began; a token lives seven days. */
  readonly issuedMs: number;
  readonly select?: string;
  readonly ids?: readonly string[];
  /** The log's length when the walk began: where the next round starts. */
  readonly start?: number;
  /** Ordinal of the last object given, and of the last member of it. */
  readonly walked?: number;
  readonly member?: number;
  readonly after?: number;
  readonly until?: number;
  /** How many of the round's objects have been given. */
  readonly given?: number;
}

/** learn.microsoft.com/graph/delta-query-overview, token duration of directory objects. */
const TOKEN_LIFE_MS = 7 * 24 * 3_600_000;

export function deltaLink(context: GraphContext, option: '$skiptoken' | '$deltatoken', token: DeltaToken): string {
  return `${context.request.serviceRoot}/${token.set}/delta?${option}=${encodePageToken(token)}`;
}

/** The token of a link; undefined when a new chain begins. Throws Graph's 400 for none of its own, 410 for one that is too old. */
export function readDeltaToken(context: GraphContext, set: string): DeltaToken | undefined {
  const { query } = context.request;
  const text = query.get('$skiptoken') ?? query.get('$deltatoken');
  if (text === undefined || text === '' || text.toLowerCase() === 'latest') return undefined;
  const token = decodePageToken(text) as DeltaToken | undefined;
  if (!token || token.set !== set || typeof token.issuedMs !== 'number') throw DIRECTORY_PROBLEMS.badRequest('The delta token is invalid.');
  const isOld = context.world.clock.nowMs() - token.issuedMs > TOKEN_LIFE_MS;
  const isOfOther =
    token.epoch !== context.world.epoch || (token.until ?? token.start ?? token.after ?? 0) > context.world.directory.log.sequence();
  if (!isOld && !isOfOther) return token;
  const message = isOld
    ? 'The delta token has expired: it was issued more than seven days ago.'
    : 'The delta token is of another state of the directory.';
  throw problem(410, 'SyncStateNotFound', `${message} Start a full synchronization.`, {
    Location: `${context.request.serviceRoot}/${set}/delta?$deltatoken=`,
  });
}
