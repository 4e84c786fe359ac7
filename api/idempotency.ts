import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { ulid } from 'ulid';
import type { IdempotencyStore } from '../store/idempotency-types.ts';
import { callerOf } from './auth.ts';
import { ProblemError } from './problem.ts';

const header = 'idempotency-key';

/** A key bare, or as the structured string of the draft (a text in quotes, RFC 9651); both are the same key. */
export const IdempotencyHeaders = Type.Object({
  [header]: Type.Optional(
    Type.String({
      pattern: String.raw`^("[\x20\x21\x23-\x5B\x5D-\x7E]{1,255}"|[\x21\x23-\x5B\x5D-\x7E]{1,255})$`,
      description:
        '1 to 255 characters that name this request, like a UUID: a repeat with the same key and body within 24 hours gets the first answer again and makes nothing',
    }),
  ),
});

interface Claimed {
  id: string;
  resourceId: string;
  again: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    claimed: Claimed | null;
  }
  interface FastifyContextConfig {
    /** A repeat with the same Idempotency-Key gets the first answer again. For routes whose answers hold no secret. */
    idempotent?: boolean;
  }
}

/** The id for what this request makes: a repeat of it makes the same. */
export function newIdOf(request: FastifyRequest): string {
  return request.claimed?.resourceId ?? ulid();
}

/** What an earlier try of this request has made before it was lost; null when there is none. */
export async function madeBefore<T>(request: FastifyRequest, get: (id: string) => Promise<T | null>): Promise<T | null> {
  return request.claimed?.again === true ? await get(request.claimed.resourceId) : null;
}

/** JSON with fields in one order, so that the same body is the same text however it was written. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}

async function claim(request: FastifyRequest, reply: FastifyReply, store: IdempotencyStore): Promise<FastifyReply | undefined> {
  const given = request.headers[header];
  if (typeof given !== 'string') return undefined;
  const state = await store.claim({
    callerId: callerOf(request)._id,
    key: given.replaceAll('"', ''),
    text: `${request.method} ${request.routeOptions.url ?? ''}\n${stableJson(request.body)}`,
    requestId: request.id,
    resourceId: ulid(),
    at: new Date(),
  });
  switch (state.is) {
    case 'claimed':
      request.claimed = { id: state.id, resourceId: state.resourceId, again: state.again };
      return undefined;
    case 'answered': {
      const { status, location, body } = state.answer;
      if (location !== null) void reply.header('location', location);
      return reply.code(status).type('application/json; charset=utf-8').send(body);
    }
    case 'working':
      throw new ProblemError(
        'idempotency-key-in-use',
        'A request with this Idempotency-Key is still being worked on. Repeat this one in some seconds; it gets the same answer then.',
      );
    case 'different':
      throw new ProblemError(
        'idempotency-key-reused',
        'This Idempotency-Key came with another body or to another route within the last 24 hours. Take a new key for a new request.',
      );
  }
}

/** Only what was made is kept: after a refusal or a failure a repeat is tried anew, under the same id where it was lost on the way. */
async function keep(
  request: FastifyRequest,
  reply: FastifyReply,
  { store, payload }: { store: IdempotencyStore; payload: unknown },
): Promise<void> {
  if (request.claimed === null) return;
  const { id } = request.claimed;
  const { statusCode: status } = reply;
  if (status < 300 && typeof payload === 'string') {
    const location = reply.getHeader('location');
    await store.answer({
      id,
      requestId: request.id,
      answer: { status, location: typeof location === 'string' ? location : null, body: payload },
    });
  } else if (status < 500) await store.release({ id, requestId: request.id });
}

/**
 * Serves Idempotency-Key on the routes that are marked so, as draft-ietf-httpapi-idempotency-key-header has it: the same key
 * with another body is 422, and a repeat while the first is worked on is 409. Keys are the caller's own.
 * After a failure of ours (5xx) the claim stays, since something may have been made: two minutes later a repeat looks for it.
 * Must be called before routes are registered, and after they are guarded and audited.
 */
export function idempotentRoutes(app: FastifyInstance, store: IdempotencyStore): void {
  app.decorateRequest('claimed', null);
  app.addHook('onRoute', (route) => {
    if (route.config?.idempotent !== true) return;
    const claiming = async (request: FastifyRequest, reply: FastifyReply) => claim(request, reply, store);
    route.preHandler = [...[route.preHandler ?? []].flat(), claiming];
    const keeping = async (request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void> => {
      try {
        await keep(request, reply, { store, payload });
      } catch (error) {
        // What was made has its id in the claim: a repeat finds it.
        request.log.warn({ fault: (error as Error).name }, 'The answer to an Idempotency-Key could not be kept');
      }
    };
    route.onSend = [...[route.onSend ?? []].flat(), keeping];
  });
}
