import type { GraphRequest } from '../http/request.ts';
import { linkWith } from '../http/odata.ts';
import { FILE_PROBLEMS } from './problems.ts';

export const MOST_ITEMS = 999;
export const USUAL_ITEMS = 200;

/** An option with its dollar sign or without, as Graph takes both. */
export function option(request: GraphRequest, name: string): string | undefined {
  return request.query.get(`$${name}`) ?? request.query.get(name);
}

export function pageSizeOf(request: GraphRequest): number {
  const text = option(request, 'top');
  if (text === undefined) return Math.min(request.prefer.maxPageSize ?? USUAL_ITEMS, MOST_ITEMS);
  if (!/^\d{1,9}$/.test(text) || Number(text) < 1)
    throw FILE_PROBLEMS.badOption(`The value '${text}' of $top is not a positive whole number.`);
  return Math.min(Number(text), MOST_ITEMS);
}

/** One page of a list that is walked by `$skiptoken`. */
export function tokenPage<T>(request: GraphRequest, items: readonly T[], render: (item: T) => object): object {
  const size = pageSizeOf(request);
  const from = startOf(option(request, 'skiptoken'));
  const value = items.slice(from, from + size).map(render);
  const isMore = from + size < items.length;
  const token = Buffer.from(`Paged=TRUE&p_ID=${from + size}`).toString('base64url');
  return {
    ...(option(request, 'count')?.toLowerCase() === 'true' ? { '@odata.count': items.length } : {}),
    ...(isMore ? { '@odata.nextLink': linkWith(request, { name: '$skiptoken', value: token }) } : {}),
    value,
  };
}

/** The path without the token that stands in it as a function's parameter: delta(token='…'). */
export function tokenlessPath({ path }: GraphRequest): string {
  return path.replace(/\((?:token='[^']*')?\)$/i, '');
}

/** The same delta further on: its link, options and all, with another token. */
export function tokenLink(request: GraphRequest, token: string): string {
  const kept = request.query.entries.filter(([name]) => !/^\$?(token|deltatoken|skiptoken)$/i.test(name));
  const query = [...kept, ['token', token] as const].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return `${request.serviceRoot}${tokenlessPath(request)}?${query}`;
}

function startOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const start = /^Paged=TRUE&p_ID=(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1];
  if (start === undefined) throw FILE_PROBLEMS.badOption('The $skiptoken is not valid.');
  return Number(start);
}

const MOST_EXPANDED_CHARS = 2_000;

/** The names of `$expand` with the text in their parentheses: fields(select=Name,Color). */
export function expansions(request: GraphRequest): ReadonlyMap<string, string> {
  const text = (option(request, 'expand') ?? '').slice(0, MOST_EXPANDED_CHARS);
  const found = new Map<string, string>();
  for (const [, name, within] of text.matchAll(/([A-Za-z]+)(?:\(([^()]*(?:\([^()]*\))?[^()]*)\))?/g))
    found.set(name!.toLowerCase(), within ?? '');
  return found;
}
