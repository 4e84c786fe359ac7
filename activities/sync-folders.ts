import type { Stream } from '../contract/stream.ts';
import type { DeltaItem, GraphFolder } from '../graph/types.ts';
import type { FolderWrite } from '../store/types.ts';
import { endFolderIfGone } from './end-folder-if-gone.ts';
import { computeTree } from './folder-tree.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { readDeltaPage } from './read-delta-page.ts';

const searchFolderType = '#microsoft.graph.mailsearchfolder';

function toWrite(item: DeltaItem<GraphFolder>): FolderWrite {
  if (item.gone) return { graphId: item.id, folder: null };
  const folder = item.item;
  return {
    graphId: folder.id,
    folder: {
      name: folder.displayName ?? '',
      parentId: folder.parentFolderId ?? null,
      items: folder.totalItemCount ?? 0,
      hidden: folder.isHidden ?? false,
      search: folder['@odata.type']?.toLowerCase() === searchFolderType,
    },
  };
}

/** Reads changes of the folder tree from where the mailbox's stream of folders stands. */
async function readFolderChanges(mailbox: MailboxWork, pass: number): Promise<void> {
  const { graph, store, at, context } = mailbox;
  let stream: Stream | null = await store.streams.takeFolders(at);
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
      folders: read.page.items.map(toWrite),
      context,
    });
    // Another attempt has taken the stream over; it will finish the tree.
    if (stream === null || stream.cursor.at === 'rest') return;
  }
}

/** Brings the mailbox's folders up to date: which there are, under which path, and which are crawled. */
export async function syncFolders(mailbox: MailboxWork, { rootId, pass }: { rootId: string; pass: number }): Promise<void> {
  await readFolderChanges(mailbox, pass);
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
