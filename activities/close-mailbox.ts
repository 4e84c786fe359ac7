import { cycleKeyOf } from '../contract/ids.ts';
import { findErrorRow } from '../contract/errors.ts';
import type { MailboxActivities } from '../contract/workflow/activities.ts';
import type { MailboxOutcome, MailboxState } from '../contract/workflow/states.ts';
import { addCounts, noCounts } from '../contract/workflow/counts.ts';
import { completenessOf } from './completeness.ts';
import type { ActivityDeps } from './deps.ts';
import { countsOf, withMailbox } from './mailbox-work.ts';
import { retrySkips } from './retry-skips.ts';
import { readLeftAttachments, readLeftMimes, settleMailbox } from './settle-mailbox.ts';
import { readStreams } from './settled-at.ts';

/** Closes a mailbox's cycle: tries again what was given up, decides removals, compares counts, and says how it ended. */
export function createCloseMailbox(deps: ActivityDeps): MailboxActivities['closeMailbox'] {
  return (ref) =>
    withMailbox(deps, ref, async (work) => {
      await retrySkips(work);
      await readLeftAttachments(work);
      await readLeftMimes(work);
      await settleMailbox(work);
      const streams = readStreams(await work.store.streams.list(work.at));
      const failed = streams.find((stream) => stream.failure !== null);
      const skips = await work.store.skips.countOpen(work.at);
      const state: MailboxState = failed !== undefined ? 'blocked' : skips > 0 ? 'doneWithSkips' : 'done';
      const counts = addCounts(ref.counts, countsOf(work));
      const whole = completenessOf({ streams, skips });
      await work.store.mailboxes.close({ ...work.at, state, reason: failed?.failure ?? null, cycleKey: cycleKeyOf(ref), counts, ...whole });
      const { failure = null } = failed ?? {};
      return {
        outcome: state as MailboxOutcome,
        counts,
        ...(failure !== null && { reason: failure, remedy: findErrorRow(failure).remedy }),
      };
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
