import type { DirectoryEntry } from '../data/directory-model.ts';
import { json, plainCount, type Answer } from '../http/answer.ts';
import { passes, type Filter } from '../http/filter.ts';
import type { GraphContext } from '../http/graph-context.ts';
import { contextUrl, linkWith } from '../http/odata.ts';
import { DIRECTORY_PROBLEMS } from './directory-problems.ts';
import { parseSelection, valuesOf, type EntityType, type Selection } from './entity-types.ts';
import { parseExpansion } from './expand.ts';
import { checkedDirectoryFilter } from './filter-rules.ts';
import { inOrderOf, parseOrder, type Order } from './order.ts';
import { decodePageToken, encodePageToken } from './page-token.ts';
import { renderEntry } from './render.ts';
import { parseSearch } from './search.ts';

/** A list to be asked: all users, the members of a group. */
export interface ListScope {
  /** In the directory's order; the same array until something changes. */
  readonly entries: readonly DirectoryEntry[];
  /** What may come; several where members of any kind do. */
  readonly types: readonly EntityType[];
  /** The entity set of @odata.context. */
  readonly set: string;
  /** Relations take filter, search and order as advanced queries only: learn.microsoft.com/graph/aad-advanced-queries. */
  readonly isRelation: boolean;
  /** The cast to a type is an advanced query by itself. */
  readonly isCast?: boolean;
  /** Few entries that hold all who can pass a comparison; undefined where there is no index. */
  lookup?(filter: Filter): readonly DirectoryEntry[] | undefined;
}

const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 999;
/** learn.microsoft.com/graph/api/user-list: sign-in activity makes pages smaller. */
const LARGEST_PAGE_WITH_SIGN_IN = 500;

interface Query {
  readonly order: Order | undefined;
  /** Undefined where everything passes. */
  readonly passes: ((entry: DirectoryEntry) => boolean) | undefined;
  readonly candidates: readonly DirectoryEntry[];
  readonly wantsCount: boolean;
}

/** One page of a list with everything that the directory's query options ask for. */
export function answerList(context: GraphContext, scope: ListScope): Answer {
  const { request, world } = context;
  const selection = collectionSelection(context, scope);
  const query = parseListQuery(context, scope);
  const expand = parseExpansion(context, scope.types);
  const size = pageSizeOf(context, selection);
  const token = tokenOf(context);
  const { page, isMore } = pageAfter(query, { token, size });
  const last = page.at(-1);
  const next = () =>
    encodePageToken({ epoch: world.epoch, after: last!.ordinal, ...(query.order ? { keys: query.order.keysOf(last!) } : {}) });
  const isMixed = scope.types.length > 1;
  return json({
    '@odata.context': contextUrl(request, selection?.text === undefined ? scope.set : `${scope.set}(${selection.text})`),
    ...(query.wantsCount && token === undefined ? { '@odata.count': countOf(query) } : {}),
    ...(isMore ? { '@odata.nextLink': linkWith(request, { name: '$skiptoken', value: next() }) } : {}),
    value: page.map((entry) => ({ ...renderEntry(context, entry, { selection, isMixed }), ...expand(entry) })),
  });
}

/** …/$count: an advanced query of its own. */
export function answerCount(context: GraphContext, scope: ListScope): Answer {
  if (!context.request.eventual) throw DIRECTORY_PROBLEMS.noCount();
  return plainCount(countOf(parseListQuery(context, scope, { isCounting: true })));
}

function collectionSelection({ request }: GraphContext, scope: ListScope): Selection | undefined {
  const selection = parseSelection(request.query.get('$select'), scope.types);
  const refused = selection?.names.find((name) => scope.types[0]!.singleOnly.has(name));
  if (refused === undefined || scope.types.length > 1) return selection;
  throw DIRECTORY_PROBLEMS.notImplemented();
}

function parseListQuery(context: GraphContext, scope: ListScope, how: { isCounting?: boolean } = {}): Query {
  const { request } = context;
  const option = (name: string) => request.query.get(name) || undefined;
  if (request.query.has('$skip')) throw DIRECTORY_PROBLEMS.badRequest("'$skip' is not supported by the service.");
  const wantsCount = request.query.get('$count')?.toLowerCase() === 'true';
  if (wantsCount && !request.eventual) throw DIRECTORY_PROBLEMS.noCount();
  const isAdvanced = request.eventual && (wantsCount || how.isCounting === true || option('$skiptoken') !== undefined);
  if (scope.isCast && !isAdvanced) throw DIRECTORY_PROBLEMS.needsAdvanced('The cast to a type');
  const filter = option('$filter') === undefined ? undefined : checkedDirectoryFilter(option('$filter')!, scope.types);
  const order = option('$orderby') === undefined ? undefined : parseOrder(option('$orderby')!, scope.types);
  const search = option('$search') === undefined ? undefined : parseSearch(option('$search')!, scope.types);
  if (search && !request.eventual) {
    throw DIRECTORY_PROBLEMS.unsupported(
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    );
  }
  if (filter && (filter.needsAdvanced || scope.isRelation) && !isAdvanced) throw DIRECTORY_PROBLEMS.needsAdvanced('This $filter');
  if (order && (order.isAdvanced || scope.isRelation || filter || search) && !isAdvanced) {
    throw DIRECTORY_PROBLEMS.unsupported('Sorting not supported for current query.');
  }
  const names = [...new Set([...(filter?.names ?? []), ...(search?.names ?? [])])];
  const decide = (entry: DirectoryEntry) => {
    const values = valuesOf(entry, names);
    return (!filter || passes(filter.filter, values)) && (!search || search.matches(values));
  };
  const candidates = (filter && scope.lookup?.(filter.filter)) ?? scope.entries;
  return { order, wantsCount, candidates, passes: filter || search ? decide : undefined };
}

function countOf({ candidates, passes: decide }: Query): number {
  if (!decide) return candidates.length;
  let count = 0;
  for (const entry of candidates) if (decide(entry)) count++;
  return count;
}

interface PlaceToken {
  readonly after: number;
  readonly keys: readonly string[];
}

/** The token names the last object given, so that objects that come or go shift nothing. */
function tokenOf({ request, world }: GraphContext): PlaceToken | undefined {
  const text = request.query.get('$skiptoken');
  if (text === undefined || text === '') return undefined;
  const token = decodePageToken(text);
  if (!token || token['epoch'] !== world.epoch || typeof token['after'] !== 'number') throw DIRECTORY_PROBLEMS.expiredPage();
  return { after: token['after'], keys: Array.isArray(token['keys']) ? token['keys'].map(String) : [] };
}

function pageAfter(
  query: Query,
  of: { token: PlaceToken | undefined; size: number },
): { page: readonly DirectoryEntry[]; isMore: boolean } {
  const { order, passes: decide } = query;
  const entries = order ? inOrderOf(query.candidates, order) : query.candidates;
  const page: DirectoryEntry[] = [];
  for (let index = of.token ? firstAfter(entries, { token: of.token, order }) : 0; index < entries.length; index++) {
    if (decide && !decide(entries[index]!)) continue;
    if (page.length === of.size) return { page, isMore: true };
    page.push(entries[index]!);
  }
  return { page, isMore: false };
}

function firstAfter(entries: readonly DirectoryEntry[], of: { token: PlaceToken; order: Order | undefined }): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle]!;
    const byKeys = of.order ? of.order.compare(of.order.keysOf(entry), of.token.keys) : 0;
    if (byKeys < 0 || (byKeys === 0 && entry.ordinal <= of.token.after)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function pageSizeOf({ request }: GraphContext, selection: Selection | undefined): number {
  const most = selection?.names.includes('signInActivity') ? LARGEST_PAGE_WITH_SIGN_IN : LARGEST_PAGE;
  const text = request.query.get('$top');
  if (text === undefined) return Math.min(request.prefer.maxPageSize ?? DEFAULT_PAGE, most);
  if (!/^\d+$/.test(text)) {
    throw DIRECTORY_PROBLEMS.badUri(
      `Invalid value '${text}' for $top query option found. The $top query option requires a non-negative integer value.`,
    );
  }
  if (Number(text) < 1 || Number(text) > most) {
    throw DIRECTORY_PROBLEMS.unsupported(`Invalid page size specified: '${text}'. Must be between 1 and ${most} inclusive.`);
  }
  return Number(text);
}
