import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ApiStore } from './deps.ts';

/** Counts requests by route, never by path, and serves them as Prometheus reads them. */
export function serveMetrics(
  app: FastifyInstance,
  { search, credentials, resealing }: Pick<ApiStore, 'search' | 'credentials' | 'resealing'>,
): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'trawl_api_request_seconds',
    help: 'Duration of API requests',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  const lag = new Gauge({
    name: 'trawl_search_lag_seconds',
    help: 'Age of the oldest document that waits to be indexed',
    registers: [registry],
  });
  const waiting = new Gauge({
    name: 'trawl_search_waiting',
    help: 'Documents that wait to be indexed, counted up to 10,000',
    registers: [registry],
  });

  const expiry = new Gauge({
    name: 'trawl_credential_expiry_seconds',
    help: 'When the secret or certificate of a credential ends, in seconds since 1970',
    labelNames: ['credential', 'kind'],
    registers: [registry],
  });

  const sealedByOthers = new Gauge({
    name: 'trawl_credentials_sealed_by_missing_keys',
    help: 'Credentials whose secret no key of this process opens, as of the last look',
    registers: [registry],
  });

  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });

  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    // Of a credential that is gone or has no end any more nothing is told.
    expiry.reset();
    sealedByOthers.set(resealing.left() ?? 0);
    try {
      const [now, ending] = await Promise.all([search.lag(), credentials.ending()]);
      lag.set(now.oldestMs / 1000);
      waiting.set(now.waiting);
      for (const { _id, kind, expiresAt } of ending) expiry.set({ credential: _id, kind }, Math.floor((expiresAt?.getTime() ?? 0) / 1000));
    } catch {
      // The other numbers are wanted most when MongoDB is away.
      lag.reset();
      waiting.reset();
    }
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
