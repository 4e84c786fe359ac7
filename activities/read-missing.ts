import type { GraphMessage } from '../graph/types.ts';
import { GraphError } from '../graph/graph-error.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { toDate } from './map-body.ts';
import { mapMessage } from './map-message.ts';
import { readSingly, type Writes } from './read-message.ts';
import { graphTime, wholeSecond } from './received-from.ts';
import { endsLane, retrying } from './retrying.ts';

/** A list of the time in which messages are missing pays when it names so many of them; below, each is asked for by itself. */
const leastTogether = 10;

const receivedMs = (message: GraphMessage) => toDate(message.receivedDateTime ?? null)?.getTime() ?? null;

/** Whole messages of the folder from the second of this one on; none where they cannot be listed. */
async function listFrom(mailbox: MailboxWork, { folderId, first }: { folderId: string; first: GraphMessage }): Promise<GraphMessage[]> {
  const { graph, at, settings, signal } = mailbox;
  const bounds = { from: graphTime(wholeSecond(new Date(receivedMs(first) ?? 0))), before: null, skip: 0 };
  const ask = { userId: at.mailboxId, folderId, ...bounds, whole: true, pageSize: settings.messagePageSize };
  try {
    return (await retrying(() => graph.listMessages(ask, callOptions(mailbox)), signal)).items;
  } catch (error) {
    if (!(error instanceof GraphError) || endsLane(error)) throw error;
    return [];
  }
}

/** Takes those that a list names, page by page while it names many; the rest is returned. */
async function takeListed(
  mailbox: MailboxWork,
  { folderId, missing, writes }: { folderId: string; missing: GraphMessage[]; writes: Writes },
): Promise<GraphMessage[]> {
  const { settings } = mailbox;
  const byTime = missing.filter((message) => receivedMs(message) !== null);
  byTime.sort((one, other) => receivedMs(one)! - receivedMs(other)!);
  const left = new Map(missing.map((message) => [message.id, message]));
  for (let first = 0; byTime.length - first >= leastTogether;) {
    const listed = await listFrom(mailbox, { folderId, first: byTime[first]! });
    const wanted = listed.filter(({ id }) => left.has(id));
    for (const message of wanted) {
      const write = mapMessage(message, { mime: mailbox.policy.originalMime });
      if (!write.whole) continue;
      writes.documents.push(write);
      left.delete(message.id);
    }
    if (wanted.length < Math.min(leastTogether, settings.messagePageSize / 2)) break;
    first = byTime.findIndex(({ id }, index) => index > first && left.has(id));
    if (first < 0) break;
  }
  return [...left.values()];
}

/**
 * Reads messages of a folder of which ids and change keys are told: many of one time by a list of that time, all others
 * singly. What has gone since adds nothing: the stream tells so itself.
 */
export async function readMissing(
  mailbox: MailboxWork,
  { folderId, missing, writes }: { folderId: string; missing: GraphMessage[]; writes: Writes },
): Promise<void> {
  const rest = missing.length < leastTogether ? missing : await takeListed(mailbox, { folderId, missing, writes });
  for (const listed of rest) await readSingly(mailbox, { messageId: listed.id, listed, writes });
}
