import type { CallerGroupsActivities } from '../contract/workflow/activities.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { CallOptions, Graph, GraphMember } from '../graph/types.ts';
import { SealError } from '../store/sealer.ts';
import type { ActivityDeps } from './deps.ts';
import { directoryBudget } from './directory-budget.ts';
import { WaitLongerError } from './failures.ts';
import { typeOf } from './group-members.ts';
import { retrying } from './retrying.ts';

/** Somebody waits for the answer. */
const wholeMs = 15_000;

interface Found {
  groupIds: string[];
  code: string | null;
}

const unknown = (code: string): Found => ({ groupIds: [], code });

async function groupsOf(graph: Graph, { userId, options }: { userId: string; options: Required<CallOptions> }): Promise<string[]> {
  const found: GraphMember[] = [];
  const ask = (link: string | null) => retrying(() => graph.listMemberOf({ userId, link }, options), options.signal);
  for (let page = await ask(null); ; page = await ask(page.next)) {
    found.push(...page.items);
    if (page.next === null) return found.filter((one) => typeOf(one) === 'group').map(({ id }) => id.toLowerCase());
  }
}

async function find(deps: ActivityDeps, { userId, credentialId }: { userId: string; credentialId: string }): Promise<Found> {
  const credential = await deps.store.credentials.get(credentialId);
  if (credential === null) return unknown('TrawlNoCredential');
  const signal = AbortSignal.timeout(wholeMs);
  try {
    const options = { budget: directoryBudget(credential, { call: 'listMemberOf', signal }), signal };
    return { groupIds: await groupsOf(await deps.graphFor(credential), { userId, options }), code: null };
  } catch (error) {
    if (error instanceof GraphError) return unknown(error.code);
    if (error instanceof SealError) return unknown(error.code);
    if (error instanceof WaitLongerError || signal.aborted) return unknown('TrawlTimeout');
    throw error;
  }
}

/**
 * Asks Graph which groups somebody is in, nested ones included, since the token had no room for them. Whatever fails leaves
 * the caller without any group, with the reason: nobody sees more for a fault.
 */
export function createReadCallerGroups(deps: ActivityDeps): CallerGroupsActivities['readCallerGroups'] {
  return async ({ userId, credentialId }) => {
    const readAt = new Date();
    await deps.store.callerGroups.keep({ _id: userId, credentialId, readAt, ...(await find(deps, { userId, credentialId })) });
  };
}
