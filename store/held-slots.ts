import type { ClientSession, Db, Filter } from 'mongodb';
import type { Slot, StoredDocument } from '../contract/document.ts';
import type { Stream } from '../contract/stream.ts';
import { attachmentsFollow, below } from './attachment-followers.ts';
import { collectionsOf } from './collections.ts';
import { bookkeepingFields, writeChanges, type DocumentChange } from './document-writes.ts';
import { foldersOfSlots } from './slot-folders.ts';
import { latestWord, newestPresent, type FolderAt } from './slots.ts';
import { inTransaction } from './transaction.ts';

/**
 * What a folder holds that is not read any more: its messages are hidden, and their slots held. When the folder is read
 * again they are shown as they were, and its cursor goes on from where it was, so that nothing is read twice.
 */

const batchSize = 500;
/** Of a document whose content was erased since. */
const erasedAsOf = new Date(0);

type FolderOf = (streamNumber: number) => FolderAt | null;

/** Hides what the stream shows, and what a look has found in its folder. Harmless when repeated. */
export async function holdSlots(db: Db, stream: Stream, at: Date): Promise<void> {
  const present = { [`seenIn.${stream.number}.present`]: true };
  const filter: Filter<StoredDocument> = { $or: [present, { 'kept.folderId': stream.graphId, removal: null }] };
  await changeInBatches(db, { stream, filter, at }, (stored, folderOf) => heldDocument(stored, { stream, folderOf, at }));
}

/** Whether content of what is held was erased meanwhile, so that the folder must be read anew. */
export async function holdsErased(db: Db, { sourceId, mailboxId, number }: Stream): Promise<boolean> {
  const filter: Filter<StoredDocument> = { sourceId, mailboxId, kind: 'message', [`seenIn.${number}.held`]: true, contentAsOf: erasedAsOf };
  const found = await collectionsOf(db).documents.findOne({ ...filter, 'removal.reason': { $ne: 'deleted' } }, { projection: { _id: 1 } });
  return found !== null;
}

/** Shows again what was held and is not erased. Harmless when repeated. */
export async function restoreSlots(db: Db, stream: Stream, at: Date): Promise<void> {
  const filter: Filter<StoredDocument> = { [`seenIn.${stream.number}.held`]: true };
  await changeInBatches(db, { stream, filter, at }, (stored, folderOf) => restoredDocument(stored, { stream, folderOf, at }));
}

interface Batches {
  stream: Stream;
  filter: Filter<StoredDocument>;
  at: Date;
}

/** Ids first, so that each document is looked for once however many there are. */
async function changeInBatches(
  db: Db,
  { stream, filter, at }: Batches,
  change: (stored: StoredDocument, folderOf: FolderOf) => StoredDocument,
): Promise<void> {
  const { documents } = collectionsOf(db);
  const { sourceId, mailboxId } = stream;
  const run = (ids: string[]) =>
    inTransaction(db, async (session) => {
      const found = await documents.find({ _id: { $in: ids }, ...filter }, { session, projection: bookkeepingFields }).toArray();
      const folderOf = await foldersOfSlots(db, session, { at: stream, documents: found, besides: stream.number });
      const changes = found.map((stored) => ({ stored, next: change(stored, folderOf) }));
      await writeChanges(db, session, { changes });
      await attachmentsFollow(db, session, { changes, at });
      await hideAttachmentsOf(db, session, changes);
    });
  let ids: string[] = [];
  for await (const { _id } of documents.find({ sourceId, mailboxId, kind: 'message', ...filter }, { projection: { _id: 1 } })) {
    ids.push(_id);
    if (ids.length < batchSize) continue;
    await run(ids);
    ids = [];
  }
  if (ids.length > 0) await run(ids);
}

async function hideAttachmentsOf(db: Db, session: ClientSession, changes: readonly DocumentChange[]): Promise<void> {
  const hidden = changes.filter(({ stored, next }) => stored?.removal === null && next.removal !== null && stored.attachments !== null);
  const removal = hidden[0]?.next.removal;
  if (removal === undefined || removal === null) return;
  const ids = hidden.map(({ next }) => next._id);
  await collectionsOf(db).documents.updateMany(
    { ...below(ids), removal: null },
    { $set: { removal, indexDueAt: removal.at } },
    { session },
  );
}

interface HoldView {
  stream: Stream;
  folderOf: FolderOf;
  at: Date;
}

function withHeld(stored: StoredDocument, number: number, change: Partial<Slot>): StoredDocument['seenIn'] {
  const { held: _held, ...slot } = stored.seenIn[String(number)] ?? { generation: 0, present: false, asOf: stored.lastSeenAt };
  return { ...stored.seenIn, [String(number)]: { ...slot, ...change } };
}

function heldDocument(stored: StoredDocument, { stream, folderOf, at }: HoldView): StoredDocument {
  const seenIn = withHeld(stored, stream.number, { present: false, held: true });
  const newest = newestPresent(seenIn);
  if (newest !== null) {
    const folder = folderOf(newest);
    const moved = folder === null ? {} : { folderId: folder.id, folderPath: folder.path };
    return { ...stored, seenIn, ...moved, indexDueAt: at };
  }
  const removal = stored.removal ?? { reason: 'outOfScope' as const, at, folderId: stream.graphId };
  return { ...stored, seenIn, unseenSince: latestWord(seenIn), kept: null, removal, indexDueAt: at };
}

function restoredDocument(stored: StoredDocument, { stream, folderOf, at }: HoldView): StoredDocument {
  const { removal } = stored;
  const isErased = removal?.reason === 'deleted' || stored.contentAsOf.getTime() === erasedAsOf.getTime();
  if (isErased) return { ...stored, seenIn: withHeld(stored, stream.number, {}) };
  const seenIn = withHeld(stored, stream.number, { present: true });
  const newest = newestPresent(seenIn);
  const folder = newest === null || newest === stream.number ? { id: stream.graphId, path: stream.path } : folderOf(newest);
  // What was hidden for another reason than its folder stays hidden.
  const staysHidden = removal !== null && removal.reason !== 'movedOut' && removal.folderId === undefined;
  return {
    ...stored,
    seenIn,
    unseenSince: null,
    kept: null,
    removal: staysHidden ? removal : null,
    folderId: folder?.id ?? stored.folderId,
    folderPath: folder?.path ?? stored.folderPath,
    indexDueAt: at,
  };
}
