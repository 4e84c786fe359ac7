import type { User } from '../data/model.ts';
import type { World } from '../data/world.ts';

/** Is the mailbox one of those named, or its user a member of a group named, directly or through other groups? */
export function isInScope(world: Pick<World, 'findUser' | 'directory'>, scope: readonly string[], user: User): boolean {
  return scope.some((name) => {
    const named = world.findUser(name);
    if (named) return named.id === user.id;
    const wanted = name.toLowerCase();
    const groups = world.directory.membership.transitiveGroupsOf(user.id);
    return groups.some(({ value }) => [value.id, value.displayName, value.mail ?? ''].some((text) => text.toLowerCase() === wanted));
  });
}
