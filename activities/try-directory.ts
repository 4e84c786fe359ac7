import type { SampledUser } from '../graph/inspector-types.ts';
import { attempt, type Attempt } from './attempt.ts';
import { directoryBudget, type DirectoryCall } from './directory-budget.ts';
import { isHidden } from './group-members.ts';
import type { Testing } from './testing.ts';

export interface DirectoryFindings {
  tenantName: string | null;
  appName: string | null;
  users: Attempt<SampledUser[]>;
  groups: Attempt<unknown>;
  hiddenMembership: Attempt<unknown>;
  domains: Attempt<unknown>;
}

const untried = (code: string): Attempt<never> => ({ outcome: 'cannotTell', found: null, code, unauthorised: false });

/** Asks the directory for one thing, within its budget. */
export function askDirectory<T>(
  { credential, signal, attemptMs }: Testing,
  { call, ask }: { call: DirectoryCall; ask: (options: { budget: ReturnType<typeof directoryBudget>; signal: AbortSignal }) => Promise<T> },
): Promise<Attempt<T>> {
  const asking = (limited: AbortSignal) => ask({ budget: directoryBudget(credential, { call, signal: limited }), signal: limited });
  return attempt(asking, { timeoutMs: attemptMs, signal, busyCode: 'TooManyRequests' });
}

/** Whether members of a hidden group are shown can be tried only where there is one: Graph refuses, or shows nobody without a word. */
async function tryHidden(
  testing: Testing,
  groups: Attempt<Awaited<ReturnType<Testing['inspector']['sampleGroups']>>>,
): Promise<Attempt<unknown>> {
  if (groups.outcome !== 'readable') return untried(groups.code);
  const hidden = groups.found.find(isHidden);
  if (hidden === undefined) return untried('TrawlNothingToTry');
  const ask = (options: Parameters<Testing['inspector']['hasMembers']>[1]) => testing.inspector.hasMembers({ groupId: hidden.id }, options);
  const members = await askDirectory(testing, { call: 'hasMembers', ask });
  return members.outcome === 'readable' && !members.found ? untried('TrawlHiddenGroupEmpty') : members;
}

/** Tries what the directory gives, side by side. */
export async function tryDirectory(testing: Testing): Promise<DirectoryFindings> {
  const { inspector, credential } = testing;
  const groups = askDirectory(testing, { call: 'sampleGroups', ask: (options) => inspector.sampleGroups(options) });
  const { clientId } = credential;
  const [tenant, app, users, hidden, domains] = await Promise.all([
    askDirectory(testing, { call: 'getTenantName', ask: (options) => inspector.getTenantName(options) }),
    askDirectory(testing, { call: 'getAppName', ask: (options) => inspector.getAppName({ clientId }, options) }),
    askDirectory(testing, { call: 'sampleUsers', ask: (options) => inspector.sampleUsers(options) }),
    groups.then((found) => tryHidden(testing, found)),
    askDirectory(testing, { call: 'listDomains', ask: (options) => inspector.listDomains(options) }),
  ]);
  return { tenantName: tenant.found, appName: app.found, users, groups: await groups, hiddenMembership: hidden, domains };
}
