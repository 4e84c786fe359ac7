import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificates } from './certificates.ts';

export interface SeenRequest {
  method: string;
  /** Path and query as they came over the wire. */
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** What the server says: an answer, or something done to the socket by hand. */
export type Reply =
  | { status?: number; headers?: Record<string, string>; body?: unknown }
  | ((response: ServerResponse, request: IncomingMessage) => void | Promise<void>);

export interface ScriptedMicrosoft {
  origin: string;
  caFile: string;
  /** The server's own certificate, for further servers that the same authority vouches for. */
  certificate: { cert: string; key: string };
  /** Requests to Graph, in order. */
  graphRequests: SeenRequest[];
  /** Requests to the token endpoint, in order. */
  tokenRequests: SeenRequest[];
  /** Answers of Graph in order; the last one is repeated. */
  script(...replies: Reply[]): void;
  /** Answers of the token endpoint in order, then tokens. */
  scriptToken(...replies: Reply[]): void;
  close(): Promise<void>;
}

/** A https server that plays prepared answers of Entra and Graph, typed from Microsoft's documentation. */
export async function startScriptedMicrosoft(): Promise<ScriptedMicrosoft> {
  const { ca, cert, key } = await createCertificates();
  const directory = await mkdtemp(join(tmpdir(), 'trawl-graph-'));
  const caFile = join(directory, 'ca.pem');
  await writeFile(caFile, ca);
  let replies: Reply[] = [];
  let tokenReplies: Reply[] = [];
  const graphRequests: SeenRequest[] = [];
  const tokenRequests: SeenRequest[] = [];
  let tokens = 0;

  const choose = (request: SeenRequest, origin: string): Reply => {
    const { pathname } = new URL(request.url, origin);
    if (pathname.endsWith('/.well-known/openid-configuration')) return { body: openIdConfiguration(origin, pathname.split('/')[1]!) };
    if (pathname.endsWith('/oauth2/v2.0/token')) {
      tokenRequests.push(request);
      tokens += 1;
      return tokenReplies.shift() ?? { body: { token_type: 'Bearer', expires_in: 3599, access_token: `canary-token-${tokens}` } };
    }
    graphRequests.push(request);
    return (replies.length > 1 ? replies.shift() : replies[0]) ?? { status: 500, body: 'nothing scripted' };
  };

  const server = createServer({ cert, key }, (request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = '', url = '', headers } = request;
      const reply = choose({ method, url, headers, body: Buffer.concat(chunks).toString() }, originOf(server));
      if (typeof reply === 'function') await reply(response, request);
      else sendReply(response, reply);
    })();
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');

  return {
    origin: originOf(server),
    caFile,
    certificate: { cert, key },
    graphRequests,
    tokenRequests,
    script(...next) {
      replies = next;
      graphRequests.length = 0;
    },
    scriptToken(...next) {
      tokenReplies = next;
      tokenRequests.length = 0;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await rm(directory, { recursive: true });
    },
  };
}

const originOf = (server: Server) => `https://localhost:${(server.address() as AddressInfo).port}`;

function sendReply(response: ServerResponse, reply: Exclude<Reply, (...args: never[]) => unknown>): void {
  const { status = 200, headers = {}, body = '' } = reply;
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  const type = isRaw ? 'text/plain' : 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';
  response.writeHead(status, { 'Content-Type': type, 'request-id': '94fb3b52-452a-4535-a601-69e0a90e3aa2', ...headers });
  response.end(isRaw ? body : JSON.stringify(body));
}

function openIdConfiguration(origin: string, tenant: string): object {
  return {
    token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
    authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
    jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`,
    issuer: `${origin}/${tenant}/v2.0`,
  };
}

/** A https address on which nobody listens. */
export async function closedOrigin(): Promise<string> {
  const server = createServer().listen(0, 'localhost');
  await once(server, 'listening');
  const origin = originOf(server);
  server.close();
  await once(server, 'close');
  return origin;
}
