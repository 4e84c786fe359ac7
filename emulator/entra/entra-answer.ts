import { randomUUID } from 'node:crypto';
import type { Answer } from '../http/answer.ts';
import type { EntraContext } from './entra-request.ts';
import type { Refusal } from './refusals.ts';

const NO_STORE = { 'Cache-Control': 'no-store, no-cache', Pragma: 'no-cache', Expires: '-1' } as const;
const JSON_TYPE = 'application/json; charset=utf-8';

export type Ids = { readonly traceId: string; readonly correlationId: string };

export function idsOf({ request }: Pick<EntraContext, 'request'>): Ids {
  return { traceId: randomUUID(), correlationId: request.correlationId ?? randomUUID() };
}

/** Headers that every answer of Entra has. */
export function entraHeaders(ids: Ids): Record<string, string> {
  return {
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    'X-Content-Type-Options': 'nosniff',
    'x-ms-request-id': ids.traceId,
    'x-ms-ests-server': '2.1.0 - EMULATOR ProdSlices',
    'client-request-id': ids.correlationId,
  };
}

export function entraJson(body: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, headers: { 'Content-Type': JSON_TYPE, ...NO_STORE, ...headers }, body };
}

/** Keys and discovery documents are for everybody, and change seldom. */
export function publicJson(body: object): Answer {
  const headers = { 'Content-Type': JSON_TYPE, 'Cache-Control': 'max-age=86400, private' };
  return { status: 200, headers: { ...headers, 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': 'GET, OPTIONS' }, body };
}

export function redirectTo(location: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 302, headers: { Location: location, ...NO_STORE, ...headers } };
}

/** The text since about 2023: trace id, correlation id and timestamp separated by single blanks. */
export function descriptionOf(refusal: Refusal, of: { ids: Ids; nowMs: number }): string {
  return `AADSTS${refusal.code}: ${refusal.text} Trace ID: ${of.ids.traceId} Correlation ID: ${of.ids.correlationId} Timestamp: ${timestampOf(of.nowMs)}`;
}

export function timestampOf(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

export function refusalJson(refusal: Refusal, { world, names }: EntraContext, ids: Ids): Answer {
  const nowMs = world.clock.nowMs();
  return {
    status: refusal.status,
    headers: { 'Content-Type': JSON_TYPE, ...NO_STORE },
    body: {
      error: refusal.error,
      error_description: descriptionOf(refusal, { ids, nowMs }),
      error_codes: [refusal.code],
      timestamp: timestampOf(nowMs),
      trace_id: ids.traceId,
      correlation_id: ids.correlationId,
      error_uri: `${names.origin}/error?code=${refusal.code}`,
      ...(refusal.suberror === undefined ? {} : { suberror: refusal.suberror }),
    },
  };
}
