import type { Mailbox } from '../contract/mailbox.ts';
import { GraphError } from '../graph/graph-error.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { retrying } from './retrying.ts';

/**
 * Looks whether the mailbox has an in-place archive, where the policy wants archives: it becomes a mailbox of its own, which
 * the cycle's window takes up, or is retired when it is gone. Returns a note when Graph does not say.
 */
export async function syncArchive(mailbox: MailboxWork, { record, cycleKey }: { record: Mailbox; cycleKey: string }): Promise<string[]> {
  const { graph, store, at, policy, signal } = mailbox;
  if (!policy.archive || record.archiveOf !== null) return [];
  try {
    const archiveId = await retrying(() => graph.getArchiveId({ userId: at.mailboxId }, callOptions(mailbox)), signal);
    const { address, aliases, displayName } = record;
    await store.mailboxes.setArchive({ owner: { ...at, address, aliases, displayName }, archiveId, cycleKey });
    return [];
  } catch (error) {
    // Beta is not everywhere; what is known of an archive stays.
    if (!(error instanceof GraphError) || error.class === 'unauthorised' || error.class === 'throttled') throw error;
    return ['TrawlArchiveUnknown'];
  }
}
