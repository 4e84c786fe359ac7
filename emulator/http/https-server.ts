import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { World } from '../data/world.ts';
import { instanceDiscovery, openIdConfiguration } from '../entra/discovery.ts';
import type { SigningKey } from '../entra/keys.ts';
import { issueToken } from '../entra/token.ts';
import { entraFaultAnswer } from '../faults/entra-answer.ts';
import type { Faults } from '../faults/rules.ts';
import type { Answer } from './answer.ts';
import type { UploadRequest } from '../mail/writing/upload-session.ts';
import type { Certificates } from './certificates.ts';
import type { GraphOutcome } from './exchange.ts';
import { hardenServer, isHost, SERVER_LIMITS, type ServerLimits } from './harden-server.ts';
import { isProblem, problem } from './problem.ts';
import { graphRequest, readBody, type GraphRequest } from './request.ts';
import { sendAnswer as send, sendOutcome } from './send.ts';

export interface HttpsServerDeps {
  readonly world: World;
  readonly key: SigningKey;
  readonly certificates: Certificates;
  readonly graph: (request: GraphRequest) => Promise<GraphOutcome>;
  /** Answers for the URLs of upload sessions, which lie outside of Graph; undefined for other paths. */
  readonly uploads: (request: UploadRequest) => Promise<Answer | undefined>;
  /** Counts what was asked of Entra. */
  countEntra(kind: string, status: number): void;
  /** Played on Entra's endpoints; Graph's answers bring their own. */
  readonly faults: Faults;
  /** What differs from the usual limits of connections. */
  readonly limits?: Partial<ServerLimits> | undefined;
  logError(error: unknown): void;
}

/** One https server for Entra ID and Graph, told apart by their paths. */
export function createHttpsServer(deps: HttpsServerDeps): Server {
  const server = createServer(
    {
      ...{ cert: deps.certificates.certificate, key: deps.certificates.key, ALPNProtocols: ['http/1.1'], ...SERVER_LIMITS, ...deps.limits },
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
  if (known !== undefined) {
    const below = url.slice(version.length + 1);
    return sendOutcome(outgoing, await deps.graph(graphRequest(incoming, { origin: `https://${host}`, version: known, url: below })));
  }
  const { header, body } = graphRequest(incoming, { origin: `https://${host}`, version: 'v2.0', url });
  const uploaded = await deps.uploads({
    method: incoming.method ?? 'GET',
    origin: `https://${host}`,
    path,
    search: url.slice(path.length + 1),
    header,
    body,
  });
  if (uploaded) return send(outgoing, uploaded);
  const fault = entraFault(incoming, { path, deps });
  if (fault?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  if (fault?.hold) await fault.released;
  const faulty = fault && entraFaultAnswer(fault, deps.world.clock.nowMs());
  if (faulty) deps.countEntra('entra.fault', faulty.status);
  const entra = faulty ?? (await serveEntra(incoming, { path, deps }));
  if (entra) return sendOutcome(outgoing, { answer: entra, fault, release: () => {} });
  send(outgoing, { status: 400, body: { error: { code: 'BadRequest', message: `Invalid version: ${version}` } } });
}

function entraFault(incoming: IncomingMessage, { path, deps }: { path: string; deps: HttpsServerDeps }) {
  const tenant = path.split('/')[1]?.toLowerCase() ?? '';
  return deps.faults.answerFor({ line: `${incoming.method} ${path}`, mailboxNames: [], tenantNames: [tenant], isEntra: true });
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
