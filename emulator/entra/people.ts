import type { User } from '../data/model.ts';
import type { World } from '../data/world.ts';
import { REFUSALS, refused } from './refusals.ts';

/** The accounts of shared mailboxes, rooms and equipment are disabled: learn.microsoft.com/microsoft-365/admin/email/about-shared-mailboxes. */
export function canSignIn(user: User): boolean {
  return user.class !== 'shared' && user.class !== 'room' && user.class !== 'equipment';
}

/** A person who may sign in. Throws when there is none of this id or name, or when the account is disabled. */
export function personOf(world: World, idOrName: string): User {
  const user = world.findUser(idOrName);
  if (!user) throw refused(REFUSALS.unknownUser(idOrName.slice(0, 256), world.tenant.name));
  if (!canSignIn(user)) throw refused(REFUSALS.disabledUser());
  return user;
}
