import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { ulid } from 'ulid';
import { sendProblem } from './error-handler.ts';

/** What the API still waits for; null when it waits for it no more. */
export interface Awaited {
  mongodb: string | null;
  temporal: string | null;
}

/** Answers while the API connects: it lives, is not ready, and says what it waits for. */
export function createStartingApp({ log, awaited }: { log: FastifyBaseLogger; awaited: Awaited }): FastifyInstance {
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => ulid(),
  });
  const state = (reason: string | null) => ({ ok: reason === null, detail: reason ?? 'answers' });
  app.get('/health/live', () => ({ live: true }));
  app.get('/health/ready', (_request, reply) =>
    reply.code(503).send({ ready: false, mongodb: state(awaited.mongodb), temporal: state(awaited.temporal) }),
  );
  app.setNotFoundHandler((_request, reply) => {
    const reasons = [awaited.mongodb, awaited.temporal].filter((reason) => reason !== null);
    return sendProblem(reply.header('retry-after', '2'), {
      kind: 'starting',
      detail: `The API is still starting${reasons.length > 0 ? `: ${reasons.join('; ')}` : ''}. Repeat the request in a few seconds.`,
    });
  });
  return app;
}
