import type { AnyBulkWriteOperation, Db } from 'mongodb';
import { mailboxKey } from '../contract/ids.ts';
import type { Stream } from '../contract/stream.ts';
import { collectionsOf } from './collections.ts';
import { clearSlots } from './slot-clearing.ts';
import { revived } from './stream-records.ts';
import type { MailboxAt, StreamStore } from './types.ts';

/**
 * Gives a stream another path. Documents first: after a crash in between, the path still differs and all is done again.
 * And documents last: a page that was being written meanwhile may have taken the old path with it.
 */
export async function followPath(db: Db, { stream, path, crawled }: { stream: Stream; path: string; crawled: boolean }): Promise<void> {
  const { streams, documents } = collectionsOf(db);
  const { _id, sourceId, mailboxId, graphId } = stream;
  const moveDocuments = async () => {
    const moved = { $set: { folderPath: path, indexDueAt: new Date() } };
    await documents.updateMany({ sourceId, mailboxId, folderId: graphId, folderPath: { $ne: path } }, moved);
  };
  const isMoved = stream.path !== path;
  if (isMoved) await moveDocuments();
  await streams.updateOne({ _id }, { $set: { path, crawled } });
  if (isMoved) await moveDocuments();
}

/** Writes paths and which folders are read, where they differ, and how many are hidden. */
export async function setTree(db: Db, change: Parameters<StreamStore['setTree']>[0]): Promise<void> {
  const { streams, mailboxes } = collectionsOf(db);
  const { sourceId, mailboxId, folders }: MailboxAt & { folders: typeof change.folders } = change;
  const known = new Map((await streams.find({ sourceId, mailboxId, kind: 'messages' }).toArray()).map((stream) => [stream._id, stream]));
  const placed: AnyBulkWriteOperation<Stream>[] = [];
  for (const { streamId, path, crawled } of folders) {
    const stream = known.get(streamId);
    if (stream === undefined || (stream.path === path && stream.crawled === crawled)) continue;
    if (!stream.crawled && stream.sequence === 0) {
      // No lane could read it yet: nothing is stored that would have to follow.
      placed.push({ updateOne: { filter: { _id: streamId }, update: { $set: { path, crawled } } } });
      continue;
    }
    if (stream.crawled && !crawled) await stopReading(db, stream);
    // Its slots were cleared, so what it still holds is told by a new generation alone.
    if (!stream.crawled && crawled && stream.sequence > 0) await streams.updateOne({ _id: streamId }, revived());
    await followPath(db, { stream, path, crawled });
  }
  if (placed.length > 0) await streams.bulkWrite(placed, { ordered: false });
  const hiddenFolders = [...known.values()].filter((stream) => stream.folder?.hidden === true && stream.endedAt === null).length;
  await mailboxes.updateOne({ _id: mailboxKey(sourceId, mailboxId) }, { $set: { hiddenFolders } });
}

/** A folder that is read no more shows nothing: a look decides what became of its messages. Harmless when repeated. */
async function stopReading(db: Db, stream: Stream): Promise<void> {
  await collectionsOf(db).streams.updateOne({ _id: stream._id }, { $inc: { lease: 1 }, $set: { claim: null } });
  const { localTime } = await db.command({ hello: 1 });
  await clearSlots(db, { stream, asOf: localTime as Date });
}
