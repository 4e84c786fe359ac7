import type { Db, Filter } from 'mongodb';
import type { StoredDocument } from '../contract/document.ts';
import { mailboxKey } from '../contract/ids.ts';
import { below } from './attachment-followers.ts';
import { collectionsOf } from './collections.ts';
import { inTransaction } from './transaction.ts';
import type { MailboxStore } from './types.ts';

const batchSize = 500;

/**
 * Lets a mailbox's messages follow the policy's time of receipt: what is older is hidden as out of scope, and what it hid
 * comes back when it is no longer older. The mailbox's record says last which time is followed, so that a crash repeats it.
 */
export async function followReceivedFrom(db: Db, change: Parameters<MailboxStore['followReceivedFrom']>[0]): Promise<void> {
  const { sourceId, mailboxId, receivedFrom, at } = change;
  const { mailboxes } = collectionsOf(db);
  const _id = mailboxKey(sourceId, mailboxId);
  const mailbox = await mailboxes.findOne({ _id }, { projection: { receivedFrom: 1 } });
  const followed = mailbox?.receivedFrom ?? null;
  if (mailbox === null || followed?.getTime() === receivedFrom?.getTime()) return;
  const messages = { sourceId, mailboxId, kind: 'message' as const };
  // Only what streams still show comes back: what has gone meanwhile stays hidden.
  const hidden: Filter<StoredDocument> = {
    ...messages,
    'removal.reason': 'outOfScope',
    unseenSince: null,
    contentHash: { $ne: null },
    ...(receivedFrom === null ? {} : { receivedAt: { $not: { $lt: receivedFrom } } }),
  };
  await inBatches(db, { filter: hidden, removal: null, at });
  if (receivedFrom !== null) {
    const tooOld: Filter<StoredDocument> = { ...messages, removal: null, receivedAt: { $lt: receivedFrom } };
    await inBatches(db, { filter: tooOld, removal: { reason: 'outOfScope', at }, at });
  }
  await mailboxes.updateOne({ _id }, { $set: { receivedFrom } });
}

interface Change {
  filter: Filter<StoredDocument>;
  removal: StoredDocument['removal'];
  at: Date;
}

/** Hides or shows messages with their attachments, a batch and its attachments in one transaction. */
async function inBatches(db: Db, { filter, removal, at }: Change): Promise<void> {
  const { documents } = collectionsOf(db);
  const set = { $set: { removal, indexDueAt: at } };
  const ofAttachments: Filter<StoredDocument> = removal === null ? { 'removal.reason': 'outOfScope' } : { removal: null };
  for (;;) {
    const found = await inTransaction(db, async (session) => {
      const ids = await documents
        .find(filter, { session, projection: { _id: 1 } })
        .limit(batchSize)
        .map((document) => document._id)
        .toArray();
      if (ids.length === 0) return 0;
      await documents.updateMany({ _id: { $in: ids } }, set, { session });
      await documents.updateMany({ ...below(ids), ...ofAttachments }, set, { session });
      return ids.length;
    });
    if (found < batchSize) return;
  }
}
