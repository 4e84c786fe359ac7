import type { Stream } from '../contract/stream.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { CrawlSettings } from './deps.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { toDate } from './map-body.ts';
import { graphTime } from './received-from.ts';
import { endsLane, retrying } from './retrying.ts';
import { readStreams } from './settled-at.ts';

/** One for each lane, or as many more for all of them, so that they end together. */
const spansTogether = 4;
const mostSpans = 64;

/** True for a folder that is too large to be read by one lane while others have nothing to do. */
export function isGiant({ giantFolderItems }: Pick<CrawlSettings, 'giantFolderItems'>, stream: Stream): boolean {
  return stream.kind === 'messages' && (stream.folder?.items ?? 0) > giantFolderItems;
}

/** True from its division on, until it is read anew as a whole. */
export const wasDivided = ({ spansLeft }: Stream): boolean => typeof spansLeft === 'number';

/** Nothing of its present generation was read, and it was not divided, nor found to hold what Exchange cannot render. */
const isUntouched = (stream: Stream) =>
  stream.cursor.at === 'start' && (stream.list ?? null) === null && !wasDivided(stream) && stream.keysOnly !== true;

/**
 * Times of receipt that part the folder into spans of about the same number of messages. Roughly is enough: whatever they
 * are, each message is in one span, and delta tells what was in none.
 */
async function findBounds(mailbox: MailboxWork, stream: Stream): Promise<Date[]> {
  const { graph, at, policy, settings, signal } = mailbox;
  const items = stream.folder?.items ?? 0;
  const count = Math.min(mostSpans, spansTogether * Math.ceil(items / settings.giantFolderItems));
  const bounds: Date[] = [];
  for (let part = 1; part < count; part += 1) {
    const skip = Math.round((part * items) / count);
    const range = { from: graphTime(policy.receivedSince), before: null, skip };
    const ask = { userId: at.mailboxId, folderId: stream.graphId, ...range, whole: false, pageSize: 1 };
    const { items: found } = await retrying(() => graph.listMessages(ask, callOptions(mailbox)), signal);
    // A folder counts more than messages, and those that the policy leaves out.
    if (found.length === 0) break;
    const bound = toDate(found[0]?.receivedDateTime ?? null);
    if (bound !== null && bound > (bounds.at(-1) ?? policy.receivedSince ?? new Date(0))) bounds.push(bound);
  }
  return bounds;
}

/** One that cannot be listed is left to be read as it is. */
async function divideFolder(mailbox: MailboxWork, stream: Stream): Promise<void> {
  try {
    const bounds = await findBounds(mailbox, stream);
    if (bounds.length > 0) await mailbox.store.spans.divide({ stream, from: mailbox.policy.receivedSince, bounds });
  } catch (error) {
    if (!(error instanceof GraphError) || endsLane(error)) throw error;
  }
}

/**
 * Divides giant folders of which nothing was read into spans of time of receipt, which lanes take like streams (decision
 * 0010). It is done before lanes start: one that finds nothing to read ends.
 */
export async function divideFolders(mailbox: MailboxWork, streams: readonly Stream[]): Promise<void> {
  for (const stream of readStreams(streams)) {
    if (isGiant(mailbox.settings, stream) && isUntouched(stream)) await divideFolder(mailbox, stream);
  }
}
