import { GraphError } from '../graph/graph-error.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { endsLane, retrying } from './retrying.ts';

/**
 * Whether a fault in reading one item ends all work on the mailbox. A connection that breaks is the item's own fault where
 * something small can be read right after it: then the item is given up some day, and holds up nothing. Where nothing can
 * be read, no item is to blame.
 */
export async function concernsAll(mailbox: MailboxWork, error: unknown): Promise<boolean> {
  if (!endsLane(error)) return false;
  if (!(error instanceof GraphError) || error.code !== 'TrawlUnreachable') return true;
  const { graph, at, signal } = mailbox;
  return retrying(() => graph.getRootFolderId({ userId: at.mailboxId }, callOptions(mailbox)), signal).then(
    () => false,
    () => true,
  );
}
