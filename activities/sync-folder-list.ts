import { isDeepStrictEqual } from 'node:util';
import type { Stream } from '../contract/stream.ts';
import type { FolderWrite } from '../store/types.ts';
import { knownBelow } from './list-folders.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { toFolder } from './map-folder.ts';
import { retrying } from './retrying.ts';

/**
 * Lists the folder tree where its delta is not to be had, and writes what differs as one page; true when something did. A
 * folder that is not listed loses its description only: its stream ends when Graph has confirmed that it is gone.
 */
export async function syncFolderList(
  mailbox: MailboxWork,
  { stream, rootId, pass }: { stream: Stream; rootId: string; pass: number },
): Promise<boolean> {
  const { graph, store, at, context, signal } = mailbox;
  const listed = await retrying(() => graph.listFolders({ userId: at.mailboxId }, callOptions(mailbox)), signal);
  const streams = (await store.streams.list(at)).filter((one) => one.kind === 'messages');
  const known = new Map(streams.filter((one) => one.endedAt === null).map((one) => [one.graphId, one.folder]));
  const folders: FolderWrite[] = listed
    .map((item) => ({ graphId: item.id, folder: toFolder(item) }))
    .filter(({ graphId, folder }) => !isDeepStrictEqual(known.get(graphId), folder));
  const ids = new Set(listed.map(({ id }) => id));
  for (const { graphId, endedAt } of knownBelow(rootId, streams)) {
    if (endedAt === null && !ids.has(graphId)) folders.push({ graphId, folder: null });
  }
  mailbox.counts.pages += 1;
  const cursor = { at: 'rest' as const, link: null };
  const asOf = mailbox.gate.sentAt();
  await store.pages.write({ stream, pass, cursor, asOf, documents: [], folders, context });
  return folders.length > 0;
}
