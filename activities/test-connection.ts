import { ApplicationFailure } from '@temporalio/common';
import type { ConnectionTestReport, Finding, ScopeMailbox } from '../contract/connection-test.ts';
import type { ConnectionTest } from '../contract/connection-test-record.ts';
import type { Credential } from '../contract/credential.ts';
import type { CapabilityVerdict } from '../contract/credential-test.ts';
import type { ScopeReport } from '../contract/scope-report.ts';
import type { TestActivities } from '../contract/workflow/activities.ts';
import { scopeCodes } from '../contract/workflow/scope-codes.ts';
import type { GraphUser } from '../graph/types.ts';
import type { TokenClaims } from '../graph/token-claims.ts';
import { SealError } from '../store/sealer.ts';
import { attempt, type Attempt } from './attempt.ts';
import { attemptName, beating } from './beat.ts';
import { failure, mailboxFindings, outcomeOf, scopeFindings, wantedCapabilities } from './connection-findings.ts';
import { countScope, type CountedScope } from './count-scope.ts';
import { verdictsOf } from './credential-verdicts.ts';
import type { ActivityDeps } from './deps.ts';
import { notFound } from './failures.ts';
import { openInspector } from './open-inspector.ts';
import { newScopeReport } from './resolve-scope.ts';
import { ScopeError } from './scope-error.ts';
import { describeSample, samplesOf, untriedMailbox } from './scope-samples.ts';
import { createTestDirectory, UnansweredError, type TestDirectory } from './test-directory.ts';
import { freely, testTimes, type Testing, type TestTimes } from './testing.ts';
import { tryMailboxes, type MailboxFindings } from './try-mailbox.ts';

type Found = Omit<ConnectionTestReport, 'v' | 'at' | 'durationMs' | 'credentialRevision' | 'scopeRevision' | 'outcome'>;

const enoughSamples = { test: 5, preview: 15 } as const;

const nothingFound = (...findings: Finding[]): Found => ({
  ...{ findings, domain: null, group: null, mailboxes: null, withoutMailbox: {}, withoutMailboxNames: [], samples: [] },
});

/** Which capability a code of a scope is about, so that the report leads to the permission. */
const denied: Partial<Record<string, 'domains' | 'groups' | 'hiddenMembership' | 'users'>> = {
  [scopeCodes.domainsDenied]: 'domains',
  [scopeCodes.groupsDenied]: 'groups',
  [scopeCodes.membersHidden]: 'hiddenMembership',
  [scopeCodes.hiddenGroupEmpty]: 'hiddenMembership',
  Authorization_RequestDenied: 'users',
};

function withVerdict(found: Finding): Finding {
  const capability = denied[found.code];
  if (capability === undefined) return found;
  return { ...found, verdict: { capability, state: 'refused', code: found.code, granted: null, policy: null, tried: null } };
}

/** Why the scope could not be read; throws what is no word of Microsoft's. */
function scopeFailure(error: unknown): Finding {
  if (error instanceof ScopeError) return failure(error.code, error.message);
  if (error instanceof UnansweredError) return failure(error.code);
  // Members without a name: the app may not list users.
  if (error instanceof ApplicationFailure) return failure('Authorization_RequestDenied');
  throw error;
}

function domainOf({ tested }: ConnectionTest, directory: TestDirectory): Found['domain'] {
  const { scope } = tested;
  const listed = directory.domains();
  if (scope.kind !== 'domain' || listed === null) return null;
  const verifiedDomains = listed
    .filter(({ isVerified }) => isVerified === true)
    .map(({ id }) => id.toLowerCase())
    .toSorted()
    .slice(0, 1_000);
  return { verified: verifiedDomains.includes(scope.domain.toLowerCase()), verifiedDomains };
}

/** Of no concern here; a test of the credential asks for it. */
const untried: Attempt<never> = { outcome: 'cannotTell', found: null, code: 'TrawlNothingToTry', unauthorised: false };
const elsewhere = {
  directory: { users: untried, groups: untried, hiddenMembership: untried, domains: untried },
  services: { drives: [], sites: untried, subscriptions: untried },
};

/** Of a mailbox that keeps the app out, nothing that is in it says any more. */
function verdictsIn(tried: readonly MailboxFindings[], permissions: readonly string[]): CapabilityVerdict[] {
  const opened = tried.filter(({ found }) => found.mail?.outcome === 'readable');
  const [ofAll, ofOpened] = [tried, opened].map((mailboxes) => verdictsOf({ ...elsewhere, permissions, mailboxes })) as [
    CapabilityVerdict[],
    CapabilityVerdict[],
  ];
  return ofAll.map((verdict, index) => (verdict.capability === 'mail' ? verdict : ofOpened[index]!));
}

interface Trying {
  testing: Testing;
  test: ConnectionTest;
  claims: TokenClaims;
  users: readonly GraphUser[];
}

async function tryScope({ testing, test, claims, users }: Trying): Promise<Pick<Found, 'samples' | 'findings'>> {
  const { tested } = test;
  const byId = new Map(users.map((user) => [user.id, user]));
  const tried = await tryMailboxes(testing, samplesOf(users), enoughSamples[test.purpose]);
  const wanted = wantedCapabilities(tested);
  const describing = tried.map((one) => describeSample(testing, { tried: one, user: byId.get(one.mailboxId)!, wanted }));
  const samples = await Promise.all(describing);
  const verdicts = verdictsIn(tried, claims.roles);
  return { samples, findings: mailboxFindings({ tested, samples, verdicts, count: users.length }) };
}

interface Inspected {
  found: Found;
  users: readonly GraphUser[];
}

async function inspect(testing: Testing, test: ConnectionTest): Promise<Inspected> {
  const { inspector } = testing;
  const entered = await attempt((limited) => inspector.signIn({ signal: limited }), freely(testing));
  if (entered.outcome !== 'readable') return { found: nothingFound(failure(entered.code)), users: [] };
  const directory = createTestDirectory(testing);
  const report: ScopeReport = newScopeReport();
  let counted: CountedScope | null = null;
  const findings: Finding[] = [];
  try {
    counted = await countScope(directory, { tested: test.tested, report, untilMs: Date.now() + testing.attemptMs });
    findings.push(...scopeFindings({ tested: test.tested, report, count: counted.users.length, complete: counted.complete }));
  } catch (error) {
    findings.push(scopeFailure(error));
  }
  const users = counted?.users ?? [];
  const tried = users.length === 0 ? null : await tryScope({ testing, test, claims: entered.found, users });
  const found: Found = {
    findings: [...findings, ...(tried?.findings ?? [])].map(withVerdict),
    domain: domainOf(test, directory),
    group: report.group,
    mailboxes: counted === null ? null : { count: users.length, complete: counted.complete },
    withoutMailbox: report.withoutMailbox,
    withoutMailboxNames: report.withoutMailboxNames,
    samples: tried?.samples ?? [],
  };
  return { found, users };
}

async function report(
  deps: ActivityDeps,
  { test, credential, signal, times }: { test: ConnectionTest; credential: Credential; signal: AbortSignal; times: TestTimes },
): Promise<{ report: ConnectionTestReport; users: readonly GraphUser[] }> {
  const at = new Date();
  const ended = ({ found, users }: Inspected) => ({
    report: {
      ...{ v: 1, at, durationMs: Date.now() - at.getTime(), credentialRevision: credential.revision },
      scopeRevision: test.scopeRevision,
      ...{ outcome: outcomeOf(found.findings), ...found },
    },
    users,
  });
  const inspector = await openInspector(deps, { credential, requestTimeoutMs: times.attemptMs });
  if (inspector instanceof SealError) return ended({ found: nothingFound(failure(inspector.code)), users: [] });
  const limited = AbortSignal.any([signal, AbortSignal.timeout(times.wholeMs)]);
  const more = { attemptMs: times.attemptMs, countsFolders: test.purpose === 'preview' };
  try {
    const testing = { holder: attemptName(), credential, inspector, budgets: deps.store.budgets, signal: limited, ...more };
    return ended(await inspect(testing, test));
  } finally {
    await inspector.close();
  }
}

/** All of the scope's mailboxes for a preview: those that were tried with what came of it. */
function previewed({ samples }: ConnectionTestReport, users: readonly GraphUser[]): ScopeMailbox[] {
  const tried = new Map(samples.map((sample) => [sample.mailboxId, sample]));
  return users.map((user) => tried.get(user.id) ?? untriedMailbox(user));
}

/**
 * Tests whether a source's scope exists and can be read: asks the directory for it as a crawl would, and tries a few of its
 * mailboxes, within the limits that hold for crawls too. Nothing is changed. The report goes into the record of the test, and
 * to a saved source; a preview keeps the mailboxes too. Histories hold the test's id alone.
 */
export function createTestConnection(deps: ActivityDeps, times: TestTimes = testTimes): TestActivities['testConnection'] {
  const { connectionTests, credentials, sources } = deps.store;
  return async ({ testId }) =>
    beating(async (signal) => {
      const test = await connectionTests.get(testId);
      if (test === null) throw notFound(`Test ${testId}`);
      const credential = await credentials.get(test.tested.credentialId);
      if (credential === null) throw notFound(`Credential ${test.tested.credentialId}`);
      const done = await report(deps, { test, credential, signal, times });
      signal.throwIfAborted();
      if (test.purpose === 'preview') await connectionTests.keepMailboxes({ id: testId, mailboxes: previewed(done.report, done.users) });
      await connectionTests.keepReport({ id: testId, report: done.report });
      if (test.sourceId !== null) await sources.keepTest(test.sourceId, done.report);
      return { v: 1, testId };
    });
}
