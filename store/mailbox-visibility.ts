import type { Db } from 'mongodb';
import type { RemovalReason } from '../contract/document.ts';
import { mailboxKey } from '../contract/ids.ts';
import { collectionsOf } from './collections.ts';
import { raiseLeases } from './leases.ts';
import type { MailboxAt } from './types.ts';

/** Reasons for which everything of a mailbox is hidden at once. */
export const retiredReasons: readonly RemovalReason[] = ['outOfScope', 'mailboxGone', 'accessLost'];

/** Hides everything of a mailbox that is no longer in its source's scope; nothing is erased. Harmless when repeated. */
export async function hideMailbox(db: Db, at: MailboxAt, { reason, now }: { reason: RemovalReason; now: Date }): Promise<void> {
  const { documents } = collectionsOf(db);
  await raiseLeases(db, { sourceId: at.sourceId, mailboxId: at.mailboxId });
  const hidden = { $set: { removal: { reason, at: now }, indexDueAt: now } };
  await documents.updateMany({ ...at, removal: null }, hidden);
}

/** Shows again what was hidden when the mailbox left the scope; its streams go on from where they were. What was erased since is read anew. */
export async function showMailbox(db: Db, at: MailboxAt, now: Date): Promise<void> {
  const shown = { $set: { removal: null, indexDueAt: now } };
  // What a folder's leaving has hidden comes back with the folder.
  const hidden = {
    ...at,
    'removal.reason': { $in: [...retiredReasons] },
    'removal.folderId': { $exists: false },
    'removal.erasedAt': null,
  };
  const { documents, mailboxes } = collectionsOf(db);
  await documents.updateMany(hidden, shown);
  // What the policy's time of receipt hides was shown with the rest: it is to be followed anew.
  await mailboxes.updateOne({ _id: mailboxKey(at.sourceId, at.mailboxId) }, { $unset: { receivedFrom: true } });
}
