import type { CrawlSourceInput, MailboxReport } from '../contract/workflow/inputs.ts';
import { addCounts, type Counts } from '../contract/workflow/counts.ts';
import type { Priority, RetryKind } from '../contract/workflow/names.ts';
import { deriveSourceState, type SourceState } from '../contract/workflow/states.ts';
import { closePlace, createWindow, type Window } from './window.ts';

/** Minutes until what blocks a source is probed again; the last one repeats. */
export const probeAfterMinutes = [1, 2, 5, 10, 30] as const;

/** What one run of a source's workflow knows; handlers change it, the loop reads it. */
export interface SourceRun {
  readonly sourceId: string;
  readonly datasetId: string;
  readonly crawlId: string;
  mode: CrawlSourceInput['mode'];
  priority: Priority;
  cycle: number;
  phase: CrawlSourceInput['phase'];
  after: string | null;
  window: Window;
  /** Whether mailboxes at work for long leave their places to others. */
  besideLong: boolean;
  /** Mailboxes fetched and not started yet. */
  queued: string[];
  counts: Counts;
  closed: number;
  /** Mailboxes that closed blocked, or were lost, in this cycle and were not all tried again since: how many by code. */
  troubles: Record<string, number>;
  stateSequence: number;
  written: { state: SourceState; reason: string | null } | null;
  cycleStartedMs: number;
  readonly eventsPerRun: number;
  intervalMs: number;
  title: string;
  pausing: boolean;
  stopping: boolean;
  waiting: boolean;
  blockedReason: string | null;
  /** What to do about it, when that is known. */
  remedy: string | null;
  /** The scope, not the credential, is what blocks. */
  scopeBlocked: boolean;
  /** Mailboxes that vanished and wait for somebody's word; null when none do. */
  held: number | null;
  /** How many of them somebody has confirmed. */
  confirmed: number | null;
  /** How often the scope was resolved in this cycle. */
  resolutions: number;
  /** Set by runNow; taken by whoever waits, or by the next cycle. */
  woken: boolean;
  /** Set when settings may have changed: what was fetched is fetched again. */
  reload: boolean;
  /** Mailboxes that are to be crawled again, on an operator's word. */
  retries: string[];
  /** Kinds of mailboxes that are to be crawled again. */
  again: RetryKind[];
}

export function createRun(input: CrawlSourceInput, nowMs: number): SourceRun {
  return {
    sourceId: input.sourceId,
    datasetId: input.datasetId,
    crawlId: input.crawlId,
    mode: input.mode,
    priority: input.priority,
    cycle: input.cycle,
    phase: input.phase,
    after: input.after,
    window: createWindow({ inFlight: input.inFlight, size: input.windowSize, silentAfterMs: input.silentAfterMs, nowMs }),
    besideLong: false,
    queued: [],
    counts: input.counts,
    closed: input.closed,
    troubles: { ...input.troubles },
    stateSequence: input.stateSequence,
    written: null,
    cycleStartedMs: input.cycleStartedMs,
    eventsPerRun: input.eventsPerRun,
    intervalMs: 0,
    title: '',
    pausing: input.pausing,
    stopping: input.stopping,
    waiting: false,
    blockedReason: null,
    remedy: null,
    scopeBlocked: false,
    held: input.held ?? null,
    confirmed: input.confirmed ?? null,
    resolutions: input.resolutions ?? 0,
    woken: false,
    reload: false,
    retries: input.retries,
    again: input.again ?? [],
  };
}

/** What the next run is told. */
export function toInput(run: SourceRun): CrawlSourceInput {
  return {
    v: 1,
    sourceId: run.sourceId,
    datasetId: run.datasetId,
    crawlId: run.crawlId,
    mode: run.mode,
    priority: run.priority,
    cycle: run.cycle,
    phase: run.phase,
    after: run.after,
    inFlight: [...run.window.inFlight.keys()],
    counts: run.counts,
    closed: run.closed,
    stateSequence: run.stateSequence,
    cycleStartedMs: run.cycleStartedMs,
    pausing: run.pausing,
    stopping: run.stopping,
    windowSize: run.window.size,
    held: run.held,
    confirmed: run.confirmed,
    resolutions: run.resolutions,
    retries: run.retries,
    again: run.again,
    troubles: run.troubles,
    silentAfterMs: run.window.silentAfterMs,
    eventsPerRun: run.eventsPerRun,
  };
}

/** True when an operator wants mailboxes crawled again that were not fetched since. */
export function wantsRetry(run: SourceRun): boolean {
  return run.retries.length > 0 || run.again.length > 0;
}

/** True when nothing new may be started and what is in flight has to end. */
export function mustHalt(run: SourceRun): boolean {
  return run.stopping || run.pausing || run.blockedReason !== null;
}

export function stateOf(run: SourceRun): SourceState {
  return deriveSourceState({
    stopping: run.stopping,
    pausing: run.pausing,
    blocked: run.blockedReason !== null,
    waiting: run.waiting,
    inFlight: run.window.inFlight.size,
  });
}

export function addTrouble(run: SourceRun, code: string): void {
  run.troubles[code] = (run.troubles[code] ?? 0) + 1;
}

/** Takes a mailbox's report in. One of another crawl or cycle, or a second one, only frees a place that it holds. */
export function takeReport(run: SourceRun, report: MailboxReport): void {
  const held = closePlace(run.window, report.mailboxId);
  if (!held || report.crawlId !== run.crawlId || report.cycle !== run.cycle) return;
  run.counts = addCounts(run.counts, report.counts);
  if (report.outcome === 'credentialRefused') {
    run.blockedReason ??= 'CredentialRefused';
    return;
  }
  // An interrupted mailbox is still owed: the window finds it again.
  if (report.outcome === 'interrupted') return;
  run.closed += 1;
  if (report.outcome === 'blocked') addTrouble(run, report.reason ?? 'TrawlUnknown');
}
