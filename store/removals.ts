import type { ClientSession, Db, Filter } from 'mongodb';
import type { StoredDocument } from '../contract/document.ts';
import { attachmentsFollow, eraseAttachments, hideAttachments } from './attachment-followers.ts';
import { createBodies, type Bodies } from './bodies.ts';
import { collectionsOf } from './collections.ts';
import { givenContent } from './content.ts';
import { mergeKept } from './document-merge.ts';
import { bookkeepingFields, writeChanges } from './document-writes.ts';
import { erasedContent, forgottenContent } from './erased-content.ts';
import { eraseMimes } from './mime-files.ts';
import { attachmentsSkipId, mimeSkipId } from './skip-ids.ts';
import { newestPresent } from './slots.ts';
import { inTransaction } from './transaction.ts';
import type { RemovalStore, UnseenDocument } from './types.ts';

const firstLookMs = 60_000;
const longestLookMs = 7 * 86_400_000;

/** Items that no stream shows any more: looked at, then removed with a reason, or kept. */
export function createRemovals(db: Db): RemovalStore {
  const { documents } = collectionsOf(db);
  const bodies = createBodies(db);
  return {
    async unseen({ sourceId, mailboxId, settledAt, now, limit }) {
      const filter: Filter<StoredDocument> = {
        sourceId,
        mailboxId,
        removal: null,
        unseenSince: { $type: 'date', $lt: settledAt },
        $or: [{ kept: null }, { 'kept.nextLookAt': { $lte: now } }],
      };
      const projection = { graphId: 1, kind: 1, unseenSince: 1, kept: 1, folderId: 1, occurrenceId: 1 };
      const found = await documents.find(filter, { projection }).sort({ unseenSince: 1 }).limit(limit).toArray();
      return found.map(unseenDocument);
    },

    confirm: async (change) => inTransaction(db, async (session) => confirm({ db, bodies, session }, change)),

    async keep(change) {
      // A look brings the whole item; a large body goes to GridFS before the transaction, as a page's does.
      const content = await bodies.moveOut(givenContent(change.found.content));
      return inTransaction(db, async (session) => keep({ db, bodies, session }, { ...change, found: { ...change.found, content } }));
    },
  };
}

interface Attempt {
  db: Db;
  bodies: Bodies;
  session: ClientSession;
}

function unseenDocument({ _id, graphId, kind, unseenSince, kept, folderId, occurrenceId = null }: StoredDocument): UnseenDocument {
  if (kind === 'attachment' || unseenSince === null) throw new Error(`Document ${_id} cannot be unseen: no stream shows it by itself`);
  return { _id, graphId, kind, unseenSince, looks: kept?.looks ?? 0, folderId, occurrenceId };
}

/** The document, when nothing has shown its item since it was found unseen. */
async function stillUnseen({ db, session }: Attempt, { _id, unseenSince }: UnseenDocument): Promise<StoredDocument | null> {
  const stored = await collectionsOf(db).documents.findOne({ _id, unseenSince, removal: null }, { session, projection: bookkeepingFields });
  return stored === null || newestPresent(stored.seenIn) !== null ? null : stored;
}

async function confirm(
  attempt: Attempt,
  { document, reason, at, erase = reason === 'deleted' }: Parameters<RemovalStore['confirm']>[0],
): Promise<boolean> {
  const { db, bodies, session } = attempt;
  const stored = await stillUnseen(attempt, document);
  if (stored === null) return false;
  const { documents, search } = collectionsOf(db);
  const { _id } = document;
  const removal = { reason, at, ...(erase && reason !== 'deleted' ? { erasedAt: at } : {}) };
  const ofItem = { _id: { $in: [_id, attachmentsSkipId(_id), mimeSkipId(_id)] }, state: 'open' as const };
  await collectionsOf(db).skips.updateMany(ofItem, { $set: { state: 'gone' } }, { session });
  if (!erase) {
    await documents.updateOne({ _id }, { $set: { removal, kept: null, indexDueAt: at } }, { session });
    await hideAttachments(db, session, { parentId: _id, reason, at });
    return true;
  }
  await documents.updateOne({ _id }, { $set: { removal, ...forgottenContent }, $unset: erasedContent }, { session });
  await search.deleteOne({ _id }, { session });
  await eraseAttachments(db, session, { parentIds: [_id], at });
  if (stored.mime) await eraseMimes(db, session, [_id]);
  if (typeof stored.body?.fileId === 'string') await bodies.release(session, [stored.body.fileId]);
  return true;
}

async function keep(attempt: Attempt, { document, found, folder, asOf }: Parameters<RemovalStore['keep']>[0]): Promise<boolean> {
  const { db, bodies, session } = attempt;
  const stored = await stillUnseen(attempt, document);
  if (stored === null) return false;
  const fileId = found.content.body?.fileId;
  if (typeof fileId === 'string' && (await bodies.claim(session, [fileId])).length > 0) {
    throw new Error(`The body of document ${document._id} was removed while it was written; look at the item again`);
  }
  const nextLookAt = new Date(asOf.getTime() + Math.min(longestLookMs, firstLookMs * 2 ** document.looks));
  const next = mergeKept(stored, { found, folder, nextLookAt, asOf, now: new Date() });
  await writeChanges(db, session, { changes: [{ stored, next }] });
  await attachmentsFollow(db, session, { changes: [{ stored, next }], at: asOf });
  const before = stored.body?.fileId;
  if (typeof before === 'string' && before !== next.body?.fileId) await bodies.release(session, [before]);
  return true;
}
