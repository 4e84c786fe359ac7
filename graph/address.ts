import { GraphError } from './graph-error.ts';

/** The version that Trawl speaks, but for what beta alone tells. */
const version = '/v1.0/';
const beta = '/beta/';

/**
 * An address of Graph: `segments` are encoded (ids hold `/`, `+`, `=` and are never taken apart), and so are the values of
 * `query`, whose names are OData's.
 */
export function graphAddress(graphOrigin: string, segments: readonly string[], query: Record<string, string | number> = {}): string {
  const parameters = Object.entries(query).map(([name, value]) => `${name}=${encodeValue(String(value))}`);
  return `${graphOrigin}${version}${pathOf(segments)}${parameters.length > 0 ? `?${parameters.join('&')}` : ''}`;
}

/** An address of Graph's beta, whose answers may change: only for what nothing depends on. */
export function betaAddress(graphOrigin: string, segments: readonly string[]): string {
  return `${graphOrigin}${beta}${pathOf(segments)}`;
}

function pathOf(segments: readonly string[]): string {
  return segments.map((segment, index) => encodeSegment(segment, index === segments.length - 1)).join('/');
}

function encodeSegment(segment: string, isLast: boolean): string {
  // Keywords of OData, which end an address; ids of Graph have no `$`.
  if (isLast && (segment === '$count' || segment === '$value')) return segment;
  // Dot segments survive encodeURIComponent and would walk up the path.
  if (segment === '' || segment === '.' || segment === '..') throw new TypeError('An empty or dotted id cannot be part of an address');
  return encodeURIComponent(segment);
}

function encodeValue(value: string): string {
  return encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%2F', '/');
}

/** Makes sure that a link leads to the Graph of the credential, where alone its token may go. Null when it does not. */
export function ownLink(link: string, graphOrigin: string): string | null {
  if (!URL.canParse(link)) return null;
  const url = new URL(link);
  const isOwn = url.protocol === 'https:' && url.origin === graphOrigin && url.username === '' && url.password === '';
  return isOwn && url.pathname.startsWith(version) ? link : null;
}

/** A stored link that leads elsewhere ends its reading: it is from another Graph, or not from Graph at all. */
export function checkStoredLink(link: string, graphOrigin: string, operation: string): string {
  const own = ownLink(link, graphOrigin);
  if (own === null) throw new GraphError({ operation, code: 'TrawlForeignLink', status: null });
  return own;
}

/** Checks the address of a service: https, and nothing but a host and a port. Throws with the remedy. */
export function checkOrigin(address: string, name: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isOrigin = url?.protocol === 'https:' && url.pathname === '/' && url.search === '' && url.username === '' && url.password === '';
  if (!url || !isOrigin) throw new TypeError(`The ${name} address must be https://host or https://host:port and nothing more`);
  return url.origin;
}
