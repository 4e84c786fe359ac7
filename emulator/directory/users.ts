import type { User } from '../data/model.ts';
import { json } from '../http/answer.ts';
import { parseFilter, passes, propertiesOf, type Filter } from '../http/filter.ts';
import { directoryRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { contextUrl, linkWith, pageSize, project, selection } from '../http/odata.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { DEFAULT_USER_PROPERTIES, NOT_IN_COLLECTION, renderUser, USER_TYPE } from './render-user.ts';

const USER_READERS = ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'];
const ENDS_WITH_PROPERTIES: ReadonlySet<string> = new Set(['mail', 'otherMails', 'userPrincipalName', 'proxyAddresses']);

export const userRoutes: readonly GraphRoute[] = [
  directoryRoute('/users', { kind: 'users.list', roles: USER_READERS, handle: listUsers }),
  directoryRoute('/users/$count', { kind: 'users.count', roles: USER_READERS, handle: countUsers }),
  directoryRoute('/users/{user-id}', { kind: 'users.get', roles: USER_READERS, handle: getUser }),
];

function listUsers(context: GraphContext) {
  const { request } = context;
  if (request.query.has('$skip')) throw problem(400, 'Request_BadRequest', "'$skip' is not supported by the service.");
  if (request.query.has('$search')) throw PROBLEMS.directoryQuery('$search is not supported by this emulator.');
  const selected = selection(request, USER_TYPE) ?? DEFAULT_USER_PROPERTIES;
  const refused = [...selected].find((name) => NOT_IN_COLLECTION.has(name));
  if (refused !== undefined) throw PROBLEMS.directoryQuery(`Property '${refused}' can be read on a single user only.`);
  const wantsCount = request.query.get('$count')?.toLowerCase() === 'true';
  if (wantsCount && !request.eventual) throw problem(400, 'Request_BadRequest', '$count is not currently supported.');
  const users = sorted(filtered(context), context);
  const size = pageSize(request, { fallback: 100, maximum: 999 });
  const from = startOf(users, request.query.get('$skiptoken'));
  const page = users.slice(from, from + size);
  const isMore = from + size < users.length;
  const token = isMore ? Buffer.from(page.at(-1)!.id).toString('base64url') : undefined;
  return json({
    '@odata.context': contextUrl(request, selectFragment('users', request.query.get('$select'))),
    ...(wantsCount && from === 0 ? { '@odata.count': users.length } : {}),
    ...(token === undefined ? {} : { '@odata.nextLink': linkWith(request, { name: '$skiptoken', value: token }) }),
    value: page.map((user) => project(renderUser(user), selected)),
  });
}

function countUsers(context: GraphContext) {
  if (!context.request.eventual) throw problem(400, 'Request_BadRequest', '$count is not currently supported.');
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: String(filtered(context).length) };
}

function getUser(context: GraphContext) {
  const { request, world } = context;
  const wanted = context.params['user-id']!;
  const user = world.findUser(wanted);
  if (!user || (user.id !== wanted.toLowerCase() && user.upn.toLowerCase() !== wanted.toLowerCase())) throw PROBLEMS.noSuchUser(wanted);
  const selected = selection(request, USER_TYPE) ?? DEFAULT_USER_PROPERTIES;
  const entity = project(renderUser(user), selected);
  for (const name of selected) if (NOT_IN_COLLECTION.has(name)) entity[name] = null;
  return json({ '@odata.context': contextUrl(request, `${selectFragment('users', request.query.get('$select'))}/$entity`), ...entity });
}

export function selectFragment(set: string, select: string | undefined): string {
  return select ? `${set}(${select})` : set;
}

function filtered({ request, world }: GraphContext): readonly User[] {
  const text = request.query.get('$filter');
  if (text === undefined) return world.users();
  const filter = parsed(text);
  const isAdvanced = request.eventual && request.query.get('$count')?.toLowerCase() === 'true';
  if (needsAdvanced(filter) && !isAdvanced) {
    throw PROBLEMS.directoryQuery(
      "Unsupported or invalid query filter clause specified: it needs the header 'ConsistencyLevel: eventual' and $count=true.",
    );
  }
  return world.users().filter((user) => passes(filter, renderUser(user)));
}

function parsed(text: string): Filter {
  let filter: Filter;
  try {
    filter = parseFilter(text);
  } catch (error) {
    throw problem(400, 'BadRequest', (error as Error).message);
  }
  for (const path of propertiesOf(filter)) {
    const name = path.split('/')[0]!;
    if (!(USER_TYPE.properties as readonly string[]).includes(name))
      throw problem(400, 'BadRequest', `Could not find a property named '${name}' on type '${USER_TYPE.name}'.`);
  }
  return filter;
}

/** learn.microsoft.com/graph/aad-advanced-queries: ne, not and endsWith, the last on four properties only. */
function needsAdvanced(filter: Filter): boolean {
  switch (filter.type) {
    case 'and':
    case 'or':
      return filter.parts.some(needsAdvanced);
    case 'not':
      return true;
    case 'any':
      return needsAdvanced(filter.part);
    case 'compare':
      return filter.operator === 'ne';
    case 'function':
      if (filter.name === 'contains')
        throw PROBLEMS.directoryQuery('Unsupported or invalid query filter clause specified: contains is not supported.');
      if (filter.name === 'endswith' && filter.property.length > 2 && !ENDS_WITH_PROPERTIES.has(filter.property)) {
        throw PROBLEMS.directoryQuery(`Unsupported property '${filter.property}' for endsWith.`);
      }
      return filter.name === 'endswith';
    case 'in':
      return false;
  }
}

function sorted(users: readonly User[], { request }: GraphContext): readonly User[] {
  const order = request.query.get('$orderby');
  if (order === undefined) return users;
  const [property, direction] = order.trim().split(/\s+/);
  if (property !== 'displayName' && property !== 'userPrincipalName')
    throw PROBLEMS.directoryQuery(`Sorting by '${property}' is not supported.`);
  const key = (user: User) => (property === 'displayName' ? user.displayName : user.upn).toLowerCase();
  const compared = users.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  return direction === 'desc' ? compared.toReversed() : compared;
}

/** The token names the last user given, so that users who come or go shift nothing. */
function startOf(users: readonly User[], token: string | undefined): number {
  if (token === undefined) return 0;
  const id = Buffer.from(token, 'base64url').toString('utf8');
  const at = users.findIndex((user) => user.id === id);
  if (at < 0)
    throw problem(
      400,
      'Directory_ExpiredPageToken',
      'The specified page token value has expired and can no longer be included in your request.',
    );
  return at + 1;
}
