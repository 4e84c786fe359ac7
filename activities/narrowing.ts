import type { Narrowing } from '../contract/source.ts';
import { scopeCodes } from '../contract/workflow/scope-codes.ts';
import type { GraphUser } from '../graph/types.ts';
import type { Directory } from './directory.ts';
import { findGroup, isHidden, readMembers, typeOf } from './group-members.ts';
import { addressesOf } from './resolved-user.ts';
import { ScopeError } from './scope-error.ts';

interface Names {
  addresses: ReadonlySet<string>;
  /** Ids of users in its groups; held in memory, since a page of the scope must be sieved as it comes. */
  userIds: ReadonlySet<string>;
}

async function readNames(directory: Directory, names: Narrowing['include']): Promise<Names> {
  const userIds = new Set<string>();
  for (const address of names.groups) {
    const group = await findGroup(directory, address);
    let members = 0;
    for await (const page of readMembers(directory, group)) {
      members += page.members.length;
      for (const member of page.members) if (typeOf(member) === 'user') userIds.add(member.id);
    }
    if (members === 0 && isHidden(group)) {
      throw new ScopeError(scopeCodes.membersHidden, `The group ${address} of the narrowing has hidden membership and shows no member.`);
    }
  }
  return { addresses: new Set(names.addresses.map((address) => address.toLowerCase())), userIds };
}

const holds = (names: Names, user: GraphUser) =>
  names.userIds.has(user.id) || addressesOf(user).some((address) => names.addresses.has(address));

/** Reads a narrowing's groups; tells of each user whether it stays in the scope. Throws ScopeError for a group that is not there. */
export async function createNarrowing(directory: Directory, narrowing: Narrowing): Promise<(user: GraphUser) => boolean> {
  const { include, exclude } = narrowing;
  const included = await readNames(directory, include);
  const excluded = await readNames(directory, exclude);
  const includesAll = include.addresses.length === 0 && include.groups.length === 0;
  return (user) => (includesAll || holds(included, user)) && !holds(excluded, user);
}
