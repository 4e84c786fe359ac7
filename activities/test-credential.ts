import type { Credential } from '../contract/credential.ts';
import type { CredentialTest, CredentialTestReport, TriedMailbox } from '../contract/credential-test.ts';
import type { TestActivities } from '../contract/workflow/activities.ts';
import type { TokenClaims } from '../graph/token-claims.ts';
import { SealError } from '../store/sealer.ts';
import { attempt } from './attempt.ts';
import { attemptName, beating } from './beat.ts';
import { noVerdicts, verdictsOf } from './credential-verdicts.ts';
import type { ActivityDeps } from './deps.ts';
import { notFound } from './failures.ts';
import { openInspector } from './open-inspector.ts';
import { sampleMailboxes } from './sample-mailboxes.ts';
import { freely, testTimes, type Testing, type TestTimes } from './testing.ts';
import { tryDirectory } from './try-directory.ts';
import { tryMailboxes, type MailboxFindings } from './try-mailbox.ts';
import { tryServices } from './try-services.ts';

type Report = Omit<CredentialTestReport, 'v' | 'at' | 'durationMs' | 'revision'>;

const mostPermissions = 200;
const mostDrives = 5;

/** A draft as the credential that it would be. */
async function credentialOf({ store }: ActivityDeps, { _id, credentialId, draft }: CredentialTest): Promise<Credential> {
  const unsaved = { name: 'Draft', expiresAt: null, revision: 0, recordRevision: 0, createdAt: new Date(), updatedAt: new Date() };
  if (draft !== null) return { _id, ...unsaved, ...draft };
  const credential = credentialId === null ? null : await store.credentials.get(credentialId);
  if (credential === null) throw notFound(`Credential ${credentialId}`);
  return credential;
}

function notSignedIn(code: string, claims: Partial<TokenClaims> = {}): Report {
  const { tenantId = null, appName = null, roles = [] } = claims;
  return {
    ...{ signedIn: false, code, tenant: { id: tenantId, name: null }, app: { name: appName }, permissions: shortened(roles) },
    ...{ capabilities: noVerdicts(code), mailboxes: [] },
  };
}

const shortened = (roles: readonly string[]) => roles.map((role) => role.slice(0, 100)).slice(0, mostPermissions);

function shown({ mailboxId, address, code, found }: MailboxFindings): TriedMailbox {
  const of = (outcome: string) =>
    Object.entries(found)
      .filter(([, one]) => one.outcome === outcome)
      .map(([capability]) => capability as TriedMailbox['readable'][number]);
  return { mailboxId, address, readable: of('readable'), refused: of('refused'), code };
}

async function inspect(testing: Testing, addresses: readonly string[]): Promise<Report> {
  const { inspector } = testing;
  const entered = await attempt((limited) => inspector.signIn({ signal: limited }), freely(testing));
  if (entered.outcome !== 'readable') return notSignedIn(entered.code);
  const claims = entered.found;
  const { tenantName, appName, users, ...rest } = await tryDirectory(testing);
  // Entra gives tokens that Graph does not take: of another cloud, or of a tenant that has changed.
  if (users.outcome !== 'readable' && users.unauthorised) return notSignedIn(users.code, claims);
  const samples = await sampleMailboxes(testing, { addresses, users: users.found ?? [] });
  const driveIds = samples.slice(0, mostDrives).map(({ mailboxId }) => mailboxId);
  const [mailboxes, services] = await Promise.all([tryMailboxes(testing, samples), tryServices(testing, driveIds)]);
  const permissions = shortened(claims.roles);
  const verdicts = verdictsOf({ permissions, directory: { ...rest, users }, mailboxes, services });
  const isOfNoUse = permissions.length === 0 && !verdicts.some(({ policy }) => policy === 'applicationRbac');
  return {
    ...{ signedIn: true, code: isOfNoUse ? 'TrawlNoPermissions' : null, permissions, capabilities: verdicts },
    ...{ tenant: { id: claims.tenantId, name: tenantName }, app: { name: appName ?? claims.appName }, mailboxes: mailboxes.map(shown) },
  };
}

async function report(
  deps: ActivityDeps,
  { test, signal, times }: { test: CredentialTest; signal: AbortSignal; times: TestTimes },
): Promise<CredentialTestReport> {
  const at = new Date();
  const credential = await credentialOf(deps, test);
  const inspector = await openInspector(deps, { credential, requestTimeoutMs: times.attemptMs });
  const ended = (found: Report): CredentialTestReport => ({
    ...{ v: 1, at, durationMs: Date.now() - at.getTime(), revision: credential.revision },
    ...found,
  });
  if (inspector instanceof SealError) return ended(notSignedIn(inspector.code));
  const limited = AbortSignal.any([signal, AbortSignal.timeout(times.wholeMs)]);
  try {
    const testing = {
      holder: attemptName(),
      credential,
      inspector,
      budgets: deps.store.budgets,
      signal: limited,
      attemptMs: times.attemptMs,
    };
    return ended(await inspect(testing, test.addresses));
  } finally {
    await inspector.close();
  }
}

/**
 * Tries what a credential can do: signs in, then asks for one small thing of each kind, in the directory and in a few
 * mailboxes, within the limits that hold for crawls too. Nothing is changed. The report goes into the record of the test,
 * and to a saved credential; histories hold the test's id alone.
 */
export function createTestCredential(deps: ActivityDeps, times: TestTimes = testTimes): TestActivities['testCredential'] {
  const { credentials, credentialTests } = deps.store;
  return async ({ testId }) =>
    beating(async (signal) => {
      const test = await credentialTests.get(testId);
      if (test === null) throw notFound(`Test ${testId}`);
      const found = await report(deps, { test, signal, times });
      signal.throwIfAborted();
      await credentialTests.keepReport({ id: testId, report: found });
      if (test.credentialId !== null) await credentials.keepTest(test.credentialId, found);
      return { v: 1, testId };
    });
}
