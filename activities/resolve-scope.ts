import type { SourceActivities } from '../contract/workflow/activities.ts';
import type { GraphUser, ListPage } from '../graph/types.ts';
import type { ResolvedUser } from '../store/types.ts';
import { beating } from './beat.ts';
import { asCredentialFault } from './consent.ts';
import type { ActivityDeps } from './deps.ts';
import { directoryBudget } from './directory-budget.ts';
import { retrying } from './retrying.ts';
import { cycleKeyOf, loadSource } from './source-context.ts';

/** More than these vanishing at once is taken for a fault, not for people who left. */
const heldAboveMailboxes = 20;
const heldAboveShare = 0.1;

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

/** Resolves a source's scope into mailboxes, page by page into MongoDB; only counts come back. */
export function createResolveScope(deps: ActivityDeps): SourceActivities['resolveScope'] {
  return (ref) =>
    beating(async (signal) => {
      const { source, graph, credential } = await loadSource(deps, ref.sourceId);
      const { mailboxes } = deps.store;
      const cycleKey = cycleKeyOf(ref);
      if (!source.policy.archive) await mailboxes.retireArchives({ sourceId: ref.sourceId });
      const at = { sourceId: ref.sourceId, cycleKey };
      const budget = directoryBudget(credential);
      let link: string | null = null;
      let found = 0;
      let joined = 0;
      do {
        signal.throwIfAborted();
        const page: ListPage<GraphUser> = await retrying(() => graph.listUsers({ link }, { budget, signal }), signal).catch(
          (error: unknown) => {
            throw asCredentialFault(error);
          },
        );
        const resolved = await mailboxes.resolve({ ...at, users: page.items.map(toResolvedUser) });
        found += page.items.length;
        joined += resolved.joined;
        link = page.next;
      } while (link !== null);
      const { missing, known } = await mailboxes.countMissing(at);
      if (missing > heldAboveMailboxes && missing > known * heldAboveShare) return { mailboxes: found, joined, retired: 0, held: missing };
      const { retired } = await mailboxes.retireMissing(at);
      return { mailboxes: found, joined, retired, held: 0 };
    });
}
