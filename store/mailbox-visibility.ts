import type { Db } from 'mongodb';
import { mailboxKey } from '../contract/ids.ts';
import { collectionsOf } from './collections.ts';
import type { MailboxAt } from './types.ts';

/** Hides everything of a mailbox that is no longer in its source's scope; nothing is erased. Harmless when repeated. */
export async function hideMailbox(db: Db, at: MailboxAt, now: Date): Promise<void> {
  const { streams, documents } = collectionsOf(db);
  await streams.updateMany({ ...at }, { $set: { claim: null }, $inc: { lease: 1 } });
  const hidden = { $set: { removal: { reason: 'outOfScope' as const, at: now }, indexDueAt: now } };
  await documents.updateMany({ ...at, removal: null }, hidden);
}

/** Shows again what was hidden when the mailbox left the scope; its streams go on from where they were. */
export async function showMailbox(db: Db, at: MailboxAt, now: Date): Promise<void> {
  const shown = { $set: { removal: null, indexDueAt: now } };
  const { documents, mailboxes } = collectionsOf(db);
  await documents.updateMany({ ...at, 'removal.reason': 'outOfScope' }, shown);
  // What the policy's time of receipt hides was shown with the rest: it is to be followed anew.
  await mailboxes.updateOne({ _id: mailboxKey(at.sourceId, at.mailboxId) }, { $unset: { receivedFrom: true } });
}
