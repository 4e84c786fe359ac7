import type { World } from '../data/world.ts';
import { problem } from '../http/problem.ts';
import type { ControlRequest, ControlRoute } from './control-server.ts';
import { DRIVE_ROUTES } from './drive-operations.ts';
import { directoryControlRoutes } from './directory-operations.ts';
import { addCalendar, addEvent, addGroupEvent, changeOccurrence, deleteEvent, editEvent } from './event-operations.ts';
import { faultRoutes } from './fault-operations.ts';
import type { Fields } from './input.ts';
import { limitRoutes } from './limit-operations.ts';
import { addConversation } from './group-mail-operations.ts';
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
import { mailboxStateRoutes } from './mailbox-state-operations.ts';
import { addUser, clockOf, removeApp, removeUser, setApp, setClock, setEntra } from './organisation-operations.ts';
import { policyRoutes } from './policy-operations.ts';
import { SUBSCRIPTION_ROUTES } from './subscription-operations.ts';
import { vaultRoutes } from './vault-operations.ts';
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
  { method: 'POST', path: '/mailboxes/*/calendars', handle: async (request) => addCalendar(of(request), await request.fields()) },
  {
    method: 'POST',
    path: '/groups/*/events',
    handle: async (request) => addGroupEvent(request.world, request.params[0]!, await request.fields()),
  },
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
  { method: 'DELETE', path: '/users/*', handle: (request) => removeUser(request.world, request.params[0]!, isHard(request)) },
  { method: 'GET', path: '/apps', handle: ({ world }) => ({ tenant: world.tenant, apps: world.apps() }) },
  { method: 'PATCH', path: '/apps/*', handle: async (request) => setApp(request.world, request.params[0]!, await request.fields()) },
  { method: 'DELETE', path: '/apps/*', handle: ({ world, params }) => removeApp(world, params[0]!) },
  { method: 'GET', path: '/entra', handle: ({ world }) => world.entra.settings() },
  { method: 'PATCH', path: '/entra', handle: async (request) => setEntra(request.world, await request.fields()) },
  { method: 'GET', path: '/clock', handle: ({ world }) => clockOf(world) },
  { method: 'POST', path: '/clock', handle: async (request) => setClock(request.world, await request.fields()) },
  {
    method: 'POST',
    path: '/groups/*/conversations',
    handle: async (request) => addConversation(request.world, request.params[0]!, await request.fields()),
  },
  { method: 'GET', path: '/problems', handle: ({ world }) => ({ problems: world.problems }) },
];

const READ_ROUTES: readonly ControlRoute[] = [
  { method: 'GET', path: '/', handle: ({ about }) => about() },
  { method: 'GET', path: '/health', handle: () => ({ ready: true }) },
  {
    method: 'GET',
    path: '/truth',
    handle: ({ world, query }) => ({
      lines: truthLines(world, { name: query.get('mailbox'), withArchives: query.get('archive') === 'true' }),
    }),
  },
  {
    method: 'GET',
    path: '/truth/mailboxes',
    handle: ({ world }) => ({ mailboxes: world.users().map((user) => mailboxTruth(world, user)) }),
  },
];

export const controlRoutes: readonly ControlRoute[] = [
  ...MAILBOX_ROUTES,
  ...mailboxStateRoutes,
  ...ORGANISATION_ROUTES,
  ...directoryControlRoutes,
  ...vaultRoutes,
  ...faultRoutes,
  ...limitRoutes,
  ...policyRoutes,
  ...DRIVE_ROUTES,
  ...SUBSCRIPTION_ROUTES,
  ...READ_ROUTES,
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

function* truthLines(world: World, of_: { name: string | undefined; withArchives: boolean }): Generator<object> {
  const { name } = of_;
  const users = name === undefined ? world.users() : [world.findUser(name)];
  for (const user of users) {
    if (!user) throw problem(404, 'NoUser', `No user is named '${name}'`);
    yield* truthOf(world, user);
    const archive = of_.withArchives ? world.archiveOf(user) : undefined;
    if (archive) yield* truthOf(world, archive);
  }
}
