import { Context } from '@temporalio/activity';
import { cycleKeyOf } from '../contract/ids.ts';
import type { MailboxActivities, MailboxRef, PreparedMailbox } from '../contract/workflow/activities.ts';
import type { Mailbox } from '../contract/mailbox.ts';
import type { Stream } from '../contract/stream.ts';
import { noCounts } from '../contract/workflow/counts.ts';
import { findErrorRow } from '../contract/errors.ts';
import { GraphError } from '../graph/graph-error.ts';
import { beating } from './beat.ts';
import { classifyReadable, explainAbsence } from './classify-mailbox.ts';
import type { ActivityDeps } from './deps.ts';
import { directoryBudget } from './directory-budget.ts';
import { divideFolders } from './divide-folders.ts';
import { callOptions, countsOf, withMailbox, type MailboxWork } from './mailbox-work.ts';
import { endsLane, retrying } from './retrying.ts';
import { loadSource } from './source-context.ts';
import { syncArchive } from './sync-archive.ts';
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

interface Closing {
  state: 'blocked' | 'ineligible';
  code: string;
}

/** A mailbox that cannot be read closes at once, with the reason; only the credential's own faults go further up. */
function closingState(error: unknown, attempt: number): Closing | null {
  if (!(error instanceof GraphError)) return null;
  // A fault that lasts is this mailbox's own, unless Graph cannot be reached at all: it must not hold a place for ever.
  const passing = error.class === 'transient' || error.class === 'malformedItem';
  if (passing && attempt >= attemptsToPrepare && !endsLane(error)) return { state: 'blocked', code: error.code };
  if (error.class === 'ineligible' || error.class === 'notFound') return { state: 'ineligible', code: error.code };
  if (error.class === 'forbidden' || error.class === 'badRequest' || error.class === 'overQuota')
    return { state: 'blocked', code: error.code };
  return null;
}

interface Opened {
  ref: MailboxRef;
  mailbox: Mailbox;
}

async function prepare(work: MailboxWork, deps: ActivityDeps, { ref, mailbox }: Opened): Promise<PreparedMailbox> {
  const rootId = await retrying(() => work.graph.getRootFolderId({ userId: work.at.mailboxId }, callOptions(work)), work.signal);
  await work.store.mailboxes.followReceivedFrom({ ...work.at, receivedFrom: work.policy.receivedSince, at: work.gate.now() });
  const notes = await syncFolders(work, { rootId, pass: mailbox.pass });
  // The directory does not know archives, and no calendar is in one.
  if (mailbox.archiveOf === null) await syncCalendars(work, addressesOf(mailbox));
  notes.push(...(await syncArchive(work, { record: mailbox, cycleKey: cycleKeyOf(ref) })));
  const asking = await askingOf(deps, { ref, mailbox }, work.signal);
  const kind = await classifyReadable(asking, callOptions(work));
  if ((kind.class ?? mailbox.class) === 'unknown') notes.push('TrawlClassUnknown');
  await work.store.mailboxes.setKind({ ...work.at, kind: { ...kind, notes, unreadableSince: null } });
  const keep = work.policy.originalMime;
  await work.store.mimes.follow({ ...work.at, keep });
  const readsWords = work.extract !== null;
  if (readsWords === (mailbox.wordsLeftOut ?? false)) await work.store.attachments.followReading({ ...work.at, readsWords });
  const streams = await work.store.streams.list(work.at);
  await divideFolders(work, streams);
  const first = streams.some((stream) => stream.crawled && stream.endedAt === null && stream.restGeneration < stream.generation);
  return {
    outcome: 'ready',
    reason: null,
    lanes: keep && (await work.store.mimes.anyDue(work.at)) ? mostLanes : lanesFor(streams),
    first,
    counts: countsOf(work),
  };
}

/** The Graph as it is: a refusal of the mailbox's settings says nothing of the mailbox or of consent. */
async function askingOf(deps: ActivityDeps, { ref, mailbox }: Opened, signal: AbortSignal) {
  const { graph, credential } = await loadSource(deps, ref.sourceId);
  return { graph, directory: { budget: directoryBudget(credential, { call: 'getUserHints', signal }), signal }, record: mailbox };
}

/** Closes a mailbox that cannot be read. Nothing of it is hidden or erased: what is stored stays until it can be read again. */
async function close(deps: ActivityDeps, { ref, mailbox }: Opened, closing: Closing): Promise<PreparedMailbox> {
  const at = { sourceId: ref.sourceId, mailboxId: ref.mailboxId };
  const explained =
    closing.state === 'ineligible'
      ? await beating(async (signal) => explainAbsence(await askingOf(deps, { ref, mailbox }, signal), closing.code))
      : null;
  const state = explained?.absence.failed === true ? 'blocked' : closing.state;
  const reason = explained?.absence.code ?? closing.code;
  const wasRead = mailbox.nextStreamNumber > 1;
  const unreadableSince = mailbox.unreadableSince ?? (wasRead ? new Date() : null);
  await deps.store.mailboxes.setKind({ ...at, kind: { ...explained?.kind, notes: [], unreadableSince } });
  await deps.store.mailboxes.close({ ...at, state, reason, cycleKey: cycleKeyOf(ref), counts: noCounts });
  return { outcome: state, reason, remedy: findErrorRow(reason).remedy, lanes: 0, first: false, counts: noCounts };
}

/**
 * Opens a mailbox for a cycle: probes it (the root folder), syncs its folder tree, its calendars and its archive, and finds
 * out what kind of mailbox it is.
 */
export function createPrepareMailbox(deps: ActivityDeps): MailboxActivities['prepareMailbox'] {
  return async (ref) => {
    const mailbox = await deps.store.mailboxes.open({ sourceId: ref.sourceId, mailboxId: ref.mailboxId });
    // An archive may go while it waits for its turn.
    if (mailbox.state === 'retired') return { outcome: 'ineligible', reason: mailbox.reason, lanes: 0, first: false, counts: noCounts };
    try {
      return await withMailbox(deps, ref, (work) => prepare(work, deps, { ref, mailbox }));
    } catch (error) {
      const closing = closingState(error, Context.current().info.attempt);
      if (closing === null) throw error;
      return close(deps, { ref, mailbox }, closing);
    }
  };
}
