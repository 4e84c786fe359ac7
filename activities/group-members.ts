import type { GroupKind, ScopeReport } from '../contract/scope-report.ts';
import { scopeCodes } from '../contract/workflow/scope-codes.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { GraphGroup, GraphMember } from '../graph/types.ts';
import { asCredentialFault } from './consent.ts';
import type { Directory } from './directory.ts';
import { ScopeError } from './scope-error.ts';

/** Which of the kinds that the directory has a group is of (learn.microsoft.com/graph/api/resources/groups-overview). */
export function kindOf(group: GraphGroup): GroupKind {
  if (group.groupTypes?.includes('Unified')) return 'microsoft365';
  if (group.mailEnabled !== true) return 'security';
  return group.securityEnabled === true ? 'mailEnabledSecurity' : 'distribution';
}

export function isHidden(group: { visibility?: string | null }): boolean {
  return group.visibility?.toLowerCase() === 'hiddenmembership';
}

/** What the report of a group scope says of the group itself. */
export function aboutGroup(group: GraphGroup): NonNullable<ScopeReport['group']> {
  return {
    kind: kindOf(group),
    dynamic: group.groupTypes?.includes('DynamicMembership') ?? false,
    hidden: isHidden(group),
    nestedGroups: 0,
  };
}

const asGroup = (address: string) => `Graph knows no group with the address ${address}. `;

/** The group at an address. Throws ScopeError that says what else is there, and what to do about a list that Graph does not show. */
export async function findGroup(directory: Directory, address: string): Promise<GraphGroup> {
  const [group] = await directory.askFor(scopeCodes.groupsDenied, 'findGroups', (graph, options) => graph.findGroups({ address }, options));
  if (group !== undefined) return group;
  const users = await directory.ask('findUsers', (graph, options) => graph.findUsers({ address }, options));
  const hint =
    users.length > 0
      ? 'It is the address of a user: use a scope of kind user.'
      : 'When it is a dynamic distribution list of Exchange, which Graph does not show, take a group with the same members, or a domain or user scope.';
  throw new ScopeError(scopeCodes.groupNotFound, asGroup(address) + hint);
}

export interface MemberPage {
  members: GraphMember[];
  unreadable: number;
}

/**
 * Pages of everything within a group. Members that are hidden from the app are never taken for members that left: throws
 * ScopeError `membersHidden` where Graph says so, for nested groups too, which it leaves out without a word.
 */
export async function* readMembers(directory: Directory, group: GraphGroup): AsyncGenerator<MemberPage> {
  let link: string | null = null;
  do {
    const page = await askMembers(directory, { group, link });
    for (const member of page.items) await checkMember(directory, member);
    yield { members: page.items, unreadable: page.malformed.length };
    link = page.next;
  } while (link !== null);
}

async function askMembers(directory: Directory, { group, link }: { group: GraphGroup; link: string | null }) {
  const denied = isHidden(group) ? scopeCodes.membersHidden : scopeCodes.groupsDenied;
  return directory.askFor(denied, 'listTransitiveMembers', (graph, options) =>
    graph.listTransitiveMembers({ groupId: group.id, link }, options),
  );
}

async function checkMember(directory: Directory, member: GraphMember): Promise<void> {
  const type = typeOf(member);
  // Without right to users they come with type and id alone (learn.microsoft.com/graph/permissions-reference).
  if (type === 'user' && !member.mail && !member.userPrincipalName && !member.displayName) {
    throw asCredentialFault(new GraphError({ operation: 'listTransitiveMembers', code: 'Authorization_RequestDenied', status: 403 }));
  }
  if (type !== 'group' || !isHidden(member)) return;
  const shows = await directory.askFor(scopeCodes.membersHidden, 'hasMembers', (graph, options) =>
    graph.hasMembers({ groupId: member.id }, options),
  );
  if (!shows) {
    const words = `The nested group ${member.displayName ?? member.id} has hidden membership and shows no member: it may not be visible.`;
    throw new ScopeError(scopeCodes.membersHidden, words);
  }
}

/** `user`, `group`, `orgContact` … */
export function typeOf(member: GraphMember): string {
  return member['@odata.type'].replace(/^#?microsoft\.graph\./, '').slice(0, 50);
}
