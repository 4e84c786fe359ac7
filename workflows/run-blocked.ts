import { condition, workflowInfo } from '@temporalio/workflow';
import { controlActivities } from './proxies.ts';
import { endInFlight } from './run-window.ts';
import { recordState } from './source-record.ts';
import { runScopeBlocked } from './resolve-scope.ts';
import { probeAfterMinutes, type SourceRun } from './source-run.ts';

/** Mailboxes report only that they were refused; Entra and Graph say why. Being accepted just now is no reason to go on at once. */
async function nameReason(run: SourceRun): Promise<void> {
  const probe = await controlActivities().probeCredential({ v: 1, sourceId: run.sourceId, crawlId: run.crawlId });
  run.blockedReason = probe.reason ?? run.blockedReason;
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
    await condition(() => run.woken || run.reload || run.stopping || run.pausing, `${minutes}m`);
    run.woken = false;
    run.reload = false;
    if (run.stopping || run.pausing) return;
    const probe = await controlActivities().probeCredential({ v: 1, sourceId: run.sourceId, crawlId: run.crawlId });
    run.blockedReason = probe.accepted ? null : (probe.reason ?? run.blockedReason);
    if (workflowInfo().historyLength > run.eventsPerRun) return;
  }
}
