import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

/**
 * Lets pages of these origins call the API; of none when the list is empty, which is how browsers start. Callers carry a key
 * in a header, never a cookie, so credentials in the browser's sense stay off. Must be registered before what refuses
 * requests, so that a page can read the refusal too.
 */
export async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-none-match'],
    exposedHeaders: ['etag', 'location', 'retry-after', 'x-request-id'],
    credentials: false,
    maxAge: 600,
    // Else OPTIONS without an origin is answered with plain text, where all other refusals are problem+json.
    strictPreflight: false,
  });
}
