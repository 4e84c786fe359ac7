import type { Stream } from '../contract/stream.ts';
import { GraphError } from '../graph/graph-error.ts';
import { deltaWrites } from './delta-writes.ts';
import { keysPerPage } from './keys-per-page.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { readDeltaPage } from './read-delta-page.ts';

/** How a walk of one stream ended: `lost` when another lane has taken it over. */
export interface Walk {
  changed: boolean;
  lost: boolean;
}

/** The page size behind a page that Graph could not make; null when no smaller one can help. */
function smallerPage(error: unknown, pageSize: number): number | null {
  if (!(error instanceof GraphError)) return null;
  // An item in it was too much for Graph.
  if (error.class === 'malformedItem') return pageSize === 1 ? null : Math.max(1, Math.floor(pageSize / 5));
  // Repeated empty 503s were seen to end with small pages (github.com/alcionai/corso).
  return error.code === 'TrawlHttp503' && pageSize > smallPage ? smallPage : null;
}

const smallPage = 10;

/** Walks a folder's messages from its cursor to the deltaLink, a page and its cursor at a time. */
export async function walkMessages(
  mailbox: MailboxWork,
  { stream, pass, betweenPages }: { stream: Stream; pass: number; betweenPages: () => Promise<void> },
): Promise<Walk> {
  const { graph, store, at, context, signal, settings } = mailbox;
  let current = stream;
  let smaller: number | null = null;
  let changed = false;
  for (;;) {
    signal.throwIfAborted();
    const keysOnly = current.keysOnly === true;
    const pageSize = smaller ?? (keysOnly ? keysPerPage : settings.messagePageSize);
    let read;
    try {
      const ask = { userId: at.mailboxId, folderId: current.graphId, pageSize, keysOnly };
      read = await readDeltaPage(mailbox, {
        stream: current,
        read: (link) => graph.readMessageDelta({ ...ask, link }, callOptions(mailbox)),
      });
    } catch (error) {
      smaller = smallerPage(error, pageSize);
      if (smaller === null) throw error;
      continue;
    }
    if ('restarted' in read) {
      if (read.restarted === null) return { changed, lost: true };
      current = read.restarted;
      changed = true;
      continue;
    }
    const writes = await deltaWrites(mailbox, { stream: current, page: read.page });
    const written = await store.pages.write({ stream: current, pass, cursor: read.cursor, asOf: read.asOf, ...writes, context });
    if (written === null) return { changed, lost: true };
    mailbox.counts.pages += 1;
    mailbox.counts.documents += writes.documents.length;
    mailbox.counts.skips += writes.skips.length;
    changed ||= writes.documents.length > 0;
    current = written;
    if (current.cursor.at === 'rest') return { changed, lost: false };
    await betweenPages();
  }
}
