import type { World } from '../data/world.ts';
import { QUIRKS, type FaultAnswer, type FaultMatch, type FaultRule } from '../faults/rules.ts';
import { problem } from '../http/problem.ts';
import type { ControlRequest, ControlRoute } from './control-server.ts';
import { DRIVE_ROUTES } from './drive-operations.ts';
import { addEvent, changeOccurrence, deleteEvent, editEvent } from './event-operations.ts';
import { badInput, objectOf, oneOf, optionalNumber, optionalText, type Fields } from './input.ts';
import {
  addEml,
  addFolder,
  addMessage,
  deleteFolder,
  deleteMessage,
  editFolder,
  editMessage,
  mailboxOf,
  moveMessage,
} from './mail-operations.ts';
import { addUser, clockOf, removeUser, setApp, setClock } from './organisation-operations.ts';
import { SUBSCRIPTION_ROUTES } from './subscription-operations.ts';
import { mailboxTruth, truthOf } from './truth.ts';

const of = ({ world, params }: ControlRequest) => mailboxOf(world, params[0]!);
const isHard = ({ query }: ControlRequest) => query.get('hard') === 'true';

const MAILBOX_ROUTES: readonly ControlRoute[] = [
  { method: 'POST', path: '/mailboxes/*/messages', handle: postMessage },
  {
    method: 'PATCH',
    path: '/mailboxes/*/messages/*',
    handle: async (request) => editMessage(of(request), request.params[1]!, await request.fields()),
  },
  {
    method: 'POST',
    path: '/mailboxes/*/messages/*/move',
    handle: async (request) => moveMessage(of(request), request.params[1]!, await request.fields()),
  },
  {
    method: 'DELETE',
    path: '/mailboxes/*/messages/*',
    handle: (request) => deleteMessage(of(request), request.params[1]!, isHard(request)),
  },
  { method: 'POST', path: '/mailboxes/*/folders', handle: async (request) => addFolder(of(request), await request.fields()) },
  {
    method: 'PATCH',
    path: '/mailboxes/*/folders/*',
    handle: async (request) => editFolder(of(request), request.params[1]!, await request.fields()),
  },
  { method: 'DELETE', path: '/mailboxes/*/folders/*', handle: (request) => deleteFolder(of(request), request.params[1]!, isHard(request)) },
  {
    method: 'POST',
    path: '/mailboxes/*/calendars/*/events',
    handle: async (request) => addEvent(of(request), request.params[1]!, await request.fields()),
  },
  {
    method: 'PATCH',
    path: '/mailboxes/*/events/*',
    handle: async (request) => editEvent(of(request), request.params[1]!, await request.fields()),
  },
  {
    method: 'POST',
    path: '/mailboxes/*/events/*/exceptions',
    handle: async (request) => changeOccurrence(of(request), request.params[1]!, await request.fields()),
  },
  { method: 'DELETE', path: '/mailboxes/*/events/*', handle: (request) => deleteEvent(of(request), request.params[1]!) },
];

const ORGANISATION_ROUTES: readonly ControlRoute[] = [
  { method: 'GET', path: '/users', handle: ({ world }) => ({ users: world.users() }) },
  { method: 'POST', path: '/users', handle: async (request) => addUser(request.world, await request.fields()) },
  { method: 'DELETE', path: '/users/*', handle: ({ world, params }) => removeUser(world, params[0]!) },
  { method: 'GET', path: '/apps', handle: ({ world }) => ({ tenant: world.tenant, apps: world.apps() }) },
  { method: 'PATCH', path: '/apps/*', handle: async (request) => setApp(request.world, request.params[0]!, await request.fields()) },
  { method: 'GET', path: '/clock', handle: ({ world }) => clockOf(world) },
  { method: 'POST', path: '/clock', handle: async (request) => setClock(request.world, await request.fields()) },
  { method: 'GET', path: '/problems', handle: ({ world }) => ({ problems: world.problems }) },
];

const FAULT_ROUTES: readonly ControlRoute[] = [
  { method: 'GET', path: '/faults', handle: ({ faults }) => ({ faults: faults.list() }) },
  { method: 'POST', path: '/faults', handle: async ({ faults, fields }) => faults.add(ruleOf(await fields())) },
  { method: 'DELETE', path: '/faults', handle: clearFaults },
  { method: 'DELETE', path: '/faults/*', handle: removeFault },
  { method: 'GET', path: '/latency', handle: ({ latency }) => latency },
  { method: 'PUT', path: '/latency', handle: setLatency },
];

const READ_ROUTES: readonly ControlRoute[] = [
  { method: 'GET', path: '/', handle: ({ about }) => about() },
  { method: 'GET', path: '/health', handle: () => ({ ready: true }) },
  { method: 'GET', path: '/stats', handle: stats },
  { method: 'DELETE', path: '/stats', handle: resetStats },
  { method: 'GET', path: '/truth', handle: ({ world, query }) => ({ lines: truthLines(world, query.get('mailbox')) }) },
  {
    method: 'GET',
    path: '/truth/mailboxes',
    handle: ({ world }) => ({ mailboxes: world.users().map((user) => mailboxTruth(world, user)) }),
  },
];

export const controlRoutes: readonly ControlRoute[] = [
  ...MAILBOX_ROUTES,
  ...ORGANISATION_ROUTES,
  ...FAULT_ROUTES,
  ...READ_ROUTES,
  ...DRIVE_ROUTES,
  ...SUBSCRIPTION_ROUTES,
];

async function postMessage(request: ControlRequest): Promise<object> {
  if (!request.isMime) return addMessage(of(request), await request.fields());
  const { query } = request;
  const settings: Fields = {
    ...(query.has('receivedDateTime') ? { receivedDateTime: query.get('receivedDateTime') } : {}),
    ...(query.has('isRead') ? { isRead: query.get('isRead') === 'true' } : {}),
  };
  return addEml(of(request), { bytes: await request.bytes(), folder: query.get('folder') ?? 'inbox', fields: settings });
}

function* truthLines(world: World, name: string | undefined): Generator<object> {
  const users = name === undefined ? world.users() : [world.findUser(name)];
  for (const user of users) {
    if (!user) throw problem(404, 'NoUser', `No user is named '${name}'`);
    yield* truthOf(world, user);
  }
}

function stats({ limits, served }: ControlRequest): object {
  const mailboxes = limits.use();
  const largestConcurrency = mailboxes.reduce((largest, use) => Math.max(largest, use.largestConcurrency), 0);
  const violations = mailboxes.reduce((sum, use) => sum + use.violations, 0);
  return { ...served.snapshot(), largestConcurrency, violations, mailboxes };
}

function resetStats({ limits, served }: ControlRequest): object {
  limits.reset();
  served.reset();
  return { reset: true };
}

function clearFaults({ faults }: ControlRequest): object {
  faults.clear();
  return { cleared: true };
}

function removeFault({ faults, params }: ControlRequest): object {
  if (!faults.remove(params[0]!)) throw problem(404, 'NoFault', `No fault has the id '${params[0]}'`);
  return { removed: params[0] };
}

async function setLatency({ latency, fields }: ControlRequest): Promise<object> {
  const given = await fields();
  latency.ms = Math.max(0, optionalNumber(given, 'ms') ?? 0);
  latency.jitterMs = Math.max(0, optionalNumber(given, 'jitterMs') ?? 0);
  return latency;
}

const MATCH_FIELDS = ['mailbox', 'path', 'nth', 'share', 'seed'];
const ANSWER_FIELDS = ['status', 'code', 'message', 'retryAfter', 'emptyBody', 'reset', 'truncateAtBytes', 'delayMs', 'hang', 'quirk'];

/** Checks a rule: an unknown field would be a fault that never plays. */
function ruleOf(fields: Fields): FaultRule {
  const match = fields['match'] === undefined ? {} : objectOf(fields['match'], 'match');
  const answer = objectOf(fields['answer'], 'answer');
  refuseUnknown(match, { name: 'match', known: MATCH_FIELDS });
  refuseUnknown(answer, { name: 'answer', known: ANSWER_FIELDS });
  oneOf(answer, 'quirk', QUIRKS);
  oneOf(answer, 'reset', ['before', 'inBody']);
  for (const name of ['status', 'truncateAtBytes', 'delayMs']) optionalNumber(answer, name);
  for (const name of ['nth', 'share']) optionalNumber(match, name);
  const path = optionalText(match, 'path');
  try {
    if (path !== undefined) new RegExp(path);
  } catch {
    throw badInput('match/path must be a regular expression');
  }
  const count = optionalNumber(fields, 'count');
  const seconds = typeof answer['retryAfter'] === 'number' ? String(answer['retryAfter']) : optionalText(answer, 'retryAfter');
  const retryAfter = seconds === undefined ? {} : { retryAfter: seconds };
  return { match: match as FaultMatch, answer: { ...(answer as FaultAnswer), ...retryAfter }, ...(count === undefined ? {} : { count }) };
}

function refuseUnknown(fields: Fields, of_: { name: string; known: readonly string[] }): void {
  const unknown = Object.keys(fields).find((name) => !of_.known.includes(name));
  if (unknown !== undefined) throw badInput(`${of_.name}/${unknown} is not known; ${of_.name} takes ${of_.known.join(', ')}`);
}
