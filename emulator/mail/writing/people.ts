import type { MessageFields } from '../../data/changes.ts';
import type { Person, User } from '../../data/model.ts';
import type { World } from '../../data/world.ts';

export function selfOf(user: User): Person {
  return { name: user.displayName, address: user.mail ?? user.upn };
}

/** A recipient given by address alone gets the name that the directory knows. */
export function namedPerson(world: World, person: Person): Person {
  if (person.name !== '') return person;
  return { name: world.findUser(person.address)?.displayName ?? person.address, address: person.address };
}

export function isOwnAddress(user: User, address: string): boolean {
  return [user.upn, user.mail, ...user.aliases].some((name) => name?.toLowerCase() === address.toLowerCase());
}

export function recipientsOf(message: Pick<MessageFields, 'to' | 'cc' | 'bcc'>): Person[] {
  return [...(message.to ?? []), ...(message.cc ?? []), ...(message.bcc ?? [])];
}
