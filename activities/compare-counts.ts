import type { Stream } from '../contract/stream.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { GraphError } from '../graph/graph-error.ts';
import { readStreams } from './settled-at.ts';
import { retrying } from './retrying.ts';

const weekMs = 7 * 24 * 3_600_000;

/** Due in the first cycle, when the stream brought something since the last comparison, and at least weekly. */
function isDue(stream: Stream, nowMs: number): boolean {
  if (stream.kind !== 'messages' || stream.failure !== null || stream.cursor.at !== 'rest') return false;
  const { comparedAt } = stream.counts;
  if (comparedAt === null || nowMs - comparedAt.getTime() > weekMs) return true;
  return stream.changedAt !== null && stream.changedAt > comparedAt;
}

/**
 * Asks Graph how many messages each changed folder holds, and keeps the number beside ours. Graph's number is a reason
 * to look, not a proof: mail goes on arriving between the reading and the count.
 */
export async function compareCounts(mailbox: MailboxWork): Promise<void> {
  const { graph, store, at, signal } = mailbox;
  const nowMs = mailbox.gate.now().getTime();
  for (const stream of readStreams(await store.streams.list(at))) {
    if (!isDue(stream, nowMs)) continue;
    signal.throwIfAborted();
    try {
      const count = await retrying(
        () => graph.countMessages({ userId: at.mailboxId, folderId: stream.graphId }, callOptions(mailbox)),
        signal,
      );
      await store.streams.setGraphCount({ streamId: stream._id, count, at: mailbox.gate.sentAt() });
    } catch (error) {
      // The folder's reading is whole; a count that cannot be had says nothing against it.
      if (!(error instanceof GraphError) || error.class === 'unauthorised' || error.class === 'throttled') throw error;
    }
  }
}
