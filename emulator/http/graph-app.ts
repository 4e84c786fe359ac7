import { randomUUID } from 'node:crypto';
import type { Caller } from '../entra/access.ts';
import { hasMailbox, type User } from '../data/model.ts';
import type { World } from '../data/world.ts';
import type { FaultAnswer, FaultRequest, Faults } from '../faults/rules.ts';
import type { MailboxLimits } from '../throttle/mailbox-limits.ts';
import type { Served } from '../throttle/served.ts';
import type { Answer } from './answer.ts';
import type { GraphContext, GraphRoute } from './graph-context.ts';
import { errorBody, isProblem, problem, PROBLEMS, type Problem } from './problem.ts';
import type { GraphRequest } from './request.ts';
import { createRouter } from './router.ts';

export interface GraphAppDeps {
  readonly world: World;
  readonly faults: Faults;
  readonly limits: MailboxLimits;
  readonly served: Served;
  readonly checkAccess: (authorization: string | undefined, host?: string) => Caller;
  /** Added to every Graph answer; a test's stand-in for the distance to the service. */
  latencyMs(): number;
  /** Called with every answer that is a JSON object, in test mode. Throws when it is not what Microsoft's schema says. */
  readonly validate?: (answer: {
    readonly template: string;
    readonly method: string;
    readonly status: number;
    readonly body: object;
  }) => void;
  logError(error: unknown): void;
}

/** What goes onto the wire, and what shall go wrong on the way. */
export interface GraphOutcome {
  readonly answer: Answer;
  readonly fault: FaultAnswer | undefined;
  /** Gives the mailbox's place back; to be called when the answer's last byte is handed over. */
  release(): void;
}

const NOTHING = () => {};

export function createGraphApp(deps: GraphAppDeps, routes: readonly GraphRoute[]): (request: GraphRequest) => Promise<GraphOutcome> {
  const router = createRouter(routes);
  return async (request) => {
    const ids = { requestId: randomUUID(), clientRequestId: request.header('client-request-id') ?? randomUUID() };
    const common = commonHeaders(ids);
    let kind = 'unmatched';
    let user: User | undefined;
    let release = NOTHING;
    const finish = (answer: Answer, fault?: FaultAnswer): GraphOutcome => {
      deps.served.count({ kind, status: answer.status, mailboxId: user?.id });
      return { answer: { ...answer, headers: { ...common, ...answer.headers } }, fault, release };
    };
    const refuse = (fault: Pick<Problem, 'status' | 'code' | 'message' | 'headers'>): Answer => {
      const body = errorBody(fault, { ...ids, nowMs: deps.world.clock.nowMs() });
      return { status: fault.status, headers: fault.headers, body };
    };
    try {
      const caller = deps.checkAccess(request.header('authorization'), request.header('host'));
      const { route, params } = router.match(request.method, pathOf(request, caller));
      kind = route.handler.kind;
      user = params['user-id'] === undefined ? undefined : deps.world.findUser(params['user-id']);
      if (route.handler.layer === 'mailbox' && user && hasMailbox(user.class)) release = admit(deps.limits, caller.appId, user.id);
      const faultRequest = { line: `${request.method} ${request.path}${queryText(request)}`, mailboxNames: user ? namesOf(user) : [] };
      const fault = deps.faults.answerFor(faultRequest);
      const delayMs = deps.latencyMs() + (fault?.delayMs ?? 0);
      // Even without a delay all requests that have arrived are let in before one is answered: else many at once would look like one by one.
      await new Promise((resolve) => (delayMs > 0 ? setTimeout(resolve, delayMs) : setImmediate(resolve)));
      if (fault?.status !== undefined && fault.status >= 300) return finish(faultyAnswer(fault, { request, refuse }), fault);
      const context = contextOf({ deps, request, params, caller, faultRequest });
      const answer = await handle(route, context, user);
      if (isPlainObject(answer.body))
        deps.validate?.({ template: route.template, method: route.method, status: answer.status, body: answer.body });
      return finish(answer, fault);
    } catch (error) {
      if (isProblem(error)) return finish(refuse(error));
      deps.logError(error);
      return finish(
        refuse({
          status: 500,
          code: 'InternalServerError',
          message: 'The emulator failed on this request; its log names the cause.',
          headers: {},
        }),
      );
    }
  };
}

/** /me is the person who signed in: learn.microsoft.com/graph/api/user-get. */
function pathOf({ path }: GraphRequest, caller: Caller): string {
  if (!/^\/me(\/|$)/i.test(path)) return path;
  if (caller.userId === undefined) throw PROBLEMS.meWithoutPerson();
  return `/users/${caller.userId}${path.slice('/me'.length)}`;
}

async function handle(route: GraphRoute, context: GraphContext, user: User | undefined): Promise<Answer> {
  const { handler } = route;
  const isAllowed = handler.roles.length === 0 || handler.roles.some((role) => context.roles.has(role));
  if (handler.layer !== 'mailbox') {
    if (!isAllowed) throw handler.layer === 'directory' ? PROBLEMS.directoryDenied() : PROBLEMS.accessDenied();
    return handler.handle(context);
  }
  const wanted = context.params['user-id']!;
  if (!isAllowed) throw PROBLEMS.mailDenied();
  if (!user) throw wanted.includes('@') ? PROBLEMS.invalidUser(wanted) : PROBLEMS.noSuchUser(wanted);
  const mailbox = context.world.mailbox(user);
  if (!mailbox) throw user.class === 'guest' ? problem(404, 'ResourceNotFound', 'Resource could not be discovered.') : PROBLEMS.noMailbox();
  return handler.handle({ ...context, user, mailbox });
}

function contextOf(parts: {
  deps: GraphAppDeps;
  request: GraphRequest;
  params: Readonly<Record<string, string>>;
  caller: Caller;
  faultRequest: FaultRequest;
}): GraphContext {
  const { deps, request, params, caller, faultRequest } = parts;
  return {
    ...{ world: deps.world, request, params, caller, roles: caller.roles },
    plays: (quirk) => deps.faults.plays(quirk, faultRequest),
    asks: (quirk) => deps.faults.asks(quirk, faultRequest),
  };
}

function admit(limits: MailboxLimits, appId: string, mailboxId: string): () => void {
  const admission = limits.admit(appId, mailboxId);
  if (admission.admitted) return admission.release;
  const message =
    admission.limit === 'MailboxConcurrency'
      ? 'Application is over its MailboxConcurrency limit.'
      : 'Application is over its request limit for the mailbox.';
  throw problem(429, 'ApplicationThrottled', message, { 'Retry-After': String(admission.retryAfterSeconds) });
}

function faultyAnswer(
  fault: FaultAnswer,
  { request, refuse }: { request: GraphRequest; refuse(fault: Pick<Problem, 'status' | 'code' | 'message' | 'headers'>): Answer },
): Answer {
  const headers: Record<string, string> = fault.retryAfter === undefined ? {} : { 'Retry-After': fault.retryAfter };
  // A lost sync state comes with the link that starts anew: learn.microsoft.com/graph/delta-query-overview.
  if (fault.status === 410) headers['Location'] = `${request.serviceRoot}${request.path}?$deltatoken=`;
  const status = fault.status!;
  if (fault.emptyBody) return { status, headers };
  return refuse({ status, code: fault.code ?? DEFAULT_CODES[status] ?? 'UnknownError', message: fault.message ?? '', headers });
}

const DEFAULT_CODES: Readonly<Record<number, string>> = {
  401: 'InvalidAuthenticationToken',
  403: 'ErrorAccessDenied',
  404: 'ErrorItemNotFound',
  410: 'SyncStateNotFound',
  429: 'ApplicationThrottled',
  500: 'ErrorInternalServerTransientError',
  503: 'ErrorServerBusy',
};

function commonHeaders(ids: { requestId: string; clientRequestId: string }): Record<string, string> {
  const server = { DataCenter: 'West Europe', Slice: 'E', Ring: '5', ScaleUnit: '001', RoleInstance: 'EMULATOR000001' };
  return {
    'Cache-Control': 'private',
    'Strict-Transport-Security': 'max-age=31536000',
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId,
    'x-ms-ags-diagnostic': JSON.stringify({ ServerInfo: server }),
    'OData-Version': '4.0',
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
