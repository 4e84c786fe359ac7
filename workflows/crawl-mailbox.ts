import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { CancellationScope, getExternalWorkflowHandle, isCancellation, setCurrentDetails } from '@temporalio/workflow';
import type { WalkedStreams } from '../contract/workflow/activities.ts';
import { addCounts, noCounts, type Counts } from '../contract/workflow/counts.ts';
import { failureTypes } from '../contract/workflow/failures.ts';
import { readCrawlMailboxInput, type CrawlMailboxInput, type MailboxReport } from '../contract/workflow/inputs.ts';
import { sourceSignals, sourceWorkflowId } from '../contract/workflow/names.ts';
import type { MailboxOutcome } from '../contract/workflow/states.ts';
import { abandonActivity, crawlActivities } from './proxies.ts';

/** Passes of catch-up per cycle: an item that moves on and on is left to the next cycle. */
const maxPasses = 3;

interface Closed {
  outcome: MailboxOutcome;
  counts: Counts;
}

const details = (step: string, counts: Counts) =>
  `**${step}** · ${counts.documents} documents · ${counts.pages} pages · ${counts.skips} skips · ${counts.requests} requests`;

/** Runs lanes side by side; when one fails for good, the others end too. */
async function walkInLanes(input: CrawlMailboxInput, lanes: number): Promise<WalkedStreams> {
  const workOf = (lane: number) => crawlActivities(input.priority, lane === 0 ? 'firstLane' : 'furtherLane');
  const results = await CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    const walks = Array.from({ length: lanes }, (_, lane) => workOf(lane).walkStreams({ ...input, lane }));
    try {
      return await Promise.all(walks);
    } catch (error) {
      scope.cancel();
      await Promise.allSettled(walks);
      throw error;
    }
  });
  return {
    changed: results.some((result) => result.changed),
    counts: results.reduce((sum, result) => addCounts(sum, result.counts), noCounts),
  };
}

async function crawl(input: CrawlMailboxInput): Promise<Closed> {
  const work = crawlActivities(input.priority);
  setCurrentDetails(details('preparing', noCounts));
  const prepared = await work.prepareMailbox(input);
  if (prepared.outcome !== 'ready') return { outcome: prepared.outcome, counts: prepared.counts };
  setCurrentDetails(details('reading', prepared.counts));
  const walked = await walkInLanes(input, prepared.lanes);
  let counts = addCounts(prepared.counts, walked.counts);
  if (prepared.first || walked.changed) {
    setCurrentDetails(details('catching up', counts));
    const caught = await work.catchUp({ ...input, maxPasses });
    counts = addCounts(counts, caught.counts);
  }
  setCurrentDetails(details('closing', counts));
  return work.closeMailbox({ ...input, counts });
}

function outcomeOf(error: unknown): { outcome: MailboxOutcome; reason: string | null } {
  if (isCancellation(error)) return { outcome: 'interrupted', reason: null };
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const type = cause instanceof ApplicationFailure ? (cause.type ?? null) : null;
  if (type === failureTypes.credentialRefused) return { outcome: 'credentialRefused', reason: type };
  return { outcome: 'blocked', reason: type ?? 'TrawlInternalError' };
}

/** Tells the source how it ended. A source that is gone needs no news: what counts is in MongoDB. */
async function report(input: CrawlMailboxInput, closed: Closed): Promise<void> {
  const news: MailboxReport = { v: 1, crawlId: input.crawlId, cycle: input.cycle, mailboxId: input.mailboxId, ...closed };
  try {
    await getExternalWorkflowHandle(sourceWorkflowId(input.sourceId)).signal(sourceSignals.mailboxClosed, news);
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
  }
}

/**
 * Crawls one mailbox in one cycle: prepare (probe, folder tree, calendars), walk its streams in lanes, catch up, close.
 * It never waits for a person: whatever happens, it closes with an outcome and reports to its source.
 */
export async function crawlMailbox(raw: CrawlMailboxInput): Promise<Closed> {
  const input = readCrawlMailboxInput(raw);
  let closed: Closed;
  let cancellation: unknown;
  try {
    closed = await crawl(input);
  } catch (error) {
    const { outcome, reason } = outcomeOf(error);
    if (outcome === 'interrupted') cancellation = error;
    closed = { outcome, counts: noCounts };
    await CancellationScope.nonCancellable(() => abandonActivity().abandonMailbox({ ...input, outcome, reason }));
  }
  await CancellationScope.nonCancellable(() => report(input, closed));
  if (cancellation !== undefined) throw cancellation;
  setCurrentDetails(details(closed.outcome, closed.counts));
  return closed;
}
