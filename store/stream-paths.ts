import type { AnyBulkWriteOperation, Db } from 'mongodb';
import type { LeftOutReason } from '../contract/mailbox-class.ts';
import type { Stream } from '../contract/stream.ts';
import { collectionsOf } from './collections.ts';
import { holdsErased, holdSlots, restoreSlots } from './held-slots.ts';
import { raiseLeases } from './leases.ts';
import { revived } from './stream-records.ts';
import type { StreamStore } from './types.ts';

/** Where a folder is now, and whether it is read. */
interface Placing {
  stream: Stream;
  path: string;
  crawled: boolean;
  leftOut?: LeftOutReason | null;
}

/**
 * Gives a stream another path. Documents first: after a crash in between, the path still differs and all is done again.
 * And documents last: a page that was being written meanwhile may have taken the old path with it.
 */
export async function followPath(db: Db, { stream, path, crawled, leftOut }: Placing): Promise<void> {
  const { streams, documents } = collectionsOf(db);
  const { _id, sourceId, mailboxId, graphId } = stream;
  const moveDocuments = async () => {
    const moved = { $set: { folderPath: path, indexDueAt: new Date() } };
    await documents.updateMany({ sourceId, mailboxId, folderId: graphId, folderPath: { $ne: path } }, moved);
  };
  const isMoved = stream.path !== path;
  if (isMoved) await moveDocuments();
  await streams.updateOne({ _id }, { $set: { path, crawled, ...(leftOut === undefined ? {} : { leftOut }) } });
  if (isMoved) await moveDocuments();
}

/** Writes paths, which folders are read, and why others are not, where they differ. */
export async function setTree(db: Db, change: Parameters<StreamStore['setTree']>[0]): Promise<void> {
  const { streams } = collectionsOf(db);
  const { sourceId, mailboxId, folders } = change;
  const known = new Map((await streams.find({ sourceId, mailboxId, kind: 'messages' }).toArray()).map((stream) => [stream._id, stream]));
  const placed: AnyBulkWriteOperation<Stream>[] = [];
  for (const { streamId, path, crawled, leftOut = crawled ? null : 'excluded' } of folders) {
    const stream = known.get(streamId);
    if (stream === undefined || (stream.path === path && stream.crawled === crawled && stream.leftOut === leftOut)) continue;
    const placing = { path, crawled, leftOut };
    if ((!stream.crawled && stream.sequence === 0) || (stream.path === path && stream.crawled && crawled)) {
      // Nothing is stored that would have to follow: no lane could read it yet, or it goes on as it was.
      placed.push({ updateOne: { filter: { _id: streamId }, update: { $set: placing } } });
      continue;
    }
    if (stream.crawled && !crawled) await stopReading(db, stream);
    // An earlier version kept no slots of what it stopped reading: that is told by a new generation alone.
    else if (!stream.crawled && stream.leftOut === undefined) await streams.updateOne({ _id: streamId }, revived());
    else if (!stream.crawled && crawled) await readAgain(db, stream);
    await followPath(db, { stream, ...placing });
  }
  if (placed.length > 0) await streams.bulkWrite(placed, { ordered: false });
}

/** A folder that is read no more shows nothing: its messages are hidden until it is read again. Harmless when repeated. */
async function stopReading(db: Db, stream: Stream): Promise<void> {
  await raiseLeases(db, { streamId: stream._id });
  await holdSlots(db, stream, await serverTime(db));
}

/** Its messages are shown again, and its cursor goes on; what was erased meanwhile must be read anew. */
async function readAgain(db: Db, stream: Stream): Promise<void> {
  if (await holdsErased(db, stream)) await collectionsOf(db).streams.updateOne({ _id: stream._id }, revived());
  await restoreSlots(db, stream, await serverTime(db));
}

async function serverTime(db: Db): Promise<Date> {
  const { localTime } = await db.command({ hello: 1 });
  return localTime as Date;
}
