import { ActivityFailure, ApplicationFailure, defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import {
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  patched,
  setCurrentDetails,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { ClosedMailbox, WalkedStreams } from '../contract/workflow/activities.ts';
import { addCounts, noCounts } from '../contract/workflow/counts.ts';
import { failureTypes } from '../contract/workflow/failures.ts';
import { readCrawlMailboxInput, type CrawlMailboxInput, type MailboxReport } from '../contract/workflow/inputs.ts';
import { searchAttributes, sourceSignals, sourceWorkflowId } from '../contract/workflow/names.ts';
import { closedDetails, stepDetails } from './mailbox-details.ts';
import { abandonActivity, crawlActivities } from './proxies.ts';

const stateAttribute = defineSearchAttributeKey(searchAttributes.state, SearchAttributeType.KEYWORD);

/** Passes of catch-up per cycle: an item that moves on and on is left to the next cycle. */
const maxPasses = 3;

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

async function crawl(input: CrawlMailboxInput): Promise<ClosedMailbox> {
  const work = crawlActivities(input.priority);
  setCurrentDetails(stepDetails('preparing', noCounts));
  const prepared = await work.prepareMailbox(input);
  const { outcome, reason, remedy = null } = prepared;
  if (outcome !== 'ready') return { outcome, counts: prepared.counts, reason, remedy };
  setCurrentDetails(stepDetails('reading', prepared.counts));
  const walked = await walkInLanes(input, prepared.lanes);
  let counts = addCounts(prepared.counts, walked.counts);
  if (prepared.first || walked.changed) {
    setCurrentDetails(stepDetails('catching up', counts));
    const caught = await work.catchUp({ ...input, maxPasses });
    counts = addCounts(counts, caught.counts);
  }
  setCurrentDetails(stepDetails('closing', counts));
  return work.closeMailbox({ ...input, counts });
}

/** How a mailbox ended whose work failed; the words of a failure are safe to be shown (activities/failures.ts). */
function outcomeOf(error: unknown): Pick<ClosedMailbox, 'outcome'> & { reason: string | null; remedy: string | null } {
  if (isCancellation(error)) return { outcome: 'interrupted', reason: null, remedy: null };
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const type = cause instanceof ApplicationFailure ? (cause.type ?? null) : null;
  const remedy = cause instanceof ApplicationFailure ? cause.message : null;
  if (type === failureTypes.credentialRefused) return { outcome: 'credentialRefused', reason: type, remedy };
  return { outcome: 'blocked', reason: type ?? 'TrawlInternalError', remedy };
}

/** Tells the source how it ended. A source that is gone needs no news: what counts is in MongoDB. */
async function report(input: CrawlMailboxInput, { outcome, counts, reason = null }: ClosedMailbox): Promise<void> {
  const { crawlId, cycle, mailboxId } = input;
  const news: MailboxReport = { v: 1, crawlId, cycle, mailboxId, outcome, counts, reason };
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
export async function crawlMailbox(raw: CrawlMailboxInput): Promise<ClosedMailbox> {
  const input = readCrawlMailboxInput(raw);
  let closed: ClosedMailbox;
  let cancellation: unknown;
  try {
    closed = await crawl(input);
  } catch (error) {
    const { outcome, reason, remedy } = outcomeOf(error);
    if (outcome === 'interrupted') cancellation = error;
    closed = { outcome, counts: noCounts, reason, remedy };
    await CancellationScope.nonCancellable(() => abandonActivity().abandonMailbox({ ...input, outcome, reason }));
  }
  await CancellationScope.nonCancellable(() => report(input, closed));
  if (cancellation !== undefined) throw cancellation;
  setCurrentDetails(closedDetails(input, closed));
  if (closed.outcome === 'blocked' && patched('blocked-mailboxes'))
    upsertSearchAttributes([{ key: stateAttribute, value: closed.outcome }]);
  return closed;
}
