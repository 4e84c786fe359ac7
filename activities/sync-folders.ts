import { noFoldersNotRead, type FoldersNotRead } from '../contract/mailbox-class.ts';
import type { Mailbox } from '../contract/mailbox.ts';
import { findErrorRow } from '../contract/errors.ts';
import type { Stream } from '../contract/stream.ts';
import { endFolderIfGone } from './end-folder-if-gone.ts';
import { notFound } from './failures.ts';
import { folderRules, wellKnownNamesIn } from './folder-rules.ts';
import { computeTree, type FolderTree, type TreePlace } from './folder-tree.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { toFolderWrite } from './map-folder.ts';
import { readDeltaPage } from './read-delta-page.ts';
import { syncRecoverableItems } from './recoverable-items.ts';
import { listReason } from './stream-method.ts';
import { syncFolderList } from './sync-folder-list.ts';
import { wellKnownIds } from './well-known-folders.ts';

/** Row of contract/errors.ts for a folder that Graph describes otherwise than it documents. */
const malformedFolder = 'TrawlMalformedItem';

/**
 * Reads changes of the folder tree from where the mailbox's stream of folders stands; true when there were any. A folder that
 * cannot be understood fails the tree, which is read anew in the next cycle: what it holds must not be missing unsaid.
 */
async function readFolderChanges(mailbox: MailboxWork, { taken, pass }: { taken: Stream; pass: number }): Promise<boolean> {
  const { graph, store, at, context } = mailbox;
  let stream: Stream | null = taken;
  let changed = false;
  let isWhole = true;
  for (;;) {
    const current: Stream = stream;
    const read = await readDeltaPage(mailbox, {
      stream: current,
      read: (link) => graph.readFolderDelta({ userId: at.mailboxId, link }, callOptions(mailbox)),
    });
    if ('restarted' in read) {
      if (read.restarted === null) return true;
      stream = read.restarted;
      continue;
    }
    isWhole &&= read.page.malformed.length === 0;
    mailbox.counts.pages += 1;
    changed ||= read.page.items.length > 0;
    stream = await store.pages.write({
      stream: current,
      pass,
      // After a folder that was not understood the round is kept in mind only: the next one begins anew.
      cursor: isWhole ? read.cursor : { at: 'start', link: null },
      asOf: read.asOf,
      documents: [],
      folders: read.page.items.map((item) => toFolderWrite(item, mailbox.cycleKey)),
      context,
    });
    // Another attempt has taken the stream over; it will finish the tree.
    if (stream === null) return changed;
    if (read.cursor.at === 'rest') {
      if (!isWhole) await store.streams.fail({ stream, pass, code: malformedFolder });
      return changed;
    }
    stream = { ...stream, cursor: read.cursor };
  }
}

interface TreeNews {
  changed: boolean;
  note: string | null;
}

/**
 * By delta, or by list where delta is not to be had. Delta is asked for in every cycle, one request: where it is refused
 * for the mailbox's quota, this tells first that there is room again.
 */
async function syncTree(mailbox: MailboxWork, { rootId, pass }: { rootId: string; pass: number }): Promise<TreeNews> {
  const { streams } = mailbox.store;
  const taken = await streams.takeFolders(mailbox.at);
  const begun = taken.method === 'delta' ? taken : await streams.restart(taken, null);
  if (begun === null) return { changed: false, note: null };
  try {
    return { changed: await readFolderChanges(mailbox, { taken: begun, pass }), note: null };
  } catch (error) {
    const reason = listReason(error, begun);
    if (reason === null) throw error;
    const stream = await streams.readByList({ stream: begun, reason, at: mailbox.gate.now() });
    const changed = stream !== null && (await syncFolderList(mailbox, { stream, rootId, pass }));
    return { changed, note: findErrorRow(reason).class === 'overQuota' ? reason : null };
  }
}

function countNotRead(places: readonly TreePlace[]): FoldersNotRead {
  const counts = { ...noFoldersNotRead };
  for (const { leftOut } of places) if (leftOut !== null) counts[leftOut] += 1;
  return counts;
}

async function writeTree(mailbox: MailboxWork, { tree, streams }: { tree: FolderTree; streams: readonly Stream[] }): Promise<void> {
  const byId = new Map(streams.map((stream) => [stream._id, stream]));
  const changed = tree.places.filter(({ streamId, path, crawled, leftOut }) => {
    const stream = byId.get(streamId);
    return stream !== undefined && (stream.path !== path || stream.crawled !== crawled || stream.leftOut !== leftOut);
  });
  if (changed.length > 0) await mailbox.store.streams.setTree({ ...mailbox.at, folders: changed });
}

/**
 * Brings the mailbox's folders up to date: which there are, under which path, and which are read by the source's policy.
 * Returns codes of contract/errors.ts for what does not stop the crawl but is to be known.
 */
export async function syncFolders(mailbox: MailboxWork, { rootId, pass }: { rootId: string; pass: number }): Promise<string[]> {
  const { store, at, policy } = mailbox;
  const record: Mailbox | null = await store.mailboxes.get(at);
  if (record === null) throw notFound(`Mailbox ${at.mailboxId} of source ${at.sourceId}`);
  const main = await syncTree(mailbox, { rootId, pass });
  const recoverable = await syncRecoverableItems(mailbox, { record, treeChanged: main.changed });
  const streams = (await store.streams.list(at)).filter((stream) => stream.kind === 'messages' && stream.endedAt === null);
  const there = new Set([rootId, ...streams.map((stream) => stream.graphId), ...(recoverable.root === null ? [] : [recoverable.root.id])]);
  const ids = await wellKnownIds(mailbox, {
    names: wellKnownNamesIn(policy),
    record: (await store.mailboxes.get(at)) ?? record,
    treeChanged: main.changed || recoverable.changed,
    isThere: (folderId) => there.has(folderId),
  });
  const tree = computeTree({ rootId, recoverable: recoverable.root }, streams, folderRules(policy, ids));
  // One that Graph still has is left for the next cycle.
  for (const stream of tree.outOfReach) await endFolderIfGone(mailbox, stream);
  await writeTree(mailbox, { tree, streams });
  const foldersNotRead = countNotRead(tree.places);
  await store.mailboxes.setKind({ ...at, kind: { foldersNotRead } });
  return [main.note, recoverable.note].filter((note) => note !== null);
}
