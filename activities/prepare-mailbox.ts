import { Context } from '@temporalio/activity';
import type { MailboxActivities, PreparedMailbox } from '../contract/workflow/activities.ts';
import type { Mailbox } from '../contract/mailbox.ts';
import type { Stream } from '../contract/stream.ts';
import { noCounts } from '../contract/workflow/counts.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { ActivityDeps } from './deps.ts';
import { callOptions, countsOf, withMailbox, type MailboxWork } from './mailbox-work.ts';
import { endsLane, retrying } from './retrying.ts';
import { cycleKeyOf } from './source-context.ts';
import { syncCalendars } from './sync-calendars.ts';
import { syncFolders } from './sync-folders.ts';

const mostLanes = 4;
/** One lane walks this many items, or resting streams, in about the time that another lane costs to start. */
const itemsPerLane = 400;
const streamsPerLane = 12;
const attemptsToPrepare = 4;

/** How many lanes are worth their start: by what is still to be read, and by how many streams there are to ask. */
export function lanesFor(streams: readonly Stream[]): number {
  const read = streams.filter((stream) => stream.crawled && stream.endedAt === null && stream.kind !== 'folders');
  const items = read.reduce((sum, stream) => sum + (stream.cursor.at === 'rest' ? 0 : (stream.folder?.items ?? itemsPerLane)), 0);
  return Math.min(mostLanes, Math.max(1, Math.ceil(items / itemsPerLane), Math.ceil(read.length / streamsPerLane)));
}

const addressesOf = (mailbox: Mailbox) => [...(mailbox.address === null ? [] : [mailbox.address]), ...mailbox.aliases];

/** A mailbox that cannot be read closes at once, with the reason; only the credential's own faults go further up. */
function closingState(error: unknown, attempt: number): { state: 'blocked' | 'ineligible'; code: string } | null {
  if (!(error instanceof GraphError)) return null;
  // A fault that lasts is this mailbox's own, unless Graph cannot be reached at all: it must not hold a place for ever.
  if (error.class === 'transient' && attempt >= attemptsToPrepare && !endsLane(error)) return { state: 'blocked', code: error.code };
  if (error.class === 'ineligible' || error.class === 'notFound') return { state: 'ineligible', code: error.code };
  if (error.class === 'forbidden' || error.class === 'badRequest' || error.class === 'overQuota')
    return { state: 'blocked', code: error.code };
  return null;
}

async function prepare(work: MailboxWork, mailbox: Mailbox): Promise<PreparedMailbox> {
  const rootId = await retrying(() => work.graph.getRootFolderId({ userId: work.at.mailboxId }, callOptions(work)), work.signal);
  await work.store.mailboxes.followReceivedFrom({ ...work.at, receivedFrom: work.policy.receivedSince, at: work.gate.now() });
  await syncFolders(work, { rootId, pass: mailbox.pass });
  await syncCalendars(work, addressesOf(mailbox));
  const streams = await work.store.streams.list(work.at);
  const first = streams.some((stream) => stream.crawled && stream.endedAt === null && stream.restGeneration < stream.generation);
  return { outcome: 'ready', reason: null, lanes: lanesFor(streams), first, counts: countsOf(work) };
}

/** Opens a mailbox for a cycle: probes it (the root folder), syncs its folder tree and its calendars. */
export function createPrepareMailbox(deps: ActivityDeps): MailboxActivities['prepareMailbox'] {
  return async (ref) => {
    const at = { sourceId: ref.sourceId, mailboxId: ref.mailboxId };
    const mailbox = await deps.store.mailboxes.open(at);
    try {
      return await withMailbox(deps, ref, (work) => prepare(work, mailbox));
    } catch (error) {
      const closing = closingState(error, Context.current().info.attempt);
      if (closing === null) throw error;
      await deps.store.mailboxes.close({ ...at, state: closing.state, reason: closing.code, cycleKey: cycleKeyOf(ref), counts: noCounts });
      return { outcome: closing.state, reason: closing.code, lanes: 0, first: false, counts: noCounts };
    }
  };
}
