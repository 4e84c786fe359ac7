import { ActivityFailure } from '@temporalio/common';
import { allHandlersFinished, CancellationScope, condition, continueAsNew, isCancellation, patched } from '@temporalio/workflow';
import { noCounts, type Counts } from '../contract/workflow/counts.ts';
import { readCrawlSourceInput, type CrawlSourceInput } from '../contract/workflow/inputs.ts';
import type { SourceState } from '../contract/workflow/states.ts';
import { interruptible } from './interruptible.ts';
import { controlActivities, crawlActivities } from './proxies.ts';
import { failureType, resolveScope } from './resolve-scope.ts';
import { runBlocked } from './run-blocked.ts';
import { endInFlight, runWindow } from './run-window.ts';
import { handleReports, handleRetry, handleUpdates } from './source-handlers.ts';
import { recordState, showDetails } from './source-record.ts';
import { createRun, toInput, wantsRetry, type SourceRun } from './source-run.ts';

/** What a source's crawl returns when it ends. */
export interface SourceTotals {
  state: SourceState;
  cycles: number;
  mailboxes: number;
  counts: Counts;
}

const cycleOf = (run: SourceRun) => ({ v: 1 as const, sourceId: run.sourceId, crawlId: run.crawlId, cycle: run.cycle });

const isOnce = (run: SourceRun) => run.mode === 'once';

/** Opens a cycle and resolves the scope into mailboxes. False when it was halted or is blocked. */
async function openCycle(run: SourceRun): Promise<boolean> {
  await recordState(run);
  const opened = await controlActivities().openCycle(cycleOf(run));
  Object.assign(run, { mode: opened.mode, priority: opened.priority, intervalMs: opened.intervalMs, title: opened.title });
  if (run.cycleStartedMs === 0) run.cycleStartedMs = Date.now();
  showDetails(run);
  return resolveScope(run);
}

/** Waits out a pause or a block; false when the crawl is to stop. */
async function overcomeHalt(run: SourceRun): Promise<boolean> {
  run.queued = [];
  run.after = null;
  await recordState(run);
  await endInFlight(run);
  if (run.blockedReason !== null && !run.stopping && !run.pausing) await runBlocked(run);
  await recordState(run);
  if (run.pausing && !run.stopping) await condition(() => !run.pausing || run.stopping);
  await recordState(run);
  return !run.stopping;
}

/** Erases what is hidden for long enough; false when it was halted: it goes on when the window is empty again. */
async function eraseHidden(run: SourceRun): Promise<boolean> {
  const erased = await interruptible(
    () => crawlActivities(run.priority).eraseHidden(cycleOf(run)),
    () => run.stopping || run.pausing,
  );
  return erased !== null;
}

/** One cycle; `stopped` when it was ended before its time. */
async function runCycle(run: SourceRun): Promise<'done' | 'stopped' | 'continueAsNew'> {
  for (;;) {
    if (run.stopping || run.pausing || run.blockedReason !== null) {
      if (!(await overcomeHalt(run))) return 'stopped';
      if (run.blockedReason !== null) return 'continueAsNew';
    }
    if (run.phase === 'open' && !(await openCycle(run))) continue;
    const end = await runWindow(run);
    if (end === 'done') {
      if (patched('erase-hidden') && !(await eraseHidden(run))) continue;
      const closed = await controlActivities().closeCycle({ ...cycleOf(run), counts: run.counts });
      run.mode = closed.mode;
      run.intervalMs = closed.intervalMs;
      return 'done';
    }
    if (end === 'continueAsNew') return 'continueAsNew';
  }
}

/** Waits for the next start; the interval is the least time between the starts of two cycles. */
async function awaitNextCycle(run: SourceRun): Promise<void> {
  run.waiting = true;
  for (;;) {
    const restMs = run.cycleStartedMs + run.intervalMs - Date.now();
    if (restMs <= 0 || run.stopping || run.woken || wantsRetry(run) || isOnce(run)) break;
    await recordState(run);
    const told = () => run.woken || run.stopping || run.reload || run.pausing || wantsRetry(run);
    await condition(told, restMs, { summary: 'Wait for the next cycle' });
    if (run.reload) {
      run.reload = false;
      const settings = await controlActivities().readSource({ v: 1, sourceId: run.sourceId, crawlId: run.crawlId });
      run.intervalMs = settings.intervalMs;
      run.mode = settings.mode;
    }
    if (run.pausing) {
      await recordState(run);
      await condition(() => !run.pausing || run.stopping);
    }
  }
  run.waiting = false;
}

async function finish(run: SourceRun, { state, reason }: { state: SourceState; reason: string | null }): Promise<SourceTotals> {
  await recordState(run, { state, reason });
  await condition(allHandlersFinished);
  return { state, cycles: run.cycle, mailboxes: run.closed, counts: run.counts };
}

async function goOn(run: SourceRun, changes: Partial<CrawlSourceInput>): Promise<never> {
  await condition(allHandlersFinished);
  return continueAsNew<typeof crawlSource>({ ...toInput(run), ...changes });
}

async function crawl(run: SourceRun): Promise<SourceTotals> {
  const end = await runCycle(run);
  if (end === 'continueAsNew') return goOn(run, {});
  if (end === 'stopped') return finish(run, { state: 'stopped', reason: null });
  if (isOnce(run)) return finish(run, { state: 'completed', reason: null });
  await awaitNextCycle(run);
  if (run.stopping) return finish(run, { state: 'stopped', reason: null });
  if (wantsRetry(run)) return goOn(run, { phase: 'window', after: null });
  if (isOnce(run)) return finish(run, { state: 'completed', reason: null });
  return goOn(run, {
    cycle: run.cycle + 1,
    phase: 'open',
    after: null,
    counts: noCounts,
    closed: 0,
    troubles: {},
    resolutions: 0,
    cycleStartedMs: 0,
  });
}

/**
 * The life of one source's crawl: per cycle open, resolve the scope, keep a window of mailboxes in flight, close.
 * Mode `once` returns totals; `continuous` waits for the next start and continues as new.
 */
export async function crawlSource(raw: CrawlSourceInput): Promise<SourceTotals> {
  const run = createRun(readCrawlSourceInput(raw), Date.now());
  handleUpdates(run);
  handleReports(run);
  handleRetry(run);
  showDetails(run);
  try {
    return await crawl(run);
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(async () => {
        run.stopping = true;
        await endInFlight(run);
        await finish(run, { state: 'stopped', reason: 'Cancelled' });
      });
    } else if (error instanceof ActivityFailure) {
      await endInFlight(run);
      await finish(run, { state: 'failed', reason: failureType(error) ?? 'Unknown' });
    }
    throw error;
  }
}
