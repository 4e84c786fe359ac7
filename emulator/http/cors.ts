import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';

/** As answers recorded in learn.microsoft.com/graph and by Graph's users show it. */
const EXPOSED =
  'ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, ReadWriteConsistencyToken, SdkVersion, WWW-Authenticate, x-ms-client-gcc-tenant, Retry-After';

const METHODS = 'GET, POST, PUT, PATCH, DELETE';

/** Pages of any origin may read this answer: Graph takes a token or a signed address for proof, never a cookie. */
export function openToOrigins(incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (incoming.headers.origin === undefined) return;
  outgoing.setHeader('Access-Control-Allow-Origin', '*');
  outgoing.setHeader('Access-Control-Expose-Headers', EXPOSED);
}

/** What a browser asks before it sends a request with a token; it sends no token with the question. */
export function preflightAnswer(incoming: IncomingMessage): Answer | undefined {
  const { origin, 'access-control-request-method': method, 'access-control-request-headers': wanted } = incoming.headers;
  if (incoming.method !== 'OPTIONS' || origin === undefined || method === undefined) return undefined;
  const allowed: Record<string, string> =
    wanted !== undefined && /^[\w, -]{1,1000}$/.test(wanted) ? { 'Access-Control-Allow-Headers': wanted } : {};
  return { status: 200, headers: { 'Access-Control-Allow-Methods': METHODS, 'Access-Control-Max-Age': '600', ...allowed } };
}
