import type { Server } from 'node:https';
import type { Duplex } from 'node:stream';

export interface ServerLimits {
  readonly maxHeaderSize: number;
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly connectionsCheckingInterval: number;
  readonly keepAliveTimeout: number;
}

/** What a client may take, and for how long. */
export const SERVER_LIMITS: ServerLimits = {
  maxHeaderSize: 32 * 1024,
  /** Slow headers and bodies end here. */
  headersTimeout: 20_000,
  requestTimeout: 120_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 60_000,
};

const ANSWERS: Readonly<Record<string, readonly [status: string, code: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'RequestHeaderFieldsTooLarge', 'The request headers are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'RequestTimeout', 'The request did not arrive in time.'],
};

/** Bytes that are no http get an answer that says so, and the connection ends. */
export function hardenServer(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    const [status, code, message] = ANSWERS[error.code ?? ''] ?? ['400 Bad Request', 'BadRequest', 'The request could not be read.'];
    const body = JSON.stringify({ error: { code, message } });
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
  });
  // A handshake that fails is the client's: it does not trust the authority, or speaks no TLS.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** The Host header is what links are built from: it must be a host and a port, and nothing else. */
export function isHost(host: string): boolean {
  return host.length <= 260 && HOST.test(host);
}
