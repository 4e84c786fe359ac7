import { condition, workflowInfo } from '@temporalio/workflow';
import type { ProbedCredential } from '../contract/workflow/activities.ts';
import { controlActivities } from './proxies.ts';
import { endInFlight } from './run-window.ts';
import { recordState } from './source-record.ts';
import { runScopeBlocked } from './resolve-scope.ts';
import { probeAfterMinutes, type SourceRun } from './source-run.ts';

/** A probe that was not accepted says more than the one before, or nothing. */
function setReason(run: SourceRun, { reason, remedy }: ProbedCredential): void {
  if (reason === null) return;
  run.blockedReason = reason;
  run.remedy = remedy ?? null;
}

/** Mailboxes report only that they were refused; Entra and Graph say why. Being accepted just now is no reason to go on at once. */
async function nameReason(run: SourceRun): Promise<void> {
  const probe = await controlActivities().probeCredential({ v: 1, sourceId: run.sourceId, crawlId: run.crawlId });
  setReason(run, probe);
}

/**
 * Waits until the credential is accepted, or the scope can be taken again, or the crawl is stopped or paused. Saving a
 * credential or a scope wakes it.
 * Returns early when the run has grown long: the next one finds out by itself that it is blocked.
 */
export async function runBlocked(run: SourceRun): Promise<void> {
  await endInFlight(run);
  await recordState(run);
  if (run.scopeBlocked) {
    await runScopeBlocked(run);
    if (run.scopeBlocked || run.blockedReason === null || run.stopping || run.pausing) return;
  }
  await nameReason(run);
  for (let tries = 0; run.blockedReason !== null && !run.stopping && !run.pausing; tries += 1) {
    await recordState(run);
    const minutes = probeAfterMinutes[Math.min(tries, probeAfterMinutes.length - 1)] ?? 30;
    const told = () => run.woken || run.reload || run.stopping || run.pausing;
    await condition(told, `${minutes}m`, { summary: 'Blocked: wait to probe the credential again' });
    run.woken = false;
    run.reload = false;
    if (run.stopping || run.pausing) return;
    const probe = await controlActivities().probeCredential({ v: 1, sourceId: run.sourceId, crawlId: run.crawlId });
    if (probe.accepted) Object.assign(run, { blockedReason: null, remedy: null });
    else setReason(run, probe);
    if (workflowInfo().historyLength > run.eventsPerRun) return;
  }
}
