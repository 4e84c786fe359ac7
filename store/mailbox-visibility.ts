import type { Db } from 'mongodb';
import { collectionsOf } from './collections.ts';
import type { MailboxAt } from './types.ts';

type HidingReason = 'outOfScope' | 'mailboxGone';

/** Hides everything of a mailbox that is no longer in its source's scope, or gone; nothing is erased. Harmless when repeated. */
export async function hideMailbox(db: Db, at: MailboxAt, now: Date, reason: HidingReason = 'outOfScope'): Promise<void> {
  const { streams, documents } = collectionsOf(db);
  await streams.updateMany({ ...at }, { $set: { claim: null }, $inc: { lease: 1 } });
  const hidden = { $set: { removal: { reason, at: now }, indexDueAt: now } };
  await documents.updateMany({ ...at, removal: null }, hidden);
}

/** Shows again what was hidden when the mailbox left the scope; its streams go on from where they were. */
export async function showMailbox(db: Db, at: MailboxAt, now: Date, reason: HidingReason = 'outOfScope'): Promise<void> {
  const shown = { $set: { removal: null, indexDueAt: now } };
  // What a folder's leaving has hidden comes back with the folder.
  const hidden = { ...at, 'removal.reason': reason, 'removal.folderId': { $exists: false } };
  await collectionsOf(db).documents.updateMany(hidden, shown);
}
