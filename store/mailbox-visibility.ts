import type { Db } from 'mongodb';
import { collectionsOf } from './collections.ts';
import type { MailboxAt } from './types.ts';

/** A mark for the index that differs from the one a document has, as `laterMark` of document-merge.ts does. */
export const markForIndex = (now: Date) => ({ $max: [now, { $add: ['$indexDueAt', 1] }] });

/** Hides everything of a mailbox that is no longer in its source's scope; nothing is erased. Harmless when repeated. */
export async function hideMailbox(db: Db, at: MailboxAt, now: Date): Promise<void> {
  const { streams, documents } = collectionsOf(db);
  await streams.updateMany({ ...at }, { $set: { claim: null }, $inc: { lease: 1 } });
  const hidden = { $set: { removal: { reason: 'outOfScope', at: now }, indexDueAt: markForIndex(now) } };
  await documents.updateMany({ ...at, removal: null }, [hidden]);
}

/** Shows again what was hidden when the mailbox left the scope; its streams go on from where they were. */
export async function showMailbox(db: Db, at: MailboxAt, now: Date): Promise<void> {
  const shown = { $set: { removal: null, indexDueAt: markForIndex(now) } };
  await collectionsOf(db).documents.updateMany({ ...at, 'removal.reason': 'outOfScope' }, [shown]);
}
