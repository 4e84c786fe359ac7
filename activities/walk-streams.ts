import { Context } from '@temporalio/activity';
import type { MailboxActivities } from '../contract/workflow/activities.ts';
import type { ActivityDeps } from './deps.ts';
import { notFound } from './failures.ts';
import { countsOf, withMailbox } from './mailbox-work.ts';
import { walkPass } from './walk-pass.ts';

/**
 * One lane: claims the mailbox's next stream, largest first, until none is left. When every slot is taken it gives way
 * after its turn, and goes on in another attempt, which costs the history nothing.
 */
export function createWalkStreams(deps: ActivityDeps): MailboxActivities['walkStreams'] {
  return (ref) =>
    withMailbox(deps, ref, async (work) => {
      const mailbox = await deps.store.mailboxes.get(work.at);
      if (mailbox === null) throw notFound(`Mailbox ${ref.mailboxId} of source ${ref.sourceId}`);
      // A folder that was empty just now is read once, by the catch-up that every first reading is followed by.
      const how = { leavesEmpty: true, giveWay: work.giveWay };
      const { changed } = await walkPass(work, { pass: mailbox.pass, lane: ref.lane, ...how });
      // What an earlier attempt has found is written, and its word on it is lost.
      const repeated = Context.current().info.attempt > 1;
      return { changed: changed || repeated, counts: countsOf(work) };
    });
}

/**
 * Reads every stream from where it rests until a pass brings nothing: an item that moved between two streams while
 * they were read is found in one of them.
 */
export function createCatchUp(deps: ActivityDeps): MailboxActivities['catchUp'] {
  return (ref) =>
    withMailbox(deps, ref, async (work) => {
      let changed = false;
      for (let done = 0; done < ref.maxPasses; done += 1) {
        const pass = await deps.store.mailboxes.nextPass(work.at);
        ({ changed } = await walkPass(work, { pass, lane: 0 }));
        if (!changed) break;
      }
      return { changed, counts: countsOf(work) };
    });
}
