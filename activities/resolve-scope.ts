import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { cycleKeyOf } from '../contract/ids.ts';
import type { ScopeReport } from '../contract/scope-report.ts';
import type { Source } from '../contract/source.ts';
import { findErrorRow } from '../contract/errors.ts';
import type { ResolvedScope, ResolveScopeInput, SourceActivities } from '../contract/workflow/activities.ts';
import type { ScopeCode } from '../contract/workflow/scope-codes.ts';
import { GraphError } from '../graph/graph-error.ts';
import { beating } from './beat.ts';
import type { ActivityDeps } from './deps.ts';
import { createDirectory, type Directory } from './directory.ts';
import { createNarrowing } from './narrowing.ts';
import { toResolvedUser } from './resolved-user.ts';
import { scopeProblem } from './scope-error.ts';
import { scopeUsers } from './scope-users.ts';
import { loadSource } from './source-context.ts';
import { heldBecause, retireMissing } from './vanished.ts';

interface Resolution {
  deps: ActivityDeps;
  ref: ResolveScopeInput;
  source: Source;
  directory: Directory;
  report: ScopeReport;
}

/** The report of a scope of which nothing is known yet. */
export function newScopeReport(): ScopeReport {
  const counts = { mailboxes: 0, joined: 0, retired: 0, held: 0, unreadable: 0 };
  return { at: new Date(), group: null, ...counts, withoutMailbox: {}, withoutMailboxNames: [], problem: null };
}

/** Names what a source is asked to read; another name means that somebody changed it. */
function nameOf({ scope, narrowing }: Source): string {
  return createHash('sha256')
    .update(JSON.stringify([scope, narrowing]))
    .digest('hex')
    .slice(0, 32);
}

function heldWords(code: ScopeCode, { held, mailboxes }: ScopeReport): string {
  return `${held} of ${held + mailboxes} mailboxes are not in the scope any more. ${findErrorRow(code).words}.`;
}

/** Reads the scope into MongoDB, page by page, then retires who left, unless that would be too much to be believed. */
async function resolve({ deps, ref, source, directory, report }: Resolution): Promise<void> {
  const { mailboxes } = deps.store;
  const { sourceId } = ref;
  // Each resolution of a cycle marks anew whom it found: who was there in an earlier one may have left since.
  const cycleKey = `${cycleKeyOf(ref)}${ref.resolution === undefined ? '' : `/${ref.resolution}`}`;
  if (!source.policy.archive) await mailboxes.retireArchives({ sourceId });
  const stays = await createNarrowing(directory, source.narrowing);
  const users = scopeUsers(directory, { scope: source.scope, report });
  for await (const page of users.pages) {
    directory.signal.throwIfAborted();
    const { joined } = await mailboxes.resolve({ sourceId, cycleKey, users: page.filter(stays).map(toResolvedUser) });
    report.joined += joined;
  }
  const { missing, known } = await mailboxes.countMissing({ sourceId, cycleKey });
  report.mailboxes = known - missing;
  // An entry that could not be read may be any of the missing ones.
  if (report.unreadable > 0) return;
  const taken = nameOf(source);
  const changed = source.scopeTaken !== undefined && source.scopeTaken !== taken;
  const held = heldBecause({ known, missing, changed, confirmed: ref.confirmed ?? null, group: report.group });
  if (held !== null) {
    report.held = missing;
    report.problem = { code: held, words: heldWords(held, report) };
    return;
  }
  report.retired = await retireMissing(directory, {
    mailboxes,
    sourceId,
    cycleKey,
    inScope: (user) => users.holds(user) && stays(user),
  });
  report.mailboxes = known - report.retired;
  await deps.store.scopes.take({ sourceId, scopeTaken: taken });
}

/** Each attempt repeats a request for some seconds by itself. */
const attemptsToReach = 2;

/**
 * A source whose scope was never taken may have been made before its target was there: it is blocked and says why, instead of
 * seeming to run. One that was read before waits where it is, since such a fault passes.
 */
function notThereYet(error: unknown, { scopeTaken }: Source): ScopeReport['problem'] {
  if (scopeTaken !== undefined || Context.current().info.attempt < attemptsToReach) return null;
  if (!(error instanceof GraphError) || error.class !== 'transient') return null;
  const { words } = findErrorRow(error.code, error.status ?? undefined);
  return { code: error.code, words: `Microsoft did not answer ${error.operation}: ${words}.` };
}

/** Resolves a source's scope into mailboxes; only counts come back, and a code when the scope cannot be taken. */
export function createResolveScope(deps: ActivityDeps): SourceActivities['resolveScope'] {
  return (ref) =>
    beating(async (signal): Promise<ResolvedScope> => {
      const { source, graph, credential } = await loadSource(deps, ref.sourceId);
      const directory = createDirectory({ graph, credential, signal });
      const report = newScopeReport();
      try {
        await resolve({ deps, ref, source, directory, report });
      } catch (error) {
        report.problem = scopeProblem(error) ?? notThereYet(error, source);
        if (report.problem === null) throw error;
      }
      await deps.store.scopes.report({ sourceId: ref.sourceId, crawlId: ref.crawlId, cycle: ref.cycle, report });
      const { mailboxes, joined, retired, held, problem } = report;
      const blocked = problem?.code ?? null;
      return { mailboxes, joined, retired, held, blocked, ...(blocked !== null && { remedy: findErrorRow(blocked).remedy }) };
    });
}
