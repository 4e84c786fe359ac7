import type { DirectoryEntry } from '../data/directory-model.ts';
import { isUuid } from '../data/uuid.ts';
import type { GraphContext } from '../http/graph-context.ts';
import { DIRECTORY_PROBLEMS } from './directory-problems.ts';
import { isOwn, maySeeMembers } from './access.ts';
import { PROBLEMS } from '../http/problem.ts';

export type Relation =
  | 'members'
  | 'transitiveMembers'
  | 'owners'
  | 'memberOf'
  | 'transitiveMemberOf'
  | 'acceptedSenders'
  | 'rejectedSenders'
  | 'manager'
  | 'directReports';

/** What an object is related to. Throws a 403 where a membership is hidden from the caller. */
export function related(context: GraphContext, entry: DirectoryEntry, relation: Relation): readonly DirectoryEntry[] {
  const { directory } = context.world;
  const { membership } = directory;
  if (relation === 'memberOf' || relation === 'transitiveMemberOf') {
    const groups = relation === 'memberOf' ? membership.groupsOf(entry.id) : membership.transitiveGroupsOf(entry.id);
    const isOpen = isOwn(context, entry.id) || !groups.some(({ value }) => value.hidden);
    return isOpen ? groups : groups.filter(({ value }) => maySeeMembers(context, value));
  }
  if (entry.kind === 'user')
    return relation === 'manager' ? managerOf(context, entry) : relation === 'directReports' ? reportsOf(context, entry) : [];
  if (entry.kind !== 'group') return [];
  const group = entry.value;
  const of = (ids: readonly string[] | undefined) =>
    (ids ?? []).flatMap((id) => directory.get(id) ?? []).toSorted((a, b) => a.ordinal - b.ordinal);
  if (relation === 'owners') return of(group.ownerIds);
  if (relation === 'acceptedSenders') return of(group.acceptedSenderIds);
  if (relation === 'rejectedSenders') return of(group.rejectedSenderIds);
  if (!maySeeMembers(context, group)) throw PROBLEMS.directoryDenied();
  return relation === 'members' ? membership.direct(group) : membership.transitive(group, (inner) => maySeeMembers(context, inner));
}

function managerOf({ world }: GraphContext, entry: DirectoryEntry<'user'>): readonly DirectoryEntry[] {
  const manager = entry.value.managerId === undefined ? undefined : world.directory.get(entry.value.managerId);
  return manager ? [manager] : [];
}

function reportsOf({ world }: GraphContext, entry: DirectoryEntry<'user'>): readonly DirectoryEntry[] {
  const users = world.directory.list('user');
  const known = reportsByManager.get(users) ?? Map.groupBy(users, ({ value }) => value.managerId);
  reportsByManager.set(users, known);
  return known.get(entry.id) ?? [];
}

/** The directory makes a new list when a user changes: a page of managers shares what was grouped. */
const reportsByManager = new WeakMap<readonly DirectoryEntry<'user'>[], ReadonlyMap<string | undefined, readonly DirectoryEntry[]>>();

/** The object of a path. Users go by principal name too, nobody by an alias: learn.microsoft.com/graph/api/user-get. */
export function objectOfPath(context: GraphContext, kind: DirectoryEntry['kind'] | 'directoryObject', id: string): DirectoryEntry {
  const { directory } = context.world;
  if (kind === 'user') return userOfPath(context, id);
  if (!isUuid(id)) throw DIRECTORY_PROBLEMS.badId(id);
  const entry = directory.get(id);
  if (!entry || (kind !== 'directoryObject' && entry.kind !== kind)) throw DIRECTORY_PROBLEMS.notFound(id);
  return entry;
}

function userOfPath(context: GraphContext, name: string): DirectoryEntry<'user'> {
  const { directory } = context.world;
  // A name that begins with $ stands in parentheses only: learn.microsoft.com/graph/api/user-get.
  if (/^\/users\/(\$|%24)/i.test(context.request.path)) throw PROBLEMS.noSegment(name);
  const byId = directory.get(name);
  if (byId?.kind === 'user') return byId;
  const named = directory.userNamed(name);
  if (named && named.value.upn.toLowerCase() === name.toLowerCase()) return named;
  throw DIRECTORY_PROBLEMS.notFound(name);
}
