import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { QueryTooBroadError } from '../store/store-errors.ts';
import { problemBody, ProblemError, summary, type ProblemKind } from './problem.ts';
import { storeUnavailable } from './store-faults.ts';
import { InvalidPartError } from './validation.ts';

interface Answer {
  kind: ProblemKind;
  detail: string;
  extras?: ProblemError['extras'];
}

const storeRemedy = 'MongoDB does not answer. The request can be repeated; when this lasts, check MONGODB_URI and that MongoDB runs.';

const tooBroadRemedy =
  'The query takes longer than 10 seconds. Narrow it: by dates, a mailbox, a source or rarer words; or export what it fits with POST /v1/documents/export.';

/** Fastify's own refusals, by their codes (https://fastify.dev/docs/latest/Reference/Errors/). Their messages may quote the body. */
const fastifyCodes: Record<string, Answer> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { kind: 'body-too-large', detail: 'The body is larger than 1 MiB. Send a smaller one.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { kind: 'unsupported-media-type', detail: 'Send the body as JSON, with Content-Type: application/json.' },
  FST_ERR_CTP_INVALID_JSON_BODY: { kind: 'malformed-request', detail: 'The body is not valid JSON. Check quotes, commas and braces.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    kind: 'malformed-request',
    detail: 'Content-Length and the size of the body differ. Send the whole body.',
  },
  FST_ERR_BAD_URL: {
    kind: 'malformed-request',
    detail: 'The path holds a broken percent-encoding. Encode ids with encodeURIComponent or its like.',
  },
  FST_ERR_MAX_PARAM_LENGTH: { kind: 'not-found', detail: 'An id in the path is longer than any id of Trawl.' },
};

/** What an error means to the caller; null when it is our own failure. */
export function classifyError(error: unknown): Answer | null {
  if (error instanceof ProblemError) return { kind: error.kind, detail: error.message, extras: error.extras };
  if (error instanceof InvalidPartError)
    return { kind: 'invalid-request', detail: summary(error.faults), extras: { errors: error.faults } };
  if (error instanceof QueryTooBroadError) return { kind: 'query-too-broad', detail: tooBroadRemedy };
  if (storeUnavailable(error)) return { kind: 'store-unavailable', detail: storeRemedy };
  const { code, statusCode } = error as Partial<FastifyError>;
  const known = fastifyCodes[code ?? ''];
  if (known !== undefined) return known;
  if (statusCode === 400 || (statusCode === undefined && error instanceof SyntaxError))
    return { kind: 'malformed-request', detail: 'The request cannot be read. Check that the body is plain JSON.' };
  if (statusCode === 429) return { kind: 'rate-limited', detail: 'Too many requests. Wait for the seconds of Retry-After.' };
  return null;
}

/** Answers with problem+json. Only failures of our own are logged with their stack; nothing of the request's body is. */
export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = classifyError(error);
  if (known === null) request.log.error({ fault: faultOf(error) }, 'Request failed');
  else if (known.kind === 'store-unavailable') request.log.warn({ fault: (error as Error).name }, 'MongoDB does not answer');
  const answer = known ?? { kind: 'internal' as const, detail: `The API failed. Look for request ${request.id} in its log.` };
  return sendProblem(reply, answer);
}

/** An unexpected error for the log. The driver's messages and details may quote records, so of those only the code is kept. */
function faultOf(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = 'code' in error ? error.code : undefined;
  const frames = (error.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
  return { name: error.name, code, ...(!error.name.startsWith('Mongo') && { message: error.message }), stack: frames.join('\n') };
}

/** Sends a problem as RFC 9457 wants it. */
export function sendProblem(reply: FastifyReply, { kind, detail, extras }: Answer): FastifyReply {
  const body = problemBody(kind, { detail, requestId: reply.request.id, ...(extras && { extras }) });
  if (kind === 'unauthenticated') void reply.header('www-authenticate', 'Bearer realm="trawl"');
  // A serializer of the route would drop fields that its schema does not name.
  return reply.code(body.status).type('application/problem+json').serializer(JSON.stringify).send(body);
}
