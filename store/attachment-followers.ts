import type { ClientSession, Db, Filter } from 'mongodb';
import type { RemovalReason, StoredDocument } from '../contract/document.ts';
import { collectionsOf } from './collections.ts';
import type { DocumentChange } from './document-writes.ts';
import { attachmentsSkipId } from './skip-ids.ts';
import { closeSkips } from './skips.ts';

/** What hangs below messages: attachments, and parts of these on any level. */
export const below = (messageIds: readonly string[]): Filter<StoredDocument> => ({
  $or: [{ parentId: { $in: [...messageIds] } }, { rootId: { $in: [...messageIds] } }],
});

/** What an attachment's words say, which goes when the attachment does. */
const erasedFields = {
  attachment: true,
  text: true,
  textTruncated: true,
  subject: true,
  from: true,
  to: true,
  cc: true,
  internetMessageId: true,
} as const;

/** Erases attachments of messages: id, dates and reason remain. */
export async function eraseAttachments(
  db: Db,
  session: ClientSession,
  change: { parentIds: readonly string[]; except?: readonly string[]; at: Date },
): Promise<void> {
  const { documents, search } = collectionsOf(db);
  const filter = {
    ...below(change.parentIds),
    'removal.reason': { $ne: 'deleted' as const },
    ...(change.except === undefined ? {} : { _id: { $nin: [...change.except] } }),
  };
  const gone = await documents.find(filter, { session, projection: { _id: 1 } }).toArray();
  if (gone.length === 0) return;
  const ids = gone.map((found) => found._id);
  const erased = {
    $set: { removal: { reason: 'deleted' as const, at: change.at }, contentHash: null, indexDueAt: null },
    $unset: erasedFields,
  };
  await documents.updateMany({ _id: { $in: ids } }, erased, { session });
  await search.deleteMany({ _id: { $in: ids } }, { session });
}

/** Hides a message's attachments with it. */
export async function hideAttachments(
  db: Db,
  session: ClientSession,
  change: { parentId: string; reason: RemovalReason; at: Date },
): Promise<void> {
  const hidden = { $set: { removal: { reason: change.reason, at: change.at }, indexDueAt: change.at } };
  await collectionsOf(db).documents.updateMany({ ...below([change.parentId]), removal: null }, hidden, { session });
}

/** Attachments go where their messages go: into another folder, out of sight and back; or away, when a message has none any more. */
export async function attachmentsFollow(
  db: Db,
  session: ClientSession,
  { changes, at }: { changes: readonly DocumentChange[]; at: Date },
): Promise<void> {
  const { documents } = collectionsOf(db);
  for (const { stored, next } of changes) {
    if (stored === null || stored.attachments === null) continue;
    const parentId = stored._id;
    if (next.attachments === null) {
      await eraseAttachments(db, session, { parentIds: [parentId], at });
      await closeSkips(db, session, { at: stored, ids: [attachmentsSkipId(parentId)] });
    }
    const moved =
      stored.folderId !== next.folderId ||
      stored.folderPath !== next.folderPath ||
      stored.datasetId !== next.datasetId ||
      stored.country !== next.country;
    if (moved) {
      const { folderId, folderPath, datasetId, country } = next;
      const set = { folderId, folderPath, datasetId, country, indexDueAt: at };
      await documents.updateMany({ ...below([parentId]), 'removal.reason': { $ne: 'deleted' } }, { $set: set }, { session });
    }
    if (stored.removal !== null && next.removal === null) {
      const shown = { $set: { removal: null, indexDueAt: at } };
      const hidden = {
        ...below([parentId]),
        removal: { $ne: null },
        'removal.reason': { $ne: 'deleted' as const },
        'removal.erasedAt': null,
      };
      await documents.updateMany(hidden, shown, { session });
    }
  }
}
