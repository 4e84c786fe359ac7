import type { Stream } from '../contract/stream.ts';
import { endFolderIfGone } from './end-folder-if-gone.ts';
import { computeTree } from './folder-tree.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { readDeltaPage } from './read-delta-page.ts';
import { listReason } from './stream-method.ts';
import { syncFolderList } from './sync-folder-list.ts';
import { toFolderWrite } from './to-folder-write.ts';

/** Reads changes of the folder tree from where the mailbox's stream of folders stands. */
async function readFolderChanges(mailbox: MailboxWork, { taken, pass }: { taken: Stream; pass: number }): Promise<void> {
  const { graph, store, at, context } = mailbox;
  let stream: Stream | null = taken;
  for (;;) {
    const current: Stream = stream;
    const read = await readDeltaPage(mailbox, {
      stream: current,
      read: (link) => graph.readFolderDelta({ userId: at.mailboxId, link }, callOptions(mailbox)),
    });
    if ('restarted' in read) {
      if (read.restarted === null) return;
      stream = read.restarted;
      continue;
    }
    mailbox.counts.pages += 1;
    stream = await store.pages.write({
      stream: current,
      pass,
      cursor: read.cursor,
      asOf: read.asOf,
      documents: [],
      folders: read.page.items.map(toFolderWrite),
      context,
    });
    // Another attempt has taken the stream over; it will finish the tree.
    if (stream === null || stream.cursor.at === 'rest') return;
  }
}

/**
 * By delta, or by list where delta is not to be had. Delta is asked for in every cycle, one request: where it is refused
 * for the mailbox's quota, this tells first that there is room again.
 */
async function readFolders(mailbox: MailboxWork, pass: number): Promise<void> {
  const { streams } = mailbox.store;
  const taken = await streams.takeFolders(mailbox.at);
  const begun = taken.method === 'delta' ? taken : await streams.restart(taken, null);
  if (begun === null) return;
  try {
    await readFolderChanges(mailbox, { taken: begun, pass });
  } catch (error) {
    const reason = listReason(error, begun);
    if (reason === null) throw error;
    const listed = await streams.readByList({ stream: begun, reason, at: mailbox.gate.now() });
    if (listed !== null) await syncFolderList(mailbox, { stream: listed, pass });
  }
}

/** Brings the mailbox's folders up to date: which there are, under which path, and which are crawled. */
export async function syncFolders(mailbox: MailboxWork, { rootId, pass }: { rootId: string; pass: number }): Promise<void> {
  await readFolders(mailbox, pass);
  const streams = (await mailbox.store.streams.list(mailbox.at)).filter((stream) => stream.kind === 'messages' && stream.endedAt === null);
  const tree = computeTree(rootId, streams);
  // One that Graph still has is left for the next cycle.
  for (const stream of tree.outOfReach) await endFolderIfGone(mailbox, stream);
  const byId = new Map(streams.map((stream) => [stream._id, stream]));
  const changed = tree.places.filter((place) => {
    const stream = byId.get(place.streamId);
    return stream !== undefined && (stream.path !== place.path || stream.crawled !== place.crawled);
  });
  if (changed.length > 0) await mailbox.store.streams.setTree({ ...mailbox.at, folders: changed });
}
