import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { World } from '../data/world.ts';
import { parseQuery, readBody, type Query } from '../http/request.ts';
import { isProblem, problem } from '../http/problem.ts';
import type { Faults } from '../faults/rules.ts';
import type { MailboxLimits } from '../throttle/mailbox-limits.ts';
import type { AnswerChecks } from '../http/answer-checks.ts';
import type { LatencyControl } from '../http/latency.ts';
import type { Gate } from '../throttle/gate.ts';
import type { LimitSettings } from '../throttle/limit-settings.ts';
import type { SubscriptionWatch } from '../subscriptions/watch.ts';
import type { Served } from '../throttle/served.ts';
import { controlRoutes } from './control-routes.ts';
import { badInput, objectOf, type Fields } from './input.ts';

export interface ControlDeps {
  readonly world: World;
  readonly faults: Faults;
  readonly limits: MailboxLimits;
  readonly served: Served;
  readonly gate: Gate;
  readonly limitSettings: { get(): LimitSettings; set(settings: LimitSettings): LimitSettings };
  readonly latency: LatencyControl;
  readonly answerChecks: AnswerChecks | undefined;
  readonly watch: Pick<SubscriptionWatch, 'tell' | 'waiting'>;
  /** What a client needs to know: addresses, tenant, CA. */
  readonly about: () => object;
  logError(error: unknown): void;
}

export interface ControlRequest extends ControlDeps {
  readonly params: readonly string[];
  readonly query: Query;
  readonly isMime: boolean;
  fields(): Promise<Fields>;
  bytes(): Promise<Buffer>;
}

/** An object is answered as JSON, lines as NDJSON. */
export type ControlAnswer = object | { readonly lines: Iterable<object> };

export interface ControlRoute {
  readonly method: string;
  /** `*` stands for one segment. */
  readonly path: string;
  handle(request: ControlRequest): ControlAnswer | Promise<ControlAnswer>;
}

/** Plain http without any credential: it is to be bound to the loopback address only. */
export function createControlServer(deps: ControlDeps): Server {
  return createServer((incoming, outgoing) => {
    serve(incoming, outgoing, deps).catch((error: unknown) => {
      if (!isProblem(error)) deps.logError(error);
      if (outgoing.headersSent) return outgoing.destroy();
      const [status, code, message] = isProblem(error)
        ? [error.status, error.code, error.message]
        : [500, 'InternalServerError', 'The emulator failed; its log names the cause'];
      sendJson(outgoing, status, { error: { code, message } });
    });
  });
}

async function serve(incoming: IncomingMessage, outgoing: ServerResponse, deps: ControlDeps): Promise<void> {
  const [path = '/', search = ''] = (incoming.url ?? '/').split('?', 2);
  const segments = segmentsOf(path);
  const matching = controlRoutes.filter((route) => matches(route.path, segments));
  const route = matching.find(({ method }) => method === incoming.method);
  if (!route) {
    const known = matching.map(({ method }) => method).join(', ');
    throw matching.length > 0
      ? problem(405, 'WrongMethod', `This path takes ${known}`)
      : problem(404, 'NoSuchPath', `The control interface has no path ${path}`);
  }
  const params = route.path
    .split('/')
    .slice(1)
    .flatMap((part, index) => (part === '*' ? [segments[index]!] : []));
  const isMime = (incoming.headers['content-type'] ?? '').startsWith('message/rfc822');
  const bytes = () => readBody(incoming);
  const answer = await route.handle({
    ...deps,
    params,
    query: parseQuery(search),
    isMime,
    bytes,
    fields: async () => parseFields(await bytes()),
  });
  if ('lines' in answer) return sendLines(outgoing, answer.lines as Iterable<object>);
  sendJson(outgoing, 200, answer);
}

function segmentsOf(path: string): string[] {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    throw badInput('The path holds a percent sign that starts no character');
  }
}

function matches(pattern: string, segments: readonly string[]): boolean {
  const parts = pattern.split('/').slice(1);
  return parts.length === segments.length && parts.every((part, index) => part === '*' || part === segments[index]);
}

function parseFields(bytes: Buffer): Fields {
  if (bytes.length === 0) return {};
  try {
    return objectOf(JSON.parse(bytes.toString('utf8')), 'The body');
  } catch (error) {
    if (isProblem(error)) throw error;
    throw badInput('The body is not JSON');
  }
}

function sendJson(outgoing: ServerResponse, status: number, body: object): void {
  outgoing.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' });
  outgoing.end(`${JSON.stringify(body)}\n`);
}

/** Resolves when more may be written, or when nobody reads any more. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off('drain', done).off('close', done);
      resolve();
    };
    outgoing.on('drain', done).on('close', done);
  });
}

const LINES_PER_WRITE = 200;

/** Lines are made as fast as the reader takes them, so that a million cost no memory. */
async function sendLines(outgoing: ServerResponse, lines: Iterable<object>): Promise<void> {
  outgoing.writeHead(200, { 'Content-Type': 'application/x-ndjson; charset=utf-8' });
  let chunk: string[] = [];
  const flush = async () => {
    const text = chunk.join('');
    chunk = [];
    if (!outgoing.write(text) && !outgoing.destroyed) await drained(outgoing);
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (const line of lines) {
    chunk.push(`${JSON.stringify(line)}\n`);
    if (chunk.length >= LINES_PER_WRITE) await flush();
    if (outgoing.destroyed) return;
  }
  outgoing.end(chunk.join(''));
}
