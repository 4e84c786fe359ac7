import type { IncomingMessage } from 'node:http';
import { problem } from './problem.ts';

/** The query of a request: `%24top` is `$top`, names in any case, a repeated name keeps its first value. */
export interface Query {
  get(name: string): string | undefined;
  has(name: string): boolean;
  readonly entries: readonly (readonly [string, string])[];
}

export interface Preferences {
  readonly immutableIds: boolean;
  readonly textBodies: boolean;
  /** Bodies with all that active content that is taken out otherwise. */
  readonly unsafeHtml: boolean;
  readonly maxPageSize: number | undefined;
  readonly timeZone: string | undefined;
  /** As `Preference-Applied` repeats them. */
  readonly applied: readonly string[];
}

export interface GraphRequest {
  readonly method: string;
  /** https://host:port, from the Host header, so that links lead back to where the client came from. */
  readonly origin: string;
  /** Origin and version, without a slash at the end: what links in answers begin with. */
  readonly serviceRoot: string;
  /** Path after the version, as it came, without the query. */
  readonly path: string;
  readonly query: Query;
  readonly prefer: Preferences;
  readonly eventual: boolean;
  header(name: string): string | undefined;
  /** The body's bytes. Rejects above `BODY_LIMIT_BYTES`. */
  body(): Promise<Buffer>;
}

const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

export function parseQuery(text: string): Query {
  const entries = text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      return [decode(at < 0 ? part : part.slice(0, at)), at < 0 ? '' : decode(part.slice(at + 1))] as const;
    });
  const byName = new Map<string, string>();
  for (const [name, value] of entries) if (!byName.has(name.toLowerCase())) byName.set(name.toLowerCase(), value);
  return { entries, get: (name) => byName.get(name.toLowerCase()), has: (name) => byName.has(name.toLowerCase()) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw problem(400, 'BadRequest', 'The request URI is not valid: it holds a percent sign that starts no character.');
  }
}

/** RFC 7240: several preferences in one header, comma separated, names in any case, values perhaps quoted. */
export function parsePrefer(header: string | undefined): Preferences {
  const values = new Map<string, string>();
  for (const [, name, value] of (header ?? '').matchAll(/([\w.-]+)(?:\s*=\s*("[^"]*"|[^,;\s]+))?/g)) {
    if (name !== undefined && !values.has(name.toLowerCase())) values.set(name.toLowerCase(), (value ?? '').replace(/^"|"$/g, ''));
  }
  const immutableIds = values.get('idtype')?.toLowerCase() === 'immutableid';
  const bodyType = values.get('outlook.body-content-type')?.toLowerCase();
  const textBodies = bodyType === 'text';
  const unsafeHtml = values.has('outlook.allow-unsafe-html');
  const size = Number(values.get('odata.maxpagesize'));
  const maxPageSize = Number.isInteger(size) && size > 0 ? size : undefined;
  const timeZone = values.get('outlook.timezone');
  const applied = [
    ...(immutableIds ? ['IdType="ImmutableId"'] : []),
    ...(bodyType === 'text' || bodyType === 'html' ? [`outlook.body-content-type="${bodyType}"`] : []),
    ...(unsafeHtml ? ['outlook.allow-unsafe-html'] : []),
    ...(timeZone === undefined ? [] : [`outlook.timezone="${timeZone}"`]),
  ];
  return { immutableIds, textBodies, unsafeHtml, maxPageSize, timeZone, applied };
}

export function graphRequest(incoming: IncomingMessage, parts: { version: string; path: string; search: string }): GraphRequest {
  const header = (name: string) => {
    const value = incoming.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  const origin = `https://${header('host') ?? 'localhost'}`;
  return {
    method: incoming.method ?? 'GET',
    origin,
    serviceRoot: `${origin}/${parts.version}`,
    path: parts.path,
    query: parseQuery(parts.search),
    prefer: parsePrefer(header('prefer')),
    eventual: header('consistencylevel')?.toLowerCase() === 'eventual',
    header,
    body: () => readBody(incoming),
  };
}

export async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of incoming as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > BODY_LIMIT_BYTES) throw problem(413, 'RequestEntityTooLarge', 'The request body is too large.');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
