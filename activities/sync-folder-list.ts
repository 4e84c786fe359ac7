import type { Stream } from '../contract/stream.ts';
import type { FolderWrite } from '../store/types.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { retrying } from './retrying.ts';
import { toFolderWrite } from './to-folder-write.ts';

/**
 * Lists the folder tree where its delta is not to be had, and writes it as one page. A folder that is not listed loses its
 * description only: its stream ends when Graph has confirmed that it is gone.
 */
export async function syncFolderList(mailbox: MailboxWork, { stream, pass }: { stream: Stream; pass: number }): Promise<void> {
  const { graph, store, at, context, signal } = mailbox;
  const folders = await retrying(() => graph.listFolders({ userId: at.mailboxId }, callOptions(mailbox)), signal);
  const listed = new Set(folders.map((folder) => folder.id));
  const known = (await store.streams.list(at)).filter((one) => one.kind === 'messages' && one.endedAt === null && one.folder !== null);
  const unlisted: FolderWrite[] = known.filter((one) => !listed.has(one.graphId)).map(({ graphId }) => ({ graphId, folder: null }));
  const writes = folders.map((folder) => toFolderWrite({ gone: false, item: folder }));
  mailbox.counts.pages += 1;
  const cursor = { at: 'rest' as const, link: null };
  const asOf = mailbox.gate.sentAt();
  await store.pages.write({ stream, pass, cursor, asOf, documents: [], folders: [...writes, ...unlisted], context });
}
