import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { answerUnreadable } from './answer-unreadable.ts';

/** A listening server whose answering application can be exchanged, so that health can be asked while the API still connects. */
export interface Serving {
  address: string;
  answerWith(app: FastifyInstance): Promise<void>;
  /** Takes no new connection and waits for the answers under way. */
  close(): Promise<void>;
}

/** Listens. Throws the socket's error (EADDRINUSE, EACCES …). */
export async function serve({ host, port, app }: { host: string; port: number; app: FastifyInstance }): Promise<Serving> {
  let current = app;
  await app.ready();
  const server = createServer((request: IncomingMessage, response: ServerResponse) => current.routing(request, response));
  server.on('clientError', answerUnreadable);
  server.requestTimeout = 60_000;
  server.headersTimeout = 20_000;
  await listen(server, { host, port });
  const bound = server.address() as AddressInfo;
  return {
    address: `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    answerWith: async (next) => {
      await next.ready();
      current = next;
    },
    close: () => close(server),
  };
}

function listen(server: Server, at: { host: string; port: number }): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(at, () => {
    server.off('error', reject);
    resolve();
  });
  return promise;
}

function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  // A client that never ends its request must not hold the process.
  setTimeout(() => server.closeAllConnections(), 10_000).unref();
  return promise;
}
