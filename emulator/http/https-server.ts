import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { entraRequest, type EntraRequest } from '../entra/entra-request.ts';
import { entraFaultAnswer } from '../faults/entra-answer.ts';
import type { Faults } from '../faults/rules.ts';
import type { Downloads } from '../files/downloads.ts';
import type { Answer } from './answer.ts';
import type { Certificates } from './certificates.ts';
import { openToOrigins, preflightAnswer } from './cors.ts';
import type { GraphOutcome } from './exchange.ts';
import { hardenServer, isHost, SERVER_LIMITS, type ServerLimits } from './harden-server.ts';
import type { PlainRequest } from './plain-request.ts';
import { isProblem, problem } from './problem.ts';
import { graphRequest, type GraphRequest } from './request.ts';
import { sendAnswer as send, sendOutcome } from './send.ts';

export interface HttpsServerDeps {
  readonly certificates: Certificates;
  readonly graph: (request: GraphRequest) => Promise<GraphOutcome>;
  /** Answers for the URLs of upload sessions, which lie outside of Graph; undefined for other paths. */
  readonly uploads: (request: PlainRequest) => Promise<Answer | undefined>;
  /** Bytes of files by URLs that need no token. */
  readonly downloads: Pick<Downloads, 'answer'>;
  /** Undefined for a path that is none of the key vault's. */
  readonly vault: (request: PlainRequest) => Promise<Answer | undefined>;
  /** Undefined for a path that is none of Entra's. */
  readonly entra: (request: EntraRequest) => Promise<Answer | undefined>;
  /** Counts what was asked of Entra and answered by a fault. */
  countFault(status: number): void;
  nowMs(): number;
  /** Played on Entra's endpoints; Graph's answers bring their own. */
  readonly faults: Faults;
  /** What differs from the usual limits of connections. */
  readonly limits?: Partial<ServerLimits> | undefined;
  logError(error: unknown): void;
}

/** A client of HTTP/1.0 that names its protocol (curl --http1.0) would otherwise be refused in the handshake: RFC 7301. */
const APPLICATION_PROTOCOLS = ['http/1.1', 'http/1.0'];

/** One https server for Entra ID and Graph, told apart by their paths. */
export function createHttpsServer(deps: HttpsServerDeps): Server {
  const server = createServer(
    {
      ...{
        cert: deps.certificates.certificate,
        key: deps.certificates.key,
        ALPNProtocols: APPLICATION_PROTOCOLS,
        ...SERVER_LIMITS,
        ...deps.limits,
      },
      SNICallback: (name, answer) => answer(null, deps.certificates.contextFor(name)),
    },
    (incoming, outgoing) => {
      serve(incoming, outgoing, deps).catch((caught: unknown) => {
        const error = caught instanceof URIError ? problem(400, 'BadRequest', 'The request URI is not valid.') : caught;
        if (!isProblem(error)) deps.logError(error);
        if (outgoing.headersSent) return outgoing.destroy();
        const { status, code, message } = isProblem(error)
          ? error
          : problem(500, 'InternalServerError', 'The emulator failed; its log names the cause.');
        send(outgoing, { status, body: { error: { code, message } }, headers: isProblem(error) ? error.headers : {} });
      });
    },
  );
  hardenServer(server);
  return server;
}

/** What beta has beyond v1.0 is little here: a template that begins with /beta is of that version alone. */
const GRAPH_VERSIONS = ['v1.0', 'beta'] as const;

async function serve(incoming: IncomingMessage, outgoing: ServerResponse, deps: HttpsServerDeps): Promise<void> {
  const url = incoming.url ?? '/';
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  const host = incoming.headers.host ?? `localhost:${incoming.socket.localPort}`;
  if (!isHost(host)) throw problem(400, 'BadRequest', 'The Host header of the request is not valid.');
  incoming.headers.host = host;
  const version = /^\/([^/]*)/.exec(path)?.[1] ?? '';
  const known = GRAPH_VERSIONS.find((name) => name === version.toLowerCase());
  if (known !== undefined || isBesideGraph(path)) {
    openToOrigins(incoming, outgoing);
    const preflight = preflightAnswer(incoming);
    if (preflight) return send(outgoing, preflight);
  }
  if (known !== undefined) {
    const below = url.slice(version.length + 1);
    return sendOutcome(outgoing, await deps.graph(graphRequest(incoming, { origin: `https://${host}`, version: known, url: below })));
  }
  const fault = faultOutsideGraph(incoming, { path, deps });
  if (fault?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  if (fault?.hold) await fault.released;
  const faulty = fault && entraFaultAnswer(fault, deps.nowMs());
  if (faulty) deps.countFault(faulty.status);
  const answer = faulty ?? (await answerOutsideGraph(incoming, { host, path, search: url.slice(path.length + 1), deps }));
  sendOutcome(outgoing, { answer: answer ?? invalidVersion(version), fault, release: () => {} });
}

/** Upload sessions, downloads and userinfo: browsers ask for them from pages of other origins, as they ask Graph. */
function isBesideGraph(path: string): boolean {
  return /^\/(api\/v2\.0|_layouts\/15|oidc\/userinfo)(\/|$)/i.test(path);
}

function invalidVersion(version: string): Answer {
  return { status: 400, body: { error: { code: 'BadRequest', message: `Invalid version: ${version}` } } };
}

/** Upload sessions and downloads carry their own permission; all else outside of Graph is Entra's. */
async function answerOutsideGraph(
  incoming: IncomingMessage,
  at: { host: string; path: string; search: string; deps: HttpsServerDeps },
): Promise<Answer | undefined> {
  const { host, path, search, deps } = at;
  const { method, origin, header, body } = graphRequest(incoming, { origin: `https://${host}`, version: 'v2.0', url: incoming.url ?? '/' });
  const file = deps.downloads.answer(incoming, { path, search });
  if (file) return file;
  const plain: PlainRequest = { method, origin, path, search, header, body };
  const besideBoth = (await deps.uploads(plain)) ?? (await deps.vault(plain));
  return besideBoth ?? deps.entra(entraRequest(incoming, { path, search }));
}

function faultOutsideGraph(incoming: IncomingMessage, { path, deps }: { path: string; deps: HttpsServerDeps }) {
  const tenant = path.split('/')[1]?.toLowerCase() ?? '';
  return deps.faults.answerFor({ line: `${incoming.method} ${path}`, mailboxNames: [], tenantNames: [tenant], isEntra: true });
}
