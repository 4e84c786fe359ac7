import type { GraphUser } from '../graph/types.ts';
import type { ResolvedUser } from '../store/types.ts';

const smtpPrefix = /^smtp:/i;

/** A directory user with all addresses that mail may reach the mailbox by. */
export function toResolvedUser(user: GraphUser): ResolvedUser {
  const proxies = (user.proxyAddresses ?? [])
    .filter((address) => smtpPrefix.test(address))
    .map((address) => address.replace(smtpPrefix, ''));
  const address = user.mail ?? user.userPrincipalName ?? null;
  const others = [...proxies, ...(user.userPrincipalName ? [user.userPrincipalName] : [])];
  const aliases = [...new Set(others.filter((other) => other.toLowerCase() !== address?.toLowerCase()))];
  return { mailboxId: user.id, address, aliases, displayName: user.displayName ?? null };
}

/** All addresses of a user, in small letters: Exchange does not tell them apart by case. */
export function addressesOf(user: GraphUser): string[] {
  const { address, aliases } = toResolvedUser(user);
  return [...(address === null ? [] : [address]), ...aliases].map((each) => each.toLowerCase());
}

/** Whether a user has an address in the domain itself; sub-domains are domains of their own. */
export function isOfDomain(user: GraphUser, domain: string): boolean {
  return addressesOf(user).some((address) => address.endsWith(`@${domain.toLowerCase()}`));
}
