import type { Answer } from '../http/answer.ts';
import type { GraphHandler } from '../http/graph-context.ts';
import { BEARER_CHALLENGE, type Problem } from '../http/problem.ts';
import type { GraphRequest } from '../http/request.ts';
import { freshLink } from '../mail/sync-token.ts';
import type { FaultAnswer } from './rules.ts';

type Layer = GraphHandler['layer'];
type Refusal = Pick<Problem, 'status' | 'code' | 'message' | 'headers' | 'innerError'>;

export interface FaultyAnswerParts {
  readonly request: GraphRequest;
  readonly layer: Layer;
  /** Puts a refusal into Graph's error body. */
  refuse(refusal: Refusal): Answer;
}

/** Codes and texts as the service behind a request words them. */
const DEFAULTS: Readonly<Record<Layer, Readonly<Record<number, readonly [code: string, message: string]>>>> = {
  mailbox: {
    403: ['ErrorAccessDenied', 'Access is denied. Check credentials and try again.'],
    404: ['ErrorItemNotFound', 'The specified object was not found in the store.'],
    409: ['ErrorIrresolvableConflict', 'The send or update operation could not be performed because the change key does not match.'],
    410: ['SyncStateNotFound', 'The sync state is not found.'],
    429: ['ApplicationThrottled', 'Application is over its MailboxConcurrency limit.'],
    500: ['ErrorInternalServerTransientError', 'Cannot query rows in a table.'],
    503: ['ErrorServerBusy', 'The server cannot service this request right now. Try again later.'],
  },
  directory: {
    403: ['Authorization_RequestDenied', 'Insufficient privileges to complete the operation.'],
    404: ['Request_ResourceNotFound', 'Resource does not exist or one of its queried reference-property objects are not present.'],
    409: ['Request_MultipleObjectsWithSameKeyValue', 'Another object with the same value for a property already exists.'],
    410: ['syncStateNotFound', 'The sync state is not found.'],
    429: ['TooManyRequests', 'Please retry again later.'],
    500: ['InternalServerError', 'An internal server error occurred.'],
    503: ['ServiceUnavailable', 'The service is temporarily unavailable.'],
  },
  service: {
    403: ['accessDenied', 'Access denied'],
    404: ['itemNotFound', 'The resource could not be found.'],
    409: ['nameAlreadyExists', 'The specified item name already exists.'],
    410: ['resyncChangesApplyDifferences', 'Resync required.'],
    429: ['activityLimitReached', 'The app or user has been throttled.'],
    500: ['generalException', 'An unspecified error has occurred.'],
    503: ['serviceNotAvailable', 'The service is not available. Try the request again after a delay.'],
  },
};

/** The answer that a fault plays in place of the true one; undefined when the true one is wanted. */
export function faultyAnswer(fault: FaultAnswer, parts: FaultyAnswerParts): Answer | undefined {
  if (fault.expiredLink) return parts.refuse(expiredLink(parts));
  const status = fault.status ?? (fault.htmlPage ? 502 : undefined);
  if (status === undefined || status < 300) return undefined;
  const headers: Record<string, string> = fault.retryAfter === undefined ? {} : { 'Retry-After': fault.retryAfter };
  if (status === 401) headers['WWW-Authenticate'] = BEARER_CHALLENGE;
  if (status === 410) headers['Location'] = freshStart(parts.request);
  if (fault.emptyBody) return { status, headers };
  if (fault.htmlPage) return { status, headers: { ...headers, 'Content-Type': 'text/html; charset=us-ascii' }, body: htmlPage(status) };
  const [code, message] = status === 401 ? EXPIRED_TOKEN : (DEFAULTS[parts.layer][status] ?? ['UnknownError', '']);
  const innerError = code === 'TooManyRequests' ? { innerError: { code: '429', message: 'Please retry after', status: '429' } } : {};
  return parts.refuse({ status, code: fault.code ?? code, message: fault.message ?? message, headers, ...innerError });
}

/** Seen now and then with a token that is valid: the next one works. */
const EXPIRED_TOKEN = ['InvalidAuthenticationToken', 'Lifetime validation failed, the token is expired.'] as const;

/** A lost sync state comes with the link that starts anew: learn.microsoft.com/graph/delta-query-overview. */
function freshStart(request: GraphRequest): string {
  return freshLink(request, `${request.serviceRoot}${request.path}`);
}

function expiredLink({ request, layer }: FaultyAnswerParts): Refusal {
  const isDelta = /delta/i.test(request.path);
  if (isDelta) {
    const [code, message] = DEFAULTS[layer][410]!;
    return { status: 410, code, message, headers: { Location: freshStart(request) } };
  }
  if (layer === 'directory') {
    const message = 'The specified page token value has expired and can no longer be included in your request.';
    return { status: 400, code: 'Directory_ExpiredPageToken', message, headers: {} };
  }
  return { status: 410, code: 'resyncRequired', message: 'The page is no longer available; start the list again.', headers: {} };
}

const REASONS: Readonly<Record<number, string>> = {
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

function htmlPage(status: number): string {
  const reason = `${status} ${REASONS[status] ?? 'Error'}`;
  return `<html>\r\n<head><title>${reason}</title></head>\r\n<body>\r\n<center><h1>${reason}</h1></center>\r\n<hr><center>Microsoft-Azure-Application-Gateway/v2</center>\r\n</body>\r\n</html>\r\n`;
}

const IN_STREAM = '{"error":{"code":"ErrorInternalServerTransientError","message":"An item could not be rendered.","innerError":{}}}';

/** A list of which one item cannot be rendered, drawn by the rule's turn. Other answers stay as they are. */
export function withBrokenItem(answer: Answer, broken: { kind: NonNullable<FaultAnswer['brokenItem']>; turn: number }): Answer {
  const body = answer.body as { readonly value?: readonly unknown[] } | undefined;
  if (typeof body !== 'object' || !Array.isArray(body.value) || body.value.length === 0) return answer;
  const value = [...(body.value as unknown[])];
  const at = (broken.turn - 1) % value.length;
  if (broken.kind === 'inStream') {
    // OData writes the error into a list that has begun: what comes is not JSON any more.
    const text = JSON.stringify({ ...body, value: value.slice(0, at) });
    return {
      ...answer,
      headers: { 'Content-Type': 'application/json;odata.metadata=minimal', ...answer.headers },
      body: `${text.slice(0, -2)}${at > 0 ? ',' : ''}${IN_STREAM}`,
    };
  }
  const id = (value[at] as { readonly id?: unknown } | null)?.id;
  value[at] = broken.kind === 'null' ? null : { id };
  return { ...answer, body: { ...body, value } };
}
