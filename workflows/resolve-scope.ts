import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { condition, patched, workflowInfo } from '@temporalio/workflow';
import { failureTypes } from '../contract/workflow/failures.ts';
import { interruptible } from './interruptible.ts';
import { controlActivities, crawlActivities } from './proxies.ts';
import { recordState } from './source-record.ts';
import { probeAfterMinutes, type SourceRun } from './source-run.ts';

export function failureType(error: unknown): string | null {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure ? (cause.type ?? null) : null;
}

/** Resolves the scope. False when it was halted, the credential was refused, or the scope cannot be taken: `blockedReason` says why. */
export async function resolveScope(run: SourceRun): Promise<boolean> {
  const { sourceId, crawlId, cycle } = run;
  const resolution = run.resolutions === 0 ? {} : { resolution: run.resolutions };
  run.resolutions += 1;
  const word = run.confirmed;
  const confirmed = word === null ? {} : { confirmed: word };
  try {
    const resolved = await interruptible(
      () => crawlActivities(run.priority).resolveScope({ v: 1, sourceId, crawlId, cycle, ...resolution, ...confirmed }),
      () => run.stopping || run.pausing,
    );
    if (resolved === null) return false;
    const blocked = resolved.blocked ?? null;
    if (blocked !== null && patched('scope-blocks')) {
      run.blockedReason = blocked;
      run.remedy = resolved.remedy ?? null;
      run.scopeBlocked = true;
      run.held = resolved.held;
      // What was confirmed was not enough; a word that came meanwhile is still to be heard.
      if (run.confirmed === word) run.confirmed = null;
      return false;
    }
  } catch (error) {
    if (failureType(error) !== failureTypes.credentialRefused) throw error;
    run.blockedReason = 'CredentialRefused';
    run.remedy = null;
    run.scopeBlocked = false;
    return false;
  }
  Object.assign(run, { blockedReason: null, remedy: null, scopeBlocked: false, held: null, confirmed: null });
  run.phase = 'window';
  run.after = null;
  return true;
}

/**
 * Waits until the scope can be taken: it is resolved again after 1, 2, 5, 10, then each 30 minutes, and at once when the
 * source changes or somebody confirms. Ends early when the credential is refused, or the run has grown long.
 */
export async function runScopeBlocked(run: SourceRun): Promise<void> {
  for (let tries = 0; run.scopeBlocked && !run.stopping && !run.pausing; tries += 1) {
    await recordState(run);
    const minutes = probeAfterMinutes[Math.min(tries, probeAfterMinutes.length - 1)] ?? 30;
    const told = () => run.woken || run.reload || run.confirmed !== null || run.stopping || run.pausing;
    await condition(told, `${minutes}m`, { summary: 'Blocked: wait to resolve the scope again' });
    run.woken = false;
    if (run.stopping || run.pausing) return;
    if (run.reload) {
      run.reload = false;
      const settings = await controlActivities().readSource({ v: 1, sourceId: run.sourceId, crawlId: run.crawlId });
      Object.assign(run, { mode: settings.mode, priority: settings.priority, intervalMs: settings.intervalMs, title: settings.title });
    }
    await resolveScope(run);
    if (workflowInfo().historyLength > run.eventsPerRun) return;
  }
}
