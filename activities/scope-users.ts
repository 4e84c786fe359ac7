import { mostNamedMembers, type ScopeReport } from '../contract/scope-report.ts';
import type { Scope } from '../contract/source.ts';
import { scopeCodes } from '../contract/workflow/scope-codes.ts';
import type { CallOptions, GraphMember, GraphUser, ListPage } from '../graph/types.ts';
import type { DirectoryCall } from './directory-budget.ts';
import type { Directory, ScopeGraph } from './directory.ts';
import { aboutGroup, findGroup, readMembers, typeOf } from './group-members.ts';
import { addressesOf, isOfDomain } from './resolved-user.ts';
import { ScopeError } from './scope-error.ts';

/** A scope's users, page by page, as the directory tells them. */
export interface ScopeUsers {
  pages: AsyncIterable<GraphUser[]>;
  /** Whether a user that the directory has, but did not list, is in the scope all the same; false where only a list can tell. */
  holds(user: GraphUser): boolean;
}

type ListUsers = (graph: ScopeGraph, link: string | null, options: CallOptions) => Promise<ListPage<GraphUser>>;

async function* readUsers(
  directory: Directory,
  list: { call: DirectoryCall; ask: ListUsers; report: ScopeReport },
): AsyncGenerator<GraphUser[]> {
  let link: string | null = null;
  do {
    const at: string | null = link;
    const page: ListPage<GraphUser> = await directory.ask(list.call, (graph, options) => list.ask(graph, at, options));
    list.report.unreadable += page.malformed.length;
    yield page.items;
    link = page.next;
  } while (link !== null);
}

async function checkDomain(directory: Directory, domain: string): Promise<void> {
  const domains = await directory.askFor(scopeCodes.domainsDenied, 'listDomains', (graph, options) => graph.listDomains(options));
  const verified = domains.filter((each) => each.isVerified === true).map((each) => each.id.toLowerCase());
  if (verified.includes(domain.toLowerCase())) return;
  const unverified = domains.some((each) => each.id.toLowerCase() === domain.toLowerCase());
  const words = `${domain} is ${unverified ? 'a domain of the tenant, but not verified' : 'no domain of the tenant'}. Verified are: `;
  throw new ScopeError(scopeCodes.domainNotVerified, words + listed(verified.toSorted()));
}

const mostListed = 200;

function listed(names: string[]): string {
  const rest = names.length - mostListed;
  return `${names.slice(0, mostListed).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
}

/** Counts and names what has no mailbox here; guests have theirs at home, but are probed like everybody. */
function tell(report: ScopeReport, member: GraphMember): void {
  const type = typeOf(member);
  if (type === 'group') {
    if (report.group !== null) report.group.nestedGroups += 1;
    return;
  }
  if (type === 'user' && member.userType?.toLowerCase() !== 'guest') return;
  const kind = type === 'user' ? 'guest' : type;
  report.withoutMailbox[kind] = (report.withoutMailbox[kind] ?? 0) + 1;
  if (report.withoutMailboxNames.length >= mostNamedMembers) return;
  report.withoutMailboxNames.push({ kind, id: member.id, name: member.displayName ?? null, address: member.mail ?? null });
}

async function* readGroup(
  directory: Directory,
  { address, report }: { address: string; report: ScopeReport },
): AsyncGenerator<GraphUser[]> {
  const group = await findGroup(directory, address);
  report.group = aboutGroup(group);
  for await (const { members, unreadable } of readMembers(directory, group)) {
    report.unreadable += unreadable;
    for (const member of members) tell(report, member);
    yield members.filter((member) => typeOf(member) === 'user');
  }
}

async function* readDomain(directory: Directory, { domain, report }: { domain: string; report: ScopeReport }): AsyncGenerator<GraphUser[]> {
  await checkDomain(directory, domain);
  const ask: ListUsers = (graph, link, options) => graph.listDomainUsers({ domain, link }, options);
  for await (const users of readUsers(directory, { call: 'listDomainUsers', ask, report })) {
    // The index behind advanced queries may lag behind the users themselves.
    yield users.filter((user) => isOfDomain(user, domain));
  }
}

async function* readUser(directory: Directory, address: string): AsyncGenerator<GraphUser[]> {
  const found = await directory.ask('findUsers', (graph, options) => graph.findUsers({ address }, options));
  const user = found.find((each) => each.mail?.toLowerCase() === address.toLowerCase()) ?? found[0];
  if (user === undefined) throw new ScopeError(scopeCodes.userNotFound, `The directory knows no user with the address ${address}.`);
  yield [user];
}

/** Reads a scope from the directory; what it finds on the way goes into the report. */
export function scopeUsers(directory: Directory, { scope, report }: { scope: Scope; report: ScopeReport }): ScopeUsers {
  switch (scope.kind) {
    case 'everything': {
      const ask: ListUsers = (graph, link, options) => graph.listUsers({ link }, options);
      return { pages: readUsers(directory, { call: 'listUsers', ask, report }), holds: () => true };
    }
    case 'domain':
      return { pages: readDomain(directory, { domain: scope.domain, report }), holds: (user) => isOfDomain(user, scope.domain) };
    case 'group':
      return { pages: readGroup(directory, { address: scope.group, report }), holds: () => false };
    case 'user':
      return { pages: readUser(directory, scope.user), holds: (user) => addressesOf(user).includes(scope.user.toLowerCase()) };
  }
}
