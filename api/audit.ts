import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { decodeTime } from 'ulid';
import type { AuditEntry } from '../contract/audit.ts';
import { isUuid } from '../contract/ids.ts';
import type { AuditStore } from '../store/audit-types.ts';
import { ProblemError } from './problem.ts';

/** Reads that show what a document says; every change under /v1 is audited without being named. */
const auditedReads: ReadonlySet<string> = new Set(['GET /v1/documents/:id', 'GET /v1/documents/:id/mime', 'GET /v1/documents/:id/open']);

/** An id of a record, or of a document: whatever else stands in a path may be an address or a key that was put there by mistake. */
const ownId = /^[0-9A-HJKMNP-TV-Z]{26}(:\S{1,1435})?$/i;
const isRecordId = (id: string): boolean => ownId.test(id) || isUuid(id);

interface Audited {
  state: 'none' | 'begun' | 'refused';
  subjectIds: string[];
}

declare module 'fastify' {
  interface FastifyRequest {
    audited: Audited | null;
  }
}

function auditedOf(request: FastifyRequest): Audited {
  request.audited ??= { state: 'none', subjectIds: [] };
  return request.audited;
}

/** Has the entry of this request name one more record that it concerns. */
export function noteSubject(request: FastifyRequest, id: string): void {
  auditedOf(request).subjectIds.push(id);
}

/** The id of what a request has made, by the Location of its answer. */
function createdIdOf(reply: FastifyReply): string | null {
  if (reply.statusCode !== 201 && reply.statusCode !== 202) return null;
  const location = reply.getHeader('location');
  return typeof location === 'string' ? (location.split('/').at(-1) ?? null) : null;
}

function entryOf(request: FastifyRequest, outcome: Pick<AuditEntry, 'status' | 'createdId'>): AuditEntry | null {
  const { caller, params } = request;
  if (caller === null) return null;
  const ids = Object.values((params ?? {}) as Record<string, string>).filter((id) => isRecordId(id));
  return {
    _id: request.id,
    at: new Date(decodeTime(request.id)),
    caller: { kind: caller.kind, id: caller._id, name: caller.name },
    method: request.method,
    route: request.routeOptions.url ?? '',
    subjectIds: [...new Set([...ids, ...auditedOf(request).subjectIds])],
    ...outcome,
  };
}

/** Before anything is read or changed. Throws ProblemError `store-unavailable` when the entry cannot be written. */
async function begin(request: FastifyRequest, audit: AuditStore): Promise<void> {
  const audited = auditedOf(request);
  const entry = entryOf(request, { status: null, createdId: null });
  if (entry === null) return;
  try {
    await audit.add(entry);
    audited.state = 'begun';
  } catch (error) {
    audited.state = 'refused';
    const problem = new ProblemError(
      'store-unavailable',
      'The audit entry of this request could not be written, so nothing was done. The request can be repeated; when this lasts, check that MongoDB runs and has room.',
    );
    problem.cause = error;
    throw problem;
  }
}

async function finish(request: FastifyRequest, reply: FastifyReply, audit: AuditStore): Promise<void> {
  const { state, subjectIds } = auditedOf(request);
  const outcome = { status: reply.statusCode, createdId: createdIdOf(reply) };
  if (state === 'refused') return;
  if (state === 'begun') {
    const made = outcome.createdId === null ? [] : [outcome.createdId];
    await audit.finish({ id: request.id, ...outcome, subjectIds: [...subjectIds, ...made] });
    return;
  }
  // Refused before its handler: for its key's role, or its fields. Nobody's requests are not written: anybody could fill the log.
  const entry = entryOf(request, outcome);
  if (entry !== null) await audit.add(entry);
}

/**
 * Audits every change under /v1, and reads that show documents. An entry is written before the handler runs, so that MongoDB
 * failing then means 503 and nothing read or changed; its outcome is added before the answer is sent. When MongoDB fails
 * between the two, or the process dies, the entry stays without a status: somebody tried this, and what came of it is in the
 * records. The answer is sent all the same, since taking it back would not undo the change.
 * Must be called before routes are registered, and after they are guarded.
 */
export function auditRoutes(app: FastifyInstance, audit: AuditStore): void {
  app.decorateRequest('audited', null);
  app.addHook('onRoute', (route) => {
    if (!route.url.startsWith('/v1/')) return;
    const methods = [route.method].flat();
    if (methods.every((method) => method === 'GET' && !auditedReads.has(`GET ${route.url}`))) return;
    route.preHandler = [async (request: FastifyRequest) => begin(request, audit), ...[route.preHandler ?? []].flat()];
    const whenSent = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      try {
        await finish(request, reply, audit);
      } catch (error) {
        request.log.error({ fault: (error as Error).name, status: reply.statusCode }, 'The outcome of a request could not be audited');
      }
    };
    route.onSend = [...[route.onSend ?? []].flat(), whenSent];
  });
}
