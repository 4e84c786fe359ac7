import type { Db } from 'mongodb';
import { mailboxKey } from '../contract/ids.ts';
import type { Stream } from '../contract/stream.ts';
import { collectionsOf } from './collections.ts';
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
  for (const { streamId, path, crawled } of folders) {
    const stream = known.get(streamId);
    if (stream === undefined || (stream.path === path && stream.crawled === crawled)) continue;
    await followPath(db, { stream, path, crawled });
  }
  const hiddenFolders = [...known.values()].filter((stream) => stream.folder?.hidden === true && stream.endedAt === null).length;
  await mailboxes.updateOne({ _id: mailboxKey(sourceId, mailboxId) }, { $set: { hiddenFolders } });
}
