import { isKnownCode } from '../contract/errors.ts';
import { GraphError } from './graph-error.ts';
import { readRetryAfterMs } from './retry-after.ts';

export interface ErrorAnswer {
  operation: string;
  status: number;
  headers: Pick<Headers, 'get'>;
  /** The body's beginning, as text. */
  body: string;
}

/** Makes one error of an answer that is not a success: Graph's or Entra's code, or one made of the status. */
export function answerError(answer: ErrorAnswer): GraphError {
  const body = parseObject(answer.body);
  const code = redirectCode(answer) ?? readCode(body) ?? codeOfStatus(answer.status);
  return new GraphError({
    operation: answer.operation,
    code,
    status: answer.status,
    retryAfterMs: readRetryAfterMs(answer.headers),
    requestId: readRequestId(answer.headers) ?? readInnerRequestId(body),
  });
}

/** Graph's id of a request, for a support case; null when the answer has none that looks like an id. */
export function readRequestId(headers: Pick<Headers, 'get'>): string | null {
  return idOrNull(headers.get('request-id'));
}

/** An auto-expanding archive answers 308 with the address of an auxiliary mailbox; any other redirect is not Graph's. */
function redirectCode({ status, headers }: ErrorAnswer): string | null {
  if (status < 300 || status >= 400) return null;
  const leadsToMailbox = /\/users(\/|\()/i.test(headers.get('location') ?? '');
  return status === 308 && leadsToMailbox ? 'TrawlAuxiliaryArchive' : 'TrawlRedirected';
}

function codeOfStatus(status: number): string {
  const code = `TrawlHttp${status}`;
  return isKnownCode(code) ? code : status >= 500 ? 'TrawlHttp500' : 'TrawlUnknown';
}

type Json = Record<string, unknown>;

function asObject(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

function parseObject(text: string): Json | null {
  try {
    return asObject(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    return null;
  }
}

/**
 * Inner errors may nest, and the most detailed code that is known decides; the spelling of `innerError` varies
 * (learn.microsoft.com/graph/errors).
 */
function readCode(body: Json | null): string | null {
  let error = asObject(body?.['error']);
  const codes: string[] = [];
  while (error && codes.length < 10) {
    const code = error['code'];
    codes.push(typeof code === 'string' && /^[\w.-]{1,100}$/.test(code) ? code : '');
    error = asObject(error['innerError'] ?? error['innererror'] ?? error['inner_error']);
  }
  return codes.findLast(isKnownCode) ?? codes.find((code) => code !== '') ?? null;
}

function readInnerRequestId(body: Json | null): string | null {
  const error = asObject(body?.['error']);
  const inner = asObject(error?.['innerError'] ?? error?.['innererror']);
  return idOrNull(inner?.['request-id'] ?? inner?.['requestId']);
}

function idOrNull(value: unknown): string | null {
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value) ? value : null;
}
