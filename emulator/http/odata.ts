import { parseFilter, propertiesOf, type Filter } from './filter.ts';
import { PROBLEMS } from './problem.ts';
import type { GraphRequest } from './request.ts';

/** The names of `$select`, checked against the type's properties; undefined without `$select`. */
export function selection(
  request: GraphRequest,
  type: { readonly name: string; readonly properties: readonly string[] },
): ReadonlySet<string> | undefined {
  return parseSelect(request.query.get('$select'), type);
}

export function parseSelect(
  text: string | undefined,
  type: { readonly name: string; readonly properties: readonly string[] },
): ReadonlySet<string> | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const names = new Set<string>();
  for (const wanted of text.split(',').map((name) => name.trim())) {
    if (wanted === '*') return undefined;
    // Casts such as microsoft.graph.fileAttachment/contentId name a derived type's property.
    const plain = wanted.slice(wanted.lastIndexOf('/') + 1);
    const known = type.properties.find((property) => property.toLowerCase() === plain.toLowerCase());
    if (known === undefined) throw PROBLEMS.unknownProperty(wanted, type.name);
    names.add(known);
  }
  return names;
}

/** A `$filter` over a type of Exchange's. Throws its 400 for bad syntax and unknown properties. */
export function checkedFilter(text: string, type: { readonly name: string; readonly properties: readonly string[] }): Filter {
  let filter: Filter;
  try {
    filter = parseFilter(text);
  } catch (error) {
    throw PROBLEMS.badQuery((error as Error).message);
  }
  const unknown = propertiesOf(filter).find((path) => !type.properties.includes(path.split('/')[0]!));
  if (unknown !== undefined) throw PROBLEMS.unknownProperty(unknown, type.name);
  return filter;
}

/** Keeps the selected properties, always the id and annotations. */
export function project(entity: Readonly<Record<string, unknown>>, selected: ReadonlySet<string> | undefined): Record<string, unknown> {
  if (!selected) return { ...entity };
  return Object.fromEntries(Object.entries(entity).filter(([name]) => name === 'id' || name.startsWith('@') || selected.has(name)));
}

/** `$top` as a number of [1, maximum]; `fallback` without it. */
export function pageSize(request: GraphRequest, limits: { readonly fallback: number; readonly maximum: number }): number {
  const text = request.query.get('$top');
  if (text === undefined) return Math.min(request.prefer.maxPageSize ?? limits.fallback, limits.maximum);
  const size = Number(text);
  if (!/^\d+$/.test(text) || size < 1)
    throw PROBLEMS.badQuery(
      `Invalid value '${text}' for $top query option found. The $top query option requires a non-negative integer value.`,
    );
  if (size > limits.maximum) {
    throw PROBLEMS.badQuery(
      `The limit of '${limits.maximum}' for Top query has been exceeded. The value from the incoming request is '${size}'.`,
    );
  }
  return size;
}

export function skipped(request: GraphRequest): number {
  const text = request.query.get('$skip');
  if (text === undefined) return 0;
  if (!/^\d{1,9}$/.test(text))
    throw PROBLEMS.badQuery(
      `Invalid value '${text}' for $skip query option found. The $skip query option requires a non-negative integer value.`,
    );
  return Number(text);
}

/** The same request further on: its link with one query option replaced. */
export function linkWith(request: GraphRequest, option: { readonly name: string; readonly value: string }): string {
  const kept = request.query.entries.filter(([name]) => name.toLowerCase() !== option.name.toLowerCase());
  const query = [...kept, [option.name, option.value] as const].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return `${request.serviceRoot}${request.path}?${query}`;
}

/** What was selected, as a context repeats it behind the name of a set. */
export function selectionText(request: GraphRequest): string {
  const names =
    request.query
      .get('$select')
      ?.split(',')
      .map((name) => name.trim()) ?? [];
  return names.some((name) => name !== '') ? `(${names.join(',')})` : '';
}

export function contextUrl(request: GraphRequest, fragment: string): string {
  return `${request.serviceRoot}/$metadata#${fragment}`;
}

/** One page of a list that is counted by `$skip`. */
export function skipPage(
  request: GraphRequest,
  list: {
    readonly count: number;
    readonly size: number;
    readonly fragment: string;
    readonly endsEarly?: boolean;
    item(position: number): object;
  },
): object {
  const from = skipped(request);
  const upTo = Math.min(list.count, from + list.size);
  const value = Array.from({ length: Math.max(0, upTo - from) }, (_, offset) => list.item(from + offset));
  const isMore = upTo < list.count && !list.endsEarly;
  return {
    '@odata.context': contextUrl(request, list.fragment),
    ...(request.query.get('$count')?.toLowerCase() === 'true' ? { '@odata.count': list.count } : {}),
    ...(isMore ? { '@odata.nextLink': linkWith(request, { name: '$skip', value: String(upTo) }) } : {}),
    value,
  };
}
