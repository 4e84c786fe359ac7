import type { MailboxActivities } from '../contract/workflow/activities.ts';
import type { MailboxOutcome, MailboxState } from '../contract/workflow/states.ts';
import { addCounts, noCounts } from '../contract/workflow/counts.ts';
import { confirmRemovals } from './confirm-removals.ts';
import { compareCounts } from './compare-counts.ts';
import type { ActivityDeps } from './deps.ts';
import { countsOf, withMailbox, type MailboxWork } from './mailbox-work.ts';
import { readDueAttachments } from './read-attachments.ts';
import { readDueMimes } from './read-mimes.ts';
import { readStreams } from './settled-at.ts';
import { cycleKeyOf } from './source-context.ts';

/** Attachments that were put back are tried until they are read or given up, so that none is left without a word. */
async function readLeftAttachments(work: MailboxWork): Promise<void> {
  while (await work.store.attachments.anyDue(work.at)) {
    const pass = await work.store.mailboxes.nextPass(work.at);
    await readDueAttachments(work, { pass, lane: 0, limit: Number.POSITIVE_INFINITY });
  }
}

/** MIME forms too; then what was begun of them and not kept is nobody's. */
async function readLeftMimes(work: MailboxWork): Promise<void> {
  if (!work.policy.originalMime) return;
  while (await work.store.mimes.anyDue(work.at)) {
    const pass = await work.store.mailboxes.nextPass(work.at);
    await readDueMimes(work, { pass, lane: 0, limit: Number.POSITIVE_INFINITY });
  }
  await work.store.mimes.sweep(work.at);
}

/** Closes a mailbox's cycle: decides removals, compares counts, and says how it ended. */
export function createCloseMailbox(deps: ActivityDeps): MailboxActivities['closeMailbox'] {
  return (ref) =>
    withMailbox(deps, ref, async (work) => {
      await readLeftAttachments(work);
      await readLeftMimes(work);
      await confirmRemovals(work);
      await compareCounts(work);
      const failed = readStreams(await work.store.streams.list(work.at)).find((stream) => stream.failure !== null);
      const skips = await work.store.skips.countOpen(work.at);
      const state: MailboxState = failed !== undefined ? 'blocked' : skips > 0 ? 'doneWithSkips' : 'done';
      const counts = addCounts(ref.counts, countsOf(work));
      await work.store.mailboxes.close({ ...work.at, state, reason: failed?.failure ?? null, cycleKey: cycleKeyOf(ref), counts });
      return { outcome: state as MailboxOutcome, counts };
    });
}

/** Ends a mailbox that was stopped or failed: leases are raised, so that no lane of it can write any more. */
export function createAbandonMailbox(deps: ActivityDeps): MailboxActivities['abandonMailbox'] {
  return async (ref) => {
    const at = { sourceId: ref.sourceId, mailboxId: ref.mailboxId };
    await deps.store.streams.raiseLeases(at);
    const final = ref.outcome === 'blocked' || ref.outcome === 'ineligible';
    const state: MailboxState = final ? (ref.outcome as MailboxState) : 'interrupted';
    await deps.store.mailboxes.close({ ...at, state, reason: ref.reason, cycleKey: final ? cycleKeyOf(ref) : null, counts: noCounts });
  };
}
