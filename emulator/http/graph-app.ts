import { isBatchPath, serveBatch } from '../batch/serve-batch.ts';
import type { Lane } from '../batch/lane.ts';
import type { Caller } from '../entra/access.ts';
import { hasMailbox, type User } from '../data/model.ts';
import type { World } from '../data/world.ts';
import { faultyAnswer, withBrokenItem } from '../faults/faulty-answer.ts';
import { linkOf } from '../faults/link-ages.ts';
import type { FaultRequest, Faults, PlayedFault } from '../faults/rules.ts';
import { mailboxInUse, rolesAtMailbox } from '../policies/mailbox-access.ts';
import type { Gate } from '../throttle/gate.ts';
import type { Served } from '../throttle/served.ts';
import type { Answer } from './answer.ts';
import { openExchange, type Exchange, type GraphOutcome } from './exchange.ts';
import type { GraphContext, GraphHandler, GraphRoute } from './graph-context.ts';
import { isProblem, problem, PROBLEMS } from './problem.ts';
import type { GraphRequest } from './request.ts';
import { createRouter, type Match, type Router } from './router.ts';

export interface GraphAppDeps {
  readonly world: World;
  readonly faults: Faults;
  readonly gate: Gate;
  readonly served: Served;
  readonly checkAccess: (authorization: string | undefined, host?: string) => Caller;
  /** Before every answer of this kind; a test's stand-in for the distance to the service. */
  latencyMs(kind: string): number;
  /** Called with every answer that is a JSON object, in test mode. Throws when it is not what Microsoft's schema says. */
  readonly validate?: (answer: {
    readonly template: string;
    readonly method: string;
    readonly status: number;
    readonly body: object;
  }) => void;
  logError(error: unknown): void;
}

/** Who asks, when a batch asks for many: its token counts for all, and Outlook is asked by its lane. */
interface Within {
  readonly caller: Caller;
  readonly lane: Lane;
}

type App = GraphAppDeps & { readonly router: Router<GraphHandler> };

export function createGraphApp(deps: GraphAppDeps, routes: readonly GraphRoute[]): (request: GraphRequest) => Promise<GraphOutcome> {
  const app = { ...deps, router: createRouter(routes) };
  return (request) => serveOne(app, request);
}

async function serveOne(app: App, request: GraphRequest, within?: Within): Promise<GraphOutcome> {
  const exchange = openExchange(request, { nowMs: app.world.clock.nowMs, count: app.served.count });
  try {
    const caller = within?.caller ?? app.checkAccess(request.header('authorization'), request.header('host'));
    exchange.appId = caller.appId;
    if (request.query.repeated !== undefined) throw PROBLEMS.badQuery(repeatedText(request.query.repeated));
    if (isBatchPath(request.path)) return await batchOutcome(app, { request, exchange, caller, within });
    const match = app.router.match(request.method, pathOf(request, caller));
    const { handler } = match.route;
    exchange.kind = handler.kindOf?.(request) ?? handler.kind;
    const leave = handler.layer === 'mailbox' ? await within?.lane.enter() : undefined;
    try {
      return await answerRoute(app, { request, exchange, caller, match });
    } finally {
      leave?.();
    }
  } catch (error) {
    if (isProblem(error)) return exchange.finish(exchange.refuse(error));
    app.logError(error);
    return exchange.finish(exchange.refuse(INTERNAL_ERROR));
  }
}

const INTERNAL_ERROR = {
  status: 500,
  code: 'InternalServerError',
  message: 'The emulator failed on this request; its log names the cause.',
  headers: {},
};

function repeatedText(name: string): string {
  return `Query option '${name}' was specified more than once, but it must be specified at most once.`;
}

interface Asked {
  readonly request: GraphRequest;
  readonly exchange: Exchange;
  readonly caller: Caller;
}

async function answerRoute(app: App, asked: Asked & { readonly match: Match<GraphHandler> }): Promise<GraphOutcome> {
  const { exchange, caller } = asked;
  const { route, params } = asked.match;
  const { layer } = route.handler;
  const user = params['user-id'] === undefined ? undefined : app.world.findUser(params['user-id']);
  exchange.mailboxId = user?.id;
  const isMailbox = layer === 'mailbox' && user !== undefined && hasMailbox(user.class);
  const mailboxKey = isMailbox ? user.id : undefined;
  const passage = app.gate.admit({ ...asked, appId: caller.appId, layer, template: route.template, mailboxKey });
  exchange.release = passage.release;
  exchange.extraHeaders = passage.headers;
  const request = countedUpload(asked.request, passage.uploaded);
  const faultRequest = faultRequestOf(app, { ...asked, user });
  const fault = app.faults.answerFor(faultRequest);
  await pause(app.latencyMs(exchange.kind), fault);
  const faulty = fault && faultyAnswer(fault, { request, layer, refuse: exchange.refuse });
  if (faulty) return exchange.finish(faulty, fault);
  const context: GraphContext = {
    ...{ world: app.world, request, params, caller, roles: caller.roles },
    plays: (quirk) => app.faults.plays(quirk, faultRequest),
    asks: (quirk) => app.faults.asks(quirk, faultRequest),
  };
  const answer = await handle(route, context, user);
  if (isPlainObject(answer.body)) {
    // Microsoft's document is that of v1.0; beta has properties of its own.
    if (!request.serviceRoot.endsWith('/beta'))
      app.validate?.({ template: route.template, method: route.method, status: answer.status, body: answer.body });
    app.faults.links.remember(answer.body);
  }
  if (fault?.brokenItem !== undefined) return exchange.finish(withBrokenItem(answer, { kind: fault.brokenItem, turn: fault.turn }), fault);
  return exchange.finish(answer, fault);
}

async function batchOutcome(app: App, asked: Asked & { readonly within: Within | undefined }): Promise<GraphOutcome> {
  const { request, exchange, caller, within } = asked;
  exchange.kind = 'batch';
  if (within) throw problem(400, 'BadRequest', 'A batch request cannot hold another batch request.');
  const fault = app.faults.answerFor(faultRequestOf(app, { ...asked, user: undefined }));
  await pause(app.latencyMs(exchange.kind), fault);
  const faulty = fault && faultyAnswer(fault, { request, layer: 'service', refuse: exchange.refuse });
  if (faulty) return exchange.finish(faulty, fault);
  const serve = (inner: GraphRequest, lane: Lane) => serveOne(app, inner, { caller, lane });
  return exchange.finish(await serveBatch(request, { serve, refuse: exchange.refuse }), fault);
}

/** Even without a delay all requests that have arrived are let in before one is answered: else many at once would look like one by one. */
async function pause(latencyMs: number, fault: PlayedFault | undefined): Promise<void> {
  const delayMs = latencyMs + (fault?.delayMs ?? 0);
  await new Promise((resolve) => (delayMs > 0 ? setTimeout(resolve, delayMs) : setImmediate(resolve)));
  if (fault?.hold) await fault.released;
}

/** /me is the person who signed in: learn.microsoft.com/graph/api/user-get. */
function pathOf({ path }: GraphRequest, caller: Caller): string {
  if (!/^\/me(\/|$)/i.test(path)) return path;
  if (caller.userId === undefined) throw PROBLEMS.meWithoutPerson();
  return `/users/${caller.userId}${path.slice('/me'.length)}`;
}

async function handle(route: GraphRoute, context: GraphContext, user: User | undefined): Promise<Answer> {
  const { handler } = route;
  const has = (roles: ReadonlySet<string>) => handler.roles.length === 0 || handler.roles.some((role) => roles.has(role));
  if (handler.layer !== 'mailbox') {
    if (!has(context.roles)) throw handler.layer === 'directory' ? PROBLEMS.directoryDenied() : PROBLEMS.accessDenied();
    return handler.handle(context);
  }
  const wanted = context.params['user-id']!;
  const roles = rolesAtMailbox(context, { user, isEnough: has });
  if (!user) throw wanted.includes('@') ? PROBLEMS.invalidUser(wanted) : PROBLEMS.noSuchObject(wanted);
  const mailbox = mailboxInUse(context.world, user);
  if (context.request.query.has('$deltatoken') && !route.template.endsWith('/delta')) throw PROBLEMS.foreignDeltaToken();
  return handler.handle({ ...context, roles, user, mailbox });
}

function countedUpload(request: GraphRequest, uploaded: (bytes: number) => void): GraphRequest {
  if (request.method === 'GET' || request.method === 'DELETE') return request;
  const body = async () => {
    const bytes = await request.body();
    uploaded(bytes.length);
    return bytes;
  };
  return { ...request, body };
}

function faultRequestOf({ world }: App, { request, caller, user }: Asked & { readonly user: User | undefined }): FaultRequest {
  const query = queryText(request);
  return {
    line: `${request.method} ${request.path}${query}`,
    mailboxNames: user ? namesOf(user) : [],
    appId: caller.appId,
    tenantNames: [world.tenant.id, ...world.tenant.domains],
    link: query === '' ? undefined : linkOf(`${request.serviceRoot}${request.path}${query}`),
  };
}

function isPlainObject(body: Answer['body']): body is object {
  return typeof body === 'object' && !(body instanceof Uint8Array);
}

function queryText(request: GraphRequest): string {
  if (request.query.entries.length === 0) return '';
  return `?${request.query.entries.map(([name, value]) => `${name}=${value}`).join('&')}`;
}

function namesOf(user: User): string[] {
  return [user.id, user.upn, user.mail ?? '', ...user.aliases].map((name) => name.toLowerCase());
}
