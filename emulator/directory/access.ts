import type { DirectoryEntry, Group, ObjectKind } from '../data/directory-model.ts';
import type { GraphContext } from '../http/graph-context.ts';

const DIRECTORY = ['Directory.Read.All', 'Directory.ReadWrite.All'];

/** Who may read objects of a type: the permission tables of learn.microsoft.com/graph/api. */
export const READERS = {
  user: ['User.Read.All', 'User.ReadWrite.All', ...DIRECTORY],
  group: ['GroupMember.Read.All', 'GroupMember.ReadWrite.All', 'Group.Read.All', 'Group.ReadWrite.All', ...DIRECTORY],
  orgContact: ['OrgContact.Read.All', ...DIRECTORY],
  device: ['Device.Read.All', 'Device.ReadWrite.All', ...DIRECTORY],
  servicePrincipal: ['Application.Read.All', 'Application.ReadWrite.All', 'Application.ReadWrite.OwnedBy', ...DIRECTORY],
} as const satisfies Readonly<Record<ObjectKind, readonly string[]>>;

export const DIRECTORY_READERS: readonly string[] = DIRECTORY;

/** The owner of an account reads it with these, and nobody else's: learn.microsoft.com/graph/permissions-reference. */
export const OWN_READERS: readonly string[] = ['User.Read', 'User.ReadWrite'];
export const BASIC_READERS: readonly string[] = ['User.ReadBasic.All'];

export function hasOneOf(context: GraphContext, roles: readonly string[]): boolean {
  return roles.some((role) => context.roles.has(role));
}

export type Sight = 'full' | 'basic' | 'none';

/** How much of an object the caller sees. Without right to a type its objects come with type and id alone. */
export function sightOf(context: GraphContext, entry: DirectoryEntry): Sight {
  if (hasOneOf(context, READERS[entry.kind])) return 'full';
  if (entry.kind !== 'user') return 'none';
  if (isOwn(context, entry.id) && hasOneOf(context, OWN_READERS)) return 'full';
  return hasOneOf(context, BASIC_READERS) ? 'basic' : 'none';
}

export function isOwn(context: GraphContext, id: string): boolean {
  return context.caller.userId?.toLowerCase() === id;
}

/** The groups of other people need right to the directory: learn.microsoft.com/graph/api/user-list-memberof. */
export function mayListGroupsOf(context: GraphContext, entry: DirectoryEntry): boolean {
  return entry.kind !== 'user' || isOwn(context, entry.id) || hasOneOf(context, DIRECTORY_READERS);
}

/** A hidden membership is seen with Member.Read.Hidden, and by the members themselves: learn.microsoft.com/graph/api/resources/group. */
export function maySeeMembers(context: GraphContext, group: Group): boolean {
  if (!group.hidden || context.roles.has('Member.Read.Hidden')) return true;
  const { userId } = context.caller;
  return userId !== undefined && context.world.directory.membership.has(group, userId.toLowerCase());
}
