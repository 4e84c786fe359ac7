import type { Stream } from '../contract/stream.ts';
import { GraphError } from '../graph/graph-error.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { retrying } from './retrying.ts';

/** Asks Graph for the folder behind a stream of messages; one that is confirmed gone ends its stream, and true is returned. */
export async function endFolderIfGone(mailbox: MailboxWork, stream: Stream): Promise<boolean> {
  const { graph, store, at, signal } = mailbox;
  try {
    await retrying(() => graph.getFolder({ userId: at.mailboxId, folderId: stream.graphId }, callOptions(mailbox)), signal);
    return false;
  } catch (error) {
    if (!(error instanceof GraphError) || error.class !== 'notFound') throw error;
    await store.streams.end({ stream, asOf: mailbox.gate.sentAt() });
    return true;
  }
}
