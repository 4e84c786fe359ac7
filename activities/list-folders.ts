import { isDeepStrictEqual } from 'node:util';
import type { Stream } from '../contract/stream.ts';
import type { GraphFolder } from '../graph/types.ts';
import type { FolderWrite } from '../store/types.ts';
import { toFolder } from './map-folder.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { retrying } from './retrying.ts';

/** A tree of folders has an end: what comes after so many is a fault of the answers. */
const mostFolders = 100_000;

/** All folders below one, listed level by level, without a round of delta. */
async function listBelow(mailbox: MailboxWork, topId: string): Promise<GraphFolder[]> {
  const { graph, at, signal } = mailbox;
  const found = new Map<string, GraphFolder>();
  const open = [topId];
  for (let folderId = open.pop(); folderId !== undefined; folderId = open.pop()) {
    const parentId = folderId;
    const children = await retrying(
      () => graph.listChildFolders({ userId: at.mailboxId, folderId: parentId }, callOptions(mailbox)),
      signal,
    );
    for (const child of children) {
      if (found.has(child.id) || found.size >= mostFolders) continue;
      found.set(child.id, { ...child, parentFolderId: parentId });
      if ((child.childFolderCount ?? 1) > 0) open.push(child.id);
    }
  }
  return [...found.values()];
}

/** Streams of the folders that hang below one, as far as they are known. */
export function knownBelow(topId: string, streams: readonly Stream[]): Stream[] {
  const childrenOf = Map.groupBy(streams, (stream) => stream.folder?.parentId ?? null);
  const found = new Set<Stream>();
  const open = [topId];
  for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
    for (const stream of childrenOf.get(parent) ?? []) {
      if (found.has(stream)) continue;
      found.add(stream);
      open.push(stream.graphId);
    }
  }
  return [...found];
}

/**
 * Lists all folders below one and writes what differs from what is known: for folders that the delta of the tree does not
 * give, and where there is none. What is listed no more is confirmed before its stream ends. True when something differed.
 */
export async function listFolders(mailbox: MailboxWork, topId: string): Promise<boolean> {
  const { store, at } = mailbox;
  const listed = await listBelow(mailbox, topId);
  const streams = (await store.streams.list(at)).filter((stream) => stream.kind === 'messages');
  const known = new Map(streams.map((stream) => [stream.graphId, stream]));
  const writes: FolderWrite[] = [];
  for (const item of listed) {
    const folder = toFolder(item);
    const stream = known.get(item.id);
    if (stream !== undefined && stream.endedAt === null && isDeepStrictEqual(stream.folder, folder)) continue;
    writes.push({ graphId: item.id, folder });
  }
  const ids = new Set(listed.map((folder) => folder.id));
  for (const stream of knownBelow(topId, streams)) {
    if (stream.endedAt === null && !ids.has(stream.graphId)) writes.push({ graphId: stream.graphId, folder: null });
  }
  if (writes.length > 0) await store.streams.setFolders({ ...at, folders: writes });
  return writes.length > 0;
}
