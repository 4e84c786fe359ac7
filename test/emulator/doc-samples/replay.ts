import type { Reply } from '../support.ts';
import { readSample, type PreparedRoom, type Replay, type Sample } from './sample.ts';
import { shapeDifferences } from './shape.ts';

export interface Agreement {
  readonly name: string;
  readonly request: string;
  readonly status: number;
  /** Empty where answer and page agree. */
  readonly differences: readonly string[];
}

/** Sends a documented request and compares the answer with the documented one: status, content type, headers, body. */
export async function replay({ client, samples }: PreparedRoom, name: string): Promise<Agreement> {
  const sample = readSample(name);
  const how = samples[name] ?? {};
  await how.before?.();
  const path = how.path ?? pathOf(sample.request.url);
  const version = /\/beta\//.test(sample.request.url) ? 'beta' : 'v1.0';
  const token = how.person ? await client.personToken(how.person.id, how.person.scopes) : await client.appToken();
  const body = how.body ?? sample.request.body;
  const reply = await client.send(sample.request.method, `${client.url}/${version}${encoded(path)}`, {
    headers: headersOf(sample, how, token),
    ...(body === null || body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { name, request: `${sample.request.method} ${path}`, status: reply.status, differences: differencesOf(sample, reply) };
}

function headersOf(sample: Sample, how: Replay, token: string): Record<string, string> {
  const documented = Object.entries(sample.request.headers).filter(([name]) => !/^(authorization|content-length|host)$/i.test(name));
  const type: Record<string, string> = sample.request.method === 'GET' ? {} : { 'content-type': 'application/json' };
  return { ...type, ...lowerCase(documented), ...lowerCase(Object.entries(how.headers ?? {})), authorization: `Bearer ${token}` };
}

function lowerCase(entries: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}

function differencesOf({ response }: Sample, reply: Reply): string[] {
  // Where a page gives a body and no status it shows a success, or a refusal where the body is an error.
  const status = response.status ?? (isErrorBody(response.body) ? 400 : 200);
  if (reply.status !== status) return [`status is ${reply.status}, not ${status}: ${JSON.stringify(reply.body).slice(0, 300)}`];
  const headers = Object.entries(response.headers).flatMap(([name, value]) =>
    headerDifferences({ name: name.toLowerCase(), value }, reply),
  );
  return [...headers, ...shapeDifferences(response.body, bodyOf(reply))];
}

/** A count comes as text/plain; the samples hold it as the number that it is. */
function bodyOf({ body, headers }: Reply): unknown {
  const isNumber = String(headers['content-type']).startsWith('text/plain') && /^\d+$/.test(String(body));
  return isNumber ? Number(body) : body;
}

function isErrorBody(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'error' in body;
}

/** Headers that a client acts on; a page's length and date are those of its example. */
function headerDifferences(documented: { name: string; value: string }, reply: Reply): string[] {
  const { name, value } = documented;
  if (/^(content-length|date|cache-control|connection|transfer-encoding|server|vary)$/.test(name)) return [];
  const given = String(reply.headers[name] ?? '');
  if (given === '') return [`header ${name} is missing`];
  const mediaType = (text: string) => text.split(';')[0]!.trim().toLowerCase();
  return name !== 'content-type' || mediaType(given) === mediaType(value) ? [] : [`header ${name} is ${given}, not ${value}`];
}

function pathOf(url: string): string {
  return url.replace(/^https:\/\/[^/]+/, '').replace(/^\/(v1\.0|beta)(?=\/)/, '');
}

/** Pages write requests for readers: blanks and quotes stand in them as they are. A plus sign there is a blank. */
function encoded(path: string): string {
  return encodeURI(decoded(path)).replaceAll('#', '%23');
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
