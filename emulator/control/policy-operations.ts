import { randomUUID } from 'node:crypto';
import type { MailboxPolicy } from '../data/policy-state.ts';
import { APPLICATION_ROLES } from '../policies/application-roles.ts';
import { decide } from '../policies/mailbox-access.ts';
import { problem } from '../http/problem.ts';
import type { ControlRequest, ControlRoute } from './control-server.ts';
import { badInput, oneOf, optionalBoolean, optionalNumber, optionalTexts, textOf, type Fields } from './input.ts';

const MINUTE_MS = 60_000;
/** learn.microsoft.com/graph/auth-limit-mailbox-access: changes take up to 30 minutes. */
const ACCESS_DELAY_MS = 30 * MINUTE_MS;
/** learn.microsoft.com/exchange/permissions-exo/application-rbac: 30 minutes for an app that is idle, two hours for one that is busy. */
const IDLE_DELAY_MS = 30 * MINUTE_MS;
const MOST_MINUTES = 100_000;
const BUSY_DELAY_MS = 120 * MINUTE_MS;

export const policyRoutes: readonly ControlRoute[] = [
  { method: 'GET', path: '/policies', handle: ({ world }) => ({ policies: world.policies.all().map(rendered) }) },
  { method: 'GET', path: '/policies/check', handle: checkPolicies },
  { method: 'POST', path: '/policies', handle: addPolicy },
  { method: 'DELETE', path: '/policies/*', handle: removePolicy },
];

async function addPolicy(request: ControlRequest): Promise<object> {
  const { world } = request;
  const fields = await request.fields();
  const kind = oneOf(fields, 'kind', ['access', 'role'] as const);
  if (kind === undefined) throw badInput('kind must be one of access, role');
  const appId = textOf(fields, 'app').toLowerCase();
  if (!world.findApp(appId)) throw problem(404, 'NoApp', `No app has the client id '${appId}'`);
  const fromMs = world.clock.nowMs() + delayMs(request, { fields, kind, appId });
  const base = { id: randomUUID(), appId, scope: optionalTexts(fields, 'scope') ?? [], fromMs };
  const policy: MailboxPolicy = kind === 'access' ? { ...base, kind, right: rightOf(fields) } : { ...base, kind, role: roleOf(fields) };
  if (kind === 'access' && base.scope.length === 0) throw badInput('scope must name mailboxes or a group');
  await world.commit([{ op: 'policy.set', policy }]);
  return rendered(policy);
}

function rightOf(fields: Fields): 'RestrictAccess' | 'DenyAccess' {
  const right = oneOf(fields, 'right', ['RestrictAccess', 'DenyAccess'] as const);
  if (right === undefined) throw badInput('right must be one of RestrictAccess, DenyAccess');
  return right;
}

function roleOf(fields: Fields): string {
  const role = oneOf(fields, 'role', APPLICATION_ROLES);
  if (role === undefined) throw badInput(`role must be one of ${APPLICATION_ROLES.join(', ')}`);
  return role;
}

function delayMs(request: ControlRequest, of: { fields: Fields; kind: MailboxPolicy['kind']; appId: string }): number {
  if (optionalBoolean(of.fields, 'immediate')) return 0;
  const minutes = optionalNumber(of.fields, 'delayMinutes');
  if (minutes !== undefined && (minutes < 0 || minutes > MOST_MINUTES)) throw badInput(`delayMinutes must be from 0 to ${MOST_MINUTES}`);
  if (minutes !== undefined) return minutes * MINUTE_MS;
  return usualDelayMs(request, of);
}

function usualDelayMs({ served }: ControlRequest, of: { kind: MailboxPolicy['kind']; appId: string }): number {
  if (of.kind === 'access') return ACCESS_DELAY_MS;
  return served.snapshot().byClient[of.appId] === undefined ? IDLE_DELAY_MS : BUSY_DELAY_MS;
}

async function removePolicy(request: ControlRequest): Promise<object> {
  const { world, params, query } = request;
  const policy = world.policies.all().find(({ id }) => id === params[0]);
  if (!policy) throw problem(404, 'NoPolicy', `No policy has the id '${params[0]}'`);
  const untilMs = world.clock.nowMs() + (query.get('immediate') === 'true' ? 0 : usualDelayMs(request, policy));
  const removed = { ...policy, untilMs };
  await world.commit([{ op: 'policy.set', policy: removed }]);
  return rendered(removed);
}

/** What Test-ServicePrincipalAuthorization would tell: the answer now, and the one when all caches have heard. */
function checkPolicies({ world, query }: ControlRequest): object {
  const app = query.get('app')?.toLowerCase() ?? '';
  const user = world.findUser(query.get('mailbox') ?? '');
  if (!user) throw problem(404, 'NoUser', `No user is named '${query.get('mailbox')}'`);
  const last = world.policies.all().filter((policy) => policy.appId === app && policy.untilMs === undefined);
  return { now: decide(world, world.policies.inForce(app, world.clock.nowMs()), user), afterCaches: decide(world, last, user) };
}

function rendered({ fromMs, untilMs, ...policy }: MailboxPolicy): object {
  const until = untilMs === undefined ? {} : { until: new Date(untilMs).toISOString() };
  return { ...policy, from: new Date(fromMs).toISOString(), ...until };
}
