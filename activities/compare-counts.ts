import type { CountExplanation, Stream, StreamCounts } from '../contract/stream.ts';
import { GraphError } from '../graph/graph-error.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { graphTime } from './received-from.ts';
import { endsLane, retrying } from './retrying.ts';
import { readStreams } from './settled-at.ts';
import { walkCalendar } from './walk-calendar.ts';
import { walkFolder } from './walk-folder.ts';
import { walkList } from './walk-list.ts';
import type { Walk } from './walk-messages.ts';

const weekMs = 7 * 24 * 3_600_000;
/** Mail that goes on arriving makes counts differ: after so many, they tell nothing. */
const triesToCount = 3;

/** Due in the first cycle, when the stream brought something or began anew since the last comparison, and at least weekly. */
function isDue(stream: Stream, nowMs: number): boolean {
  if (stream.failure !== null || stream.cursor.at !== 'rest') return false;
  const { comparedAt, difference = null } = stream.counts;
  // Never compared in full, or never explained.
  if (comparedAt === null || difference !== 0 || nowMs - comparedAt.getTime() > weekMs) return true;
  return stream.changedAt !== null && stream.changedAt > comparedAt;
}

/** Graph's count of the stream, of which `excluded` are left out by policy. */
interface GraphCount {
  graph: number;
  excluded: number;
}

async function countAtGraph(mailbox: MailboxWork, stream: Stream): Promise<GraphCount> {
  const { graph, at, signal, policy } = mailbox;
  const { mailboxId: userId } = at;
  const call = callOptions(mailbox);
  if (stream.kind === 'calendar') {
    return { graph: await retrying(() => graph.countEvents({ userId, calendarId: stream.graphId }, call), signal), excluded: 0 };
  }
  const count = (receivedFrom: string | null) =>
    retrying(() => graph.countMessages({ userId, folderId: stream.graphId, receivedFrom }, call), signal);
  const all = await count(null);
  const receivedFrom = graphTime(policy.receivedSince);
  return { graph: all, excluded: receivedFrom === null ? 0 : all - (await count(receivedFrom)) };
}

/**
 * True for a folder that Graph has called empty in this very cycle, and that has brought nothing since its last comparison.
 * `totalItemCount` counts items of every kind (learn.microsoft.com/graph/api/resources/mailfolder): none at all means no
 * message, so that its count need not be asked for. Other values prove nothing.
 */
function isToldEmpty({ cycleKey }: MailboxWork, { kind, folder, changedAt, counts }: Stream): boolean {
  if (kind !== 'messages' || folder === null || folder.items !== 0 || folder.itemsToldIn !== cycleKey) return false;
  return changedAt === null || (counts.comparedAt !== null && changedAt <= counts.comparedAt);
}

type Own = (stream: Stream) => Promise<{ own: number; skips: number }>;

/** Counts what streams show; one look over the mailbox does for all streams until something is written. */
function createOwnCounts(mailbox: MailboxWork): { of: Own; forget(): void } {
  let shown: Promise<Map<number, number>> | null = null;
  return {
    async of(stream) {
      shown ??= mailbox.store.streams.countShown(mailbox.at);
      return { own: (await shown).get(stream.number) ?? 0, skips: await mailbox.store.skips.missingIn({ stream }) };
    },
    forget() {
      shown = null;
    },
  };
}

function countsOf(counted: GraphCount, { own, skips }: { own: number; skips: number }, explanation: CountExplanation | null): StreamCounts {
  const difference = counted.graph - counted.excluded - skips - own;
  const plain = skips > 0 ? 'skips' : counted.excluded > 0 ? 'policy' : 'equal';
  return { ...counted, own, skips, difference, explanation: explanation ?? (difference === 0 ? plain : 'unexplained'), comparedAt: null };
}

/** The stream as it is now. */
const present = async (mailbox: MailboxWork, stream: Stream): Promise<Stream> =>
  (await mailbox.store.streams.list(mailbox.at)).find((one) => one._id === stream._id) ?? stream;

/** Private events that are left out by policy cannot be counted at Graph: what is missing then is taken for them. */
function byPolicy({ policy }: MailboxWork, counts: StreamCounts): StreamCounts {
  const { difference = 0 } = counts;
  if (policy.privateEvents !== 'none' || difference === null || difference < 0) return counts;
  return { ...counts, excluded: difference, difference: 0, explanation: 'policy' };
}

interface Compared {
  counts: StreamCounts;
  /** Documents or slots were changed. */
  mended: number;
}

/** Reads a stream to its end once more. */
function drain(mailbox: MailboxWork, stream: Stream): Promise<Walk> {
  const pass = stream.readInPass;
  if (stream.kind === 'calendar') return walkCalendar(mailbox, { stream, pass });
  return walkFolder(mailbox, { stream, pass, betweenPages: async () => undefined });
}

/**
 * Counts, reads what there is to read, and counts again, until two counts are equal. Null when mail goes on arriving.
 */
async function countAtRest(mailbox: MailboxWork, { stream, first }: { stream: Stream; first: GraphCount }): Promise<GraphCount | null> {
  let before = first;
  for (let tries = 0; tries < triesToCount; tries += 1) {
    const now = await present(mailbox, stream);
    const drained = await drain(mailbox, now);
    const after = await countAtGraph(mailbox, stream);
    if (!drained.changed && after.graph === before.graph && after.excluded === before.excluded) return after;
    before = after;
  }
  return null;
}

/** Walks the folder's list; returns how many documents and slots it mended. */
async function compareIds(mailbox: MailboxWork, stream: Stream): Promise<number> {
  const run = { stream: await present(mailbox, stream), pass: stream.readInPass, from: mailbox.policy.receivedSince, before: null };
  const { mended, proven, startedAt } = await walkList(mailbox, run);
  if (!proven) return mended;
  // A document that is in another folder by now is not looked for here, though this stream may still show it.
  return mended + (await mailbox.store.streams.clearStray({ stream, startedAt, asOf: mailbox.gate.sentAt() }));
}

async function compareStream(
  mailbox: MailboxWork,
  { stream, own }: { stream: Stream; own: ReturnType<typeof createOwnCounts> },
): Promise<Compared> {
  if (isToldEmpty(mailbox, stream)) {
    const empty = countsOf({ graph: 0, excluded: 0 }, await own.of(stream), null);
    if (empty.difference === 0) return { counts: empty, mended: 0 };
  }
  const first = await countAtGraph(mailbox, stream);
  const plain = countsOf(first, await own.of(stream), null);
  if (plain.difference === 0) return { counts: plain, mended: 0 };
  const { documents } = mailbox.counts;
  const counted = await countAtRest(mailbox, { stream, first });
  own.forget();
  const drained = mailbox.counts.documents - documents;
  if (counted === null) return { counts: countsOf(first, await own.of(stream), 'arrivals'), mended: drained };
  const still = countsOf(counted, await own.of(stream), null);
  if (still.difference === 0) return { counts: still, mended: drained };
  // A calendar's ids were compared just now: a list is all that there is of it.
  if (stream.kind === 'calendar') return { counts: byPolicy(mailbox, still), mended: drained };
  const mended = await compareIds(mailbox, stream);
  own.forget();
  const counts = countsOf(await countAtGraph(mailbox, stream), await own.of(stream), null);
  if (counts.difference !== 0) return { counts: { ...counts, mended }, mended: drained + mended };
  return { counts: { ...counts, explanation: 'compared', mended }, mended: drained + mended };
}

/**
 * Compares what streams show with Graph's own counts: where they differ for good, ids are compared, what is missing is read,
 * and what is gone loses its slot. This is the net under everything that delta does not say. Returns how much it mended.
 */
export async function compareCounts(mailbox: MailboxWork): Promise<{ mended: number }> {
  const { store, at, signal } = mailbox;
  const own = createOwnCounts(mailbox);
  const nowMs = mailbox.gate.now().getTime();
  let mended = 0;
  for (const stream of readStreams(await store.streams.list(at))) {
    if (!isDue(stream, nowMs)) continue;
    signal.throwIfAborted();
    try {
      const compared = await compareStream(mailbox, { stream, own });
      mended += compared.mended;
      await store.streams.setCounts({ streamId: stream._id, counts: { ...compared.counts, comparedAt: mailbox.gate.sentAt() } });
    } catch (error) {
      // The folder's reading is whole; a count that cannot be had says nothing against it.
      if (!(error instanceof GraphError) || endsLane(error)) throw error;
    }
  }
  return { mended };
}
