import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import fastify, { LogController, type FastifyInstance } from 'fastify';
import { ulid } from 'ulid';
import { answerUnreadable } from './answer-unreadable.ts';
import { auditRoutes } from './audit.ts';
import { guardRoutes } from './auth.ts';
import { createAuthenticate } from './authenticate.ts';
import { allowOrigins } from './cors.ts';
import type { ApiDeps, ApiInstance } from './deps.ts';
import { serveDocs } from './docs.ts';
import { handleError, sendProblem } from './error-handler.ts';
import { idempotentRoutes } from './idempotency.ts';
import { serveMetrics } from './metrics.ts';
import { ProblemError } from './problem.ts';
import { auditLogRoutes } from './routes/audit.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { crawlRoutes } from './routes/crawls.ts';
import { retryRoutes } from './routes/retries.ts';
import { skipRoutes } from './routes/skips.ts';
import { connectionTestRoutes } from './routes/connection-tests.ts';
import { credentialTestRoutes } from './routes/credential-tests.ts';
import { credentialRoutes } from './routes/credentials.ts';
import { datasetRoutes } from './routes/datasets.ts';
import { documentRoutes } from './routes/documents.ts';
import { exportRoutes } from './routes/exports.ts';
import { geographyRoutes } from './routes/geography.ts';
import { healthRoutes } from './routes/health.ts';
import { sourceCommandRoutes } from './routes/source-commands.ts';
import { sourceEventRoutes } from './routes/source-events.ts';
import { sourceRoutes } from './routes/sources.ts';
import { createValidatorCompiler } from './validation.ts';

const bodyLimitBytes = 1_048_576;

/** One line per finished request, by route and not by path: paths and queries hold ids and search words. */
function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const line = {
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      ...(request.caller && { callerId: request.caller._id }),
    };
    const noteworthy = request.method !== 'GET' || reply.statusCode >= 400;
    request.log[noteworthy ? 'info' : 'debug'](line, 'Request answered');
  });
}

async function addProtection(app: FastifyInstance, requestsPerMinute: number): Promise<void> {
  // The API itself speaks http, behind a proxy or on loopback: upgrading would keep browsers from the assets of /docs.
  await app.register(helmet, { global: true, contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } });
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: 60_000,
    errorResponseBuilder: (_request, { ttl }) =>
      new ProblemError('rate-limited', `More than ${requestsPerMinute} requests in a minute. Wait ${Math.ceil(ttl / 1000)} seconds.`),
  });
}

/** Many clients name a JSON body where they send none, as for `POST …/stop`: that is no body, and no fault. */
function takeEmptyBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parseJson(request, body as string, done);
  });
}

/** Builds the API. Nothing is connected or listened on here: the caller has done the first and does the second. */
export async function buildApi(deps: ApiDeps): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    requestTimeout: 60_000,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: answerUnreadable,
    requestIdHeader: false,
    genReqId: () => ulid(),
    routerOptions: { maxParamLength: 2000 },
    frameworkErrors: (error, request, reply) => void handleError(error, request, reply),
  });
  app.setValidatorCompiler(createValidatorCompiler());
  app.setErrorHandler(handleError);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, { kind: 'not-found', detail: `There is no ${request.method} here. The routes are listed at /docs.` }),
  );
  app.addHook('onSend', async (request, reply) => void reply.header('x-request-id', request.id));
  takeEmptyBodies(app);
  logRequests(app);
  await allowOrigins(app, deps.settings.corsOrigins);
  await addProtection(app, deps.settings.requestsPerMinute);
  guardRoutes(app, createAuthenticate(deps));
  auditRoutes(app, deps.store.audit);
  idempotentRoutes(app, deps.store.idempotency);
  await serveDocs(app);
  serveMetrics(app, deps.store);

  const routes = app as unknown as ApiInstance;
  healthRoutes(routes, deps);
  for (const register of [
    datasetRoutes,
    credentialRoutes,
    credentialTestRoutes,
    sourceRoutes,
    connectionTestRoutes,
    sourceCommandRoutes,
    sourceEventRoutes,
    crawlRoutes,
    retryRoutes,
    skipRoutes,
    documentRoutes,
    exportRoutes,
    geographyRoutes,
    apiKeyRoutes,
    auditLogRoutes,
  ]) {
    register(routes, deps);
  }
  return app;
}
