import { condition, patched, sleep, workflowInfo } from '@temporalio/workflow';
import { controlActivities } from './proxies.ts';
import { cancelMailbox, startMailbox } from './mailbox-children.ts';
import { recordState, showDetails } from './source-record.ts';
import { addTrouble, mustHalt, wantsRetry, type SourceRun } from './source-run.ts';
import { closePlace, freePlaces, freePlacesBesideLong, openPlace, silentPlaces, untilNextLongMs } from './window.ts';

/** How many mailboxes are fetched at once. */
const batchSize = 50;

export type WindowEnd = 'done' | 'halted' | 'continueAsNew';

const cycleOf = (run: SourceRun) => ({ v: 1 as const, sourceId: run.sourceId, crawlId: run.crawlId, cycle: run.cycle });

/** Since patch `long-mailboxes`, mailboxes that have been at work for long do not count. */
function placesLeft(run: SourceRun): number {
  return run.besideLong ? freePlacesBesideLong(run.window, Date.now()) : freePlaces(run.window);
}

/** Fetches the next mailboxes; false when a look from the first key on finds none left. */
async function fetchMore(run: SourceRun): Promise<boolean> {
  const fromStart = run.after === null;
  const retry = [...run.retries];
  const { again } = run;
  // Who asks once more while this is fetched is heard once more.
  run.again = [];
  if (again.includes('blocked')) run.troubles = {};
  const next = await controlActivities().nextMailboxes({
    ...cycleOf(run),
    after: run.after,
    limit: batchSize,
    inFlight: [...run.window.inFlight.keys()],
    retry,
    ...(again.length > 0 && { again }),
  });
  run.retries = run.retries.filter((id) => !retry.includes(id));
  run.priority = next.priority;
  run.queued = next.mailboxIds;
  run.reload = false;
  if (next.mailboxIds.length > 0) return true;
  run.after = null;
  return !fromStart;
}

async function startQueued(run: SourceRun): Promise<void> {
  while (run.queued.length > 0 && placesLeft(run) > 0 && !mustHalt(run) && !run.reload) {
    const mailboxId = run.queued.shift() as string;
    openPlace(run.window, mailboxId, Date.now());
    if (await startMailbox(run, mailboxId)) run.after = mailboxId;
    else {
      closePlace(run.window, mailboxId);
      // The workflow left by an earlier crawl needs a moment to end; the look from the first key on finds the mailbox again.
      await sleep('1s', { summary: 'Let a workflow of an earlier crawl end' });
    }
    showDetails(run);
  }
  if (run.reload) run.queued = [];
}

async function inspectSilent(run: SourceRun): Promise<void> {
  for (const mailboxId of silentPlaces(run.window, Date.now())) {
    const { state } = await controlActivities().inspectMailbox({ ...cycleOf(run), mailboxId });
    if (state === 'closed') {
      if (closePlace(run.window, mailboxId)) addTrouble(run, 'TrawlLostWorkflow');
    } else if (run.window.inFlight.has(mailboxId)) run.window.inFlight.set(mailboxId, Date.now());
  }
}

/** Waits for news; when there is none for long, silent places are looked at. */
async function awaitNews(run: SourceRun, news: () => boolean): Promise<void> {
  showDetails(run);
  const untilLongMs = run.besideLong ? untilNextLongMs(run.window, Date.now()) : null;
  const waitMs = Math.min(run.window.silentAfterMs, untilLongMs ?? run.window.silentAfterMs);
  if (!(await condition(news, waitMs, { summary: 'Wait for mailboxes to tell how they ended' }))) await inspectSilent(run);
}

/** Ends what is in flight, and waits until every mailbox has said so or was found closed. */
export async function endInFlight(run: SourceRun): Promise<void> {
  const told = new Set<string>();
  while (run.window.inFlight.size > 0) {
    for (const mailboxId of run.window.inFlight.keys()) {
      if (told.has(mailboxId)) continue;
      told.add(mailboxId);
      await cancelMailbox(run, mailboxId);
    }
    await awaitNews(run, () => run.window.inFlight.size === 0);
  }
}

/** Keeps the window of mailboxes full until none is left, something halts it, or the run has grown long. */
export async function runWindow(run: SourceRun): Promise<WindowEnd> {
  let left = true;
  run.besideLong = patched('long-mailboxes');
  for (;;) {
    await recordState(run);
    if (mustHalt(run)) return 'halted';
    if (workflowInfo().historyLength > run.eventsPerRun || workflowInfo().continueAsNewSuggested) return 'continueAsNew';
    if (wantsRetry(run)) {
      left = true;
      run.after = null;
      run.queued = [];
    }
    if (run.queued.length === 0 && left && placesLeft(run) > 0) left = await fetchMore(run);
    await startQueued(run);
    if (silentPlaces(run.window, Date.now()).length > 0) await inspectSilent(run);
    if (mustHalt(run)) continue;
    if (!left && run.window.inFlight.size === 0) return 'done';
    const inFlight = run.window.inFlight.size;
    // A change of the source is taken up with the next free place: to be woken by it where none is would be to wake for ever.
    if (run.queued.length > 0 || left) await awaitNews(run, () => mustHalt(run) || wantsRetry(run) || placesLeft(run) > 0);
    else await awaitNews(run, () => mustHalt(run) || wantsRetry(run) || run.window.inFlight.size < inFlight);
    // A mailbox that closed without being done (an earlier crawl's workflow in its way) is found by one more look.
    if (!left && run.window.inFlight.size === 0 && !mustHalt(run)) left = await fetchMore(run);
  }
}
