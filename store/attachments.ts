import type { Db, Filter } from 'mongodb';
import type { StoredDocument } from '../contract/document.ts';
import { findRead, followReading } from './attachments-read.ts';
import { writeAttachments } from './attachment-writer.ts';
import { claimable, nobody } from './claims.ts';
import { collectionsOf } from './collections.ts';
import { attachmentsSkipId } from './skip-ids.ts';
import { writeSkips } from './skips.ts';
import { inTransaction } from './transaction.ts';
import type { AttachmentsClaim, AttachmentStore, DueAttachments } from './types.ts';

const maxTries = 3;

/** Those next to each other can be asked for in one request. */
const byNeighbourhood = { folderId: 1, receivedAt: 1 } as const;

/** Attachments of mails: taken up message by message, written only while the message is live and unchanged. */
export function createAttachments(db: Db): AttachmentStore {
  const { documents } = collectionsOf(db);
  return {
    async claimDue(query) {
      for (;;) {
        const near = query.near == null ? null : await claimSome(db, query, { folderId: query.near });
        const claimed = near ?? (await claimSome(db, query));
        // Other lanes may have been quicker with all that was found: then there may be more.
        if (claimed === null || claimed.length > 0) return claimed ?? [];
      }
    },

    async anyDue({ sourceId, mailboxId }) {
      const filter = { sourceId, mailboxId, 'attachments.due': true, removal: null };
      return (await documents.findOne(filter, { projection: { _id: 1 } })) !== null;
    },

    write: async (change) => writeAttachments(db, change),

    findRead: (query) => findRead(db, query),
    followReading: (change) => followReading(db, change),

    async fail({ sourceId, mailboxId, message, code, words }) {
      await inTransaction(db, async (session) => {
        const tries = message.tries + 1;
        const givenUp = tries >= maxTries;
        const filter = { _id: message.documentId, 'attachments.key': message.key, 'attachments.due': true };
        const set = givenUp ? { 'attachments.due': false, 'attachments.claim': null } : { 'attachments.claim.lane': nobody };
        const failed = await documents.updateOne(filter, { $set: { ...set, 'attachments.tries': tries } }, { session });
        if (failed.matchedCount === 0 || !givenUp) return;
        const record = {
          _id: attachmentsSkipId(message.documentId),
          sourceId,
          mailboxId,
          streamId: null,
          graphId: message.graphId,
          code,
          words,
        };
        await writeSkips(db, session, { records: [record], at: new Date() });
      });
    },
  };
}

/** What of a claimed message is told besides its marks. */
const told = { graphId: 1, attachments: 1, folderId: 1, receivedAt: 1, changeKey: 1, hasAttachments: 1, firstSeenAt: 1 } as const;

/** Claims some of the messages that are due; null when none is, empty when others have claimed those that were found. */
async function claimSome(
  db: Db,
  { sourceId, mailboxId, pass, lane, limit }: AttachmentsClaim,
  where: Filter<StoredDocument> = {},
): Promise<DueAttachments[] | null> {
  const { documents } = collectionsOf(db);
  const due: Filter<StoredDocument> = { sourceId, mailboxId, 'attachments.due': true, removal: null };
  const free: Filter<StoredDocument> = { ...due, ...where, $or: claimable('attachments.claim', { pass, lane }) };
  const found = await documents
    .find(free, { projection: { _id: 1 } })
    .sort(byNeighbourhood)
    .limit(limit)
    .toArray();
  if (found.length === 0) return null;
  const _id = { $in: found.map((document) => document._id) };
  await documents.updateMany({ ...free, _id }, { $set: { 'attachments.claim': { lane, pass } } });
  const own = { ...due, _id, 'attachments.claim.lane': lane, 'attachments.claim.pass': pass };
  const claimed = await documents.find(own, { projection: told }).toArray();
  return claimed.flatMap((message) => {
    const { _id: documentId, graphId, attachments, folderId, receivedAt = null, changeKey = null, hasAttachments = false } = message;
    if (attachments === null) return [];
    const { key, tries } = attachments;
    return [{ documentId, graphId, key, tries, folderId, receivedAt, changeKey, hasAttachments, firstSeenAt: message.firstSeenAt }];
  });
}
