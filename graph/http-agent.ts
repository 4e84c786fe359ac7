import { createSecureContext } from 'node:tls';
import { Agent } from 'undici';

/**
 * The pool of connections under one credential's requests. HTTP/2 stays off: with it `connections` would bound nothing,
 * and Exchange counts requests in flight.
 */
export function createHttpAgent(settings: { connections: number; requestTimeoutMs: number; authorities: string[] | undefined }): Agent {
  const { connections, requestTimeoutMs, authorities } = settings;
  // One context for all connections: parsing the system's authorities for each of them costs milliseconds.
  const trust = authorities ? { secureContext: createSecureContext({ ca: authorities }) } : {};
  return new Agent({
    allowH2: false,
    connections,
    pipelining: 1,
    headersTimeout: requestTimeoutMs,
    bodyTimeout: requestTimeoutMs,
    keepAliveTimeout: 30_000,
    connect: { timeout: Math.min(10_000, requestTimeoutMs), ...trust },
  });
}
