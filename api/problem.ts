import { Type, type Static } from 'typebox';

/** One thing that is wrong with a request: where, why, and what to do. Values are never repeated, they may be secrets. */
export const FieldFault = Type.Object(
  {
    in: Type.Unsafe<'body' | 'query' | 'path' | 'header'>({ type: 'string', enum: ['body', 'query', 'path', 'header'] }),
    field: Type.String({ description: 'JSON pointer to the field; empty for the whole' }),
    reason: Type.String(),
    remedy: Type.String(),
  },
  { title: 'FieldFault' },
);
export type FieldFault = Static<typeof FieldFault>;

/** An error answer, RFC 9457. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'Stable name of the kind of problem', examples: ['urn:trawl:problem:not-found'] }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What is wrong here, and what to do' }),
    requestId: Type.String({ description: 'Stands in the logs of the API beside this request' }),
    errors: Type.Optional(Type.Array(FieldFault)),
    crawlId: Type.Optional(Type.String({ description: 'The crawl that is in the way' })),
    temporalUrl: Type.Optional(Type.String({ description: 'Where the Temporal Web UI shows that crawl' })),
    report: Type.Optional(
      Type.Unsafe<object>({ type: 'object', description: 'What a test of the connection found, as POST /v1/sources/test answers it' }),
    ),
    removal: Type.Optional(Type.Object({ reason: Type.String(), at: Type.String() })),
  },
  { title: 'Problem', additionalProperties: true },
);
export type Problem = Static<typeof Problem>;

/** Every kind of problem: its status and title. The word is the end of `urn:trawl:problem:<word>` and never changes its meaning. */
export const problemKinds = {
  'malformed-request': { status: 400, title: 'The request cannot be read' },
  unauthenticated: { status: 401, title: 'No valid API key or token' },
  forbidden: { status: 403, title: 'The caller may not do this' },
  'not-found': { status: 404, title: 'Not found' },
  'link-refused': { status: 404, title: 'The link of the document is not followed' },
  'request-too-slow': { status: 408, title: 'The request came too slowly' },
  'crawl-running': { status: 409, title: 'A crawl of this source is already running' },
  'crawl-not-running': { status: 409, title: 'No crawl of this source is running' },
  'nothing-to-confirm': { status: 409, title: 'Nothing waits for a confirmation' },
  'source-deleting': { status: 409, title: 'The source is being deleted' },
  'name-taken': { status: 409, title: 'The name is taken' },
  'last-admin-key': { status: 409, title: 'The last admin key cannot be removed' },
  'idempotency-key-in-use': { status: 409, title: 'A request with this Idempotency-Key is still worked on' },
  removed: { status: 410, title: 'The document was removed' },
  'precondition-failed': { status: 412, title: 'It was changed meanwhile' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be JSON' },
  'invalid-request': { status: 422, title: 'The request is not valid' },
  'service-not-yet': { status: 422, title: 'The service cannot be crawled yet' },
  'connection-test-failed': { status: 422, title: 'The test of the connection failed' },
  'query-too-broad': { status: 422, title: 'The query fits too much' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for another request' },
  'too-many-streams': { status: 429, title: 'Too many exports or event streams are open' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'headers-too-large': { status: 431, title: 'Path or headers are too large' },
  internal: { status: 500, title: 'The API failed' },
  'store-unavailable': { status: 503, title: 'MongoDB does not answer' },
  'temporal-unavailable': { status: 503, title: 'Temporal does not answer' },
  'temporal-refused': { status: 503, title: 'Temporal refuses the request' },
  'worker-silent': { status: 503, title: 'No worker answers' },
  'sign-in-unavailable': { status: 503, title: 'Tokens cannot be checked' },
  'groups-unavailable': { status: 503, title: 'The groups of the caller are not known' },
  starting: { status: 503, title: 'The API is starting' },
} as const satisfies Record<string, { status: number; title: string }>;
export type ProblemKind = keyof typeof problemKinds;

type Extras = Partial<Pick<Problem, 'errors' | 'crawlId' | 'temporalUrl' | 'removal' | 'report'>>;

/** Thrown where a request cannot be answered as asked; the error handler turns it into the answer. */
export class ProblemError extends Error {
  readonly kind: ProblemKind;
  readonly extras: Extras;

  constructor(kind: ProblemKind, detail: string, extras: Extras = {}) {
    super(detail);
    this.name = 'ProblemError';
    this.kind = kind;
    this.extras = extras;
  }
}

/** A request whose fields are well-formed but wrong. */
export function invalid(...errors: FieldFault[]): ProblemError {
  return new ProblemError('invalid-request', summary(errors), { errors });
}

/** A fault of a field of the body. */
export function bodyFault(field: string, { reason, remedy }: { reason: string; remedy: string }): FieldFault {
  return { in: 'body', field, reason, remedy };
}

export function notFound(what: string, id: string): ProblemError {
  return new ProblemError('not-found', `There is no ${what} ${id}. List them with GET to see which ones there are.`);
}

/** The first faults as one sentence, for those who read only `detail`. */
export function summary(errors: FieldFault[]): string {
  const [first] = errors;
  if (first === undefined) return 'The request is not valid.';
  const where = first.field === '' ? `The ${first.in}` : `${first.in} ${first.field}`;
  const rest = errors.length > 1 ? ` (and ${errors.length - 1} more, see errors)` : '';
  return `${where}: ${first.reason}. ${first.remedy}${rest}`;
}

/** The answer of a problem. */
export function problemBody(
  kind: ProblemKind,
  { detail, requestId, extras }: { detail: string; requestId: string; extras?: Extras },
): Problem {
  const { status, title } = problemKinds[kind];
  return { type: `urn:trawl:problem:${kind}`, title, status, detail, requestId, ...extras };
}
