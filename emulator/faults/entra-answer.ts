import { randomUUID } from 'node:crypto';
import type { Answer } from '../http/answer.ts';
import type { FaultAnswer } from './rules.ts';

/** Entra's transient refusals: learn.microsoft.com/entra/identity-platform/reference-error-codes. */
const WORDS: Readonly<Record<number, readonly [error: string, code: number, text: string]>> = {
  429: ['temporarily_unavailable', 90055, 'There are too many incoming requests. Please try again later.'],
  500: ['server_error', 90033, 'A transient error has occurred. Please try again.'],
};

/** What a fault answers in place of Entra; undefined when the true answer is wanted. */
export function entraFaultAnswer(fault: FaultAnswer, nowMs: number): Answer | undefined {
  const status = fault.status ?? (fault.htmlPage ? 502 : undefined);
  if (status === undefined || status < 300) return undefined;
  const retry: Record<string, string> = fault.retryAfter === undefined ? {} : { 'Retry-After': fault.retryAfter };
  if (fault.emptyBody) return { status, headers: retry };
  if (fault.htmlPage)
    return { status, headers: { ...retry, 'Content-Type': 'text/html' }, body: `<html><body><h1>${status}</h1></body></html>` };
  const [error, code, text] = WORDS[status] ?? ['temporarily_unavailable', 90033, 'A transient error has occurred. Please try again.'];
  const ids = { trace_id: randomUUID(), correlation_id: randomUUID() };
  const timestamp = `${new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const description = `AADSTS${code}: ${fault.message ?? text} Trace ID: ${ids.trace_id} Correlation ID: ${ids.correlation_id} Timestamp: ${timestamp}`;
  return {
    status,
    headers: { ...retry, 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store, no-cache', Pragma: 'no-cache' },
    body: { error: fault.code ?? error, error_description: description, error_codes: [code], timestamp, ...ids },
  };
}
