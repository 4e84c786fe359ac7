import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { World } from '../data/world.ts';
import { instanceDiscovery, openIdConfiguration } from '../entra/discovery.ts';
import type { SigningKey } from '../entra/keys.ts';
import { issueToken } from '../entra/token.ts';
import type { Downloads } from '../files/downloads.ts';
import { GRAPH_JSON, type Answer } from './answer.ts';
import type { Certificates } from './certificates.ts';
import type { GraphOutcome } from './graph-app.ts';
import { isProblem } from './problem.ts';
import { graphRequest, readBody, type GraphRequest } from './request.ts';

export interface HttpsServerDeps {
  readonly world: World;
  readonly key: SigningKey;
  readonly certificates: Certificates;
  readonly graph: (request: GraphRequest) => Promise<GraphOutcome>;
  /** Bytes of files by URLs that need no token. */
  readonly downloads: Pick<Downloads, 'answer'>;
  /** Counts what was asked of Entra. */
  countEntra(kind: string, status: number): void;
  logError(error: unknown): void;
}

/** One https server for Entra ID and Graph, told apart by their paths. */
export function createHttpsServer(deps: HttpsServerDeps): Server {
  const server = createServer(
    { cert: deps.certificates.certificate, key: deps.certificates.key, ALPNProtocols: ['http/1.1'] },
    (incoming, outgoing) => {
      serve(incoming, outgoing, deps).catch((error: unknown) => {
        if (!isProblem(error)) deps.logError(error);
        if (outgoing.headersSent) return outgoing.destroy();
        const status = isProblem(error) ? error.status : 500;
        send(outgoing, {
          status,
          body: { error: { code: isProblem(error) ? error.code : 'InternalServerError', message: 'The request could not be read.' } },
        });
      });
    },
  );
  server.keepAliveTimeout = 60_000;
  return server;
}

/** What beta has beyond v1.0 is little here: a template that begins with /beta is of that version alone. */
const GRAPH_VERSIONS = ['v1.0', 'beta'] as const;

async function serve(incoming: IncomingMessage, outgoing: ServerResponse, deps: HttpsServerDeps): Promise<void> {
  const url = incoming.url ?? '/';
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  const search = at < 0 ? '' : url.slice(at + 1);
  const version = /^\/([^/]*)/.exec(path)?.[1] ?? '';
  const known = GRAPH_VERSIONS.find((name) => name === version.toLowerCase());
  if (known !== undefined) {
    const outcome = await deps.graph(graphRequest(incoming, { version: known, path: path.slice(version.length + 1), search }));
    return sendOutcome(outgoing, outcome);
  }
  const file = deps.downloads.answer(incoming, { path, search });
  if (file) return send(outgoing, file);
  const entra = await serveEntra(incoming, { path, deps });
  if (entra) return send(outgoing, entra);
  send(outgoing, { status: 400, body: { error: { code: 'BadRequest', message: `Invalid version: ${version}` } } });
}

async function serveEntra(incoming: IncomingMessage, parts: { path: string; deps: HttpsServerDeps }): Promise<Answer | undefined> {
  const { deps } = parts;
  const origin = `https://${incoming.headers.host ?? 'localhost'}`;
  const [tenant = '', ...rest] = parts.path.split('/').slice(1);
  const place = rest.join('/').toLowerCase();
  const counted = (kind: string, { status, body }: { status: number; body: object }): Answer => {
    deps.countEntra(kind, status);
    return {
      status,
      body,
      headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store, no-cache', Pragma: 'no-cache' },
    };
  };
  if (place === 'v2.0/.well-known/openid-configuration')
    return counted('entra.openid', openIdConfiguration(tenant, { world: deps.world, origin }));
  if (place === 'discovery/instance') return counted('entra.instance', instanceDiscovery({ world: deps.world, origin }));
  if (place === 'discovery/v2.0/keys') return counted('entra.keys', { status: 200, body: { keys: [deps.key.jwk] } });
  if (place === 'oauth2/v2.0/token' && incoming.method === 'POST') {
    const form = new URLSearchParams((await readBody(incoming)).toString('utf8'));
    const request = { tenant: decodeURIComponent(tenant), authorization: incoming.headers.authorization, form };
    return counted('entra.token', issueToken(request, { world: deps.world, key: deps.key, origin }));
  }
  return undefined;
}

function sendOutcome(outgoing: ServerResponse, outcome: GraphOutcome): void {
  const { answer, fault } = outcome;
  if (fault?.hang) {
    outgoing.on('close', outcome.release);
    return;
  }
  if (fault?.reset === 'before') {
    outcome.release();
    outgoing.socket?.destroy();
    return;
  }
  if (fault?.reset === 'inBody' || fault?.truncateAtBytes !== undefined) return sendPart(outgoing, outcome);
  outcome.release();
  send(outgoing, answer);
}

/** A cut connection (its length says more was to come), or a well-ended answer whose JSON is cut off. */
function sendPart(outgoing: ServerResponse, { answer, fault, release }: GraphOutcome): void {
  const whole = bodyBytes(answer);
  const part = whole.subarray(0, fault?.truncateAtBytes ?? Math.floor(whole.length / 2));
  const isCut = fault?.reset === 'inBody';
  outgoing.writeHead(answer.status, { ...headersOf(answer), 'Content-Length': isCut ? whole.length : part.length });
  release();
  if (!isCut) return void outgoing.end(part);
  outgoing.write(part, () => outgoing.socket?.destroy());
}

function send(outgoing: ServerResponse, answer: Answer): void {
  const body = bodyBytes(answer);
  outgoing.writeHead(answer.status, { ...headersOf(answer), 'Content-Length': body.length });
  outgoing.end(body);
}

function headersOf(answer: Answer): Record<string, string> {
  const type: Record<string, string> =
    typeof answer.body === 'object' && !(answer.body instanceof Uint8Array) ? { 'Content-Type': GRAPH_JSON } : {};
  return { ...type, ...answer.headers };
}

function bodyBytes(answer: Answer): Buffer {
  if (answer.body === undefined) return Buffer.alloc(0);
  if (answer.body instanceof Uint8Array) return Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.byteLength);
  return Buffer.from(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body), 'utf8');
}
