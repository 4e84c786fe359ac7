import type { AnyBulkWriteOperation, ClientSession, Db } from 'mongodb';
import { streamKey } from '../contract/ids.ts';
import type { Stream } from '../contract/stream.ts';
import { collectionsOf } from './collections.ts';
import { newStream, revived, takeStreamNumbers } from './stream-records.ts';
import { inTransaction } from './transaction.ts';
import type { FolderWrite, MailboxAt, PageWrite } from './types.ts';

/**
 * Makes and changes the streams of folders that a page of the folder tree names. A folder that is said to be gone only
 * loses its description: its stream ends when the crawl has confirmed it.
 */
export async function writePageFolders(db: Db, session: ClientSession, page: PageWrite): Promise<void> {
  await writeFolders(db, session, { ...page.stream, folders: page.folders ?? [] });
}

/** The same for folders that were listed, in a transaction of their own. */
export async function writeListedFolders(db: Db, change: FoldersWrite): Promise<void> {
  await inTransaction(db, async (session) => writeFolders(db, session, change));
}

type FoldersWrite = MailboxAt & { folders: readonly FolderWrite[] };

async function writeFolders(db: Db, session: ClientSession, change: FoldersWrite): Promise<void> {
  const { sourceId, mailboxId } = change;
  const latest = new Map(change.folders.map((write) => [write.graphId, write.folder]));
  const idOf = (graphId: string) => streamKey({ sourceId, mailboxId, kind: 'messages', graphId });
  const { streams } = collectionsOf(db);
  const ids = [...latest.keys()].map(idOf);
  const found = await streams.find({ _id: { $in: ids } }, { session, projection: { endedAt: 1 } }).toArray();
  const known = new Map(found.map((stream) => [stream._id, stream]));
  const added = [...latest].filter(([graphId, folder]) => folder !== null && !known.has(idOf(graphId)));
  const first = added.length === 0 ? 0 : await takeStreamNumbers(db, session, { sourceId, mailboxId, count: added.length });
  const operations: AnyBulkWriteOperation<Stream>[] = added.map(([graphId, folder], index) => ({
    insertOne: {
      document: newStream({ sourceId, mailboxId, kind: 'messages', graphId, number: first + index, path: '', folder, crawled: false }),
    },
  }));
  for (const [graphId, folder] of latest) {
    const stream = known.get(idOf(graphId));
    if (stream === undefined) continue;
    const filter = { _id: stream._id };
    if (folder !== null && stream.endedAt !== null) operations.push({ updateOne: { filter, update: revived() } });
    operations.push({ updateOne: { filter, update: { $set: { folder } } } });
  }
  if (operations.length > 0) await streams.bulkWrite(operations, { session });
}
