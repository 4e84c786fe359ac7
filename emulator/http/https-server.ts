import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { entraRequest, type EntraRequest } from '../entra/entra-request.ts';
import { GRAPH_JSON, type Answer } from './answer.ts';
import type { Certificates } from './certificates.ts';
import type { GraphOutcome } from './graph-app.ts';
import { isProblem } from './problem.ts';
import { graphRequest, type GraphRequest } from './request.ts';

export interface HttpsServerDeps {
  readonly certificates: Certificates;
  readonly graph: (request: GraphRequest) => Promise<GraphOutcome>;
  /** Undefined for a path that is none of Entra's. */
  readonly entra: (request: EntraRequest) => Promise<Answer | undefined>;
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
  const entra = await deps.entra(entraRequest(incoming, { path, search }));
  if (entra) return send(outgoing, entra);
  send(outgoing, { status: 400, body: { error: { code: 'BadRequest', message: `Invalid version: ${version}` } } });
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
