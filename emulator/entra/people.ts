import { isAccountEnabled } from '../data/directory-model.ts';
import type { User } from '../data/model.ts';
import type { World } from '../data/world.ts';
import { REFUSALS, refused } from './refusals.ts';

/** A person who may sign in. Throws when there is none of this id or name, or when the account is disabled. */
export function personOf(world: World, idOrName: string): User {
  const user = world.findUser(idOrName);
  if (!user) throw refused(REFUSALS.unknownUser(idOrName.slice(0, 256), world.tenant.name));
  if (!isAccountEnabled(user)) throw refused(REFUSALS.disabledUser());
  return user;
}
