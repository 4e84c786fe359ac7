import type { Stream } from '../contract/stream.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { DeltaItem, DeltaPage, GraphMessage } from '../graph/types.ts';
import type { DocumentWrite, SkipWrite } from '../store/types.ts';
import { concernsAll } from './concerns-all.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { mapMessage } from './map-message.ts';
import { readDeltaPage } from './read-delta-page.ts';
import { retrying } from './retrying.ts';

/** How a walk of one stream ended: `lost` when another lane has taken it over. */
export interface Walk {
  changed: boolean;
  lost: boolean;
}

interface Writes {
  documents: DocumentWrite[];
  skips: SkipWrite[];
}

/** A faulty item is read singly before it is given up. */
async function readSingly(mailbox: MailboxWork, messageId: string, writes: Writes): Promise<void> {
  try {
    const read = () => mailbox.graph.getMessage({ userId: mailbox.at.mailboxId, messageId }, callOptions(mailbox));
    writes.documents.push(mapMessage(await retrying(read, mailbox.signal), { mime: mailbox.policy.originalMime }));
  } catch (error) {
    if (!(error instanceof GraphError) || (await concernsAll(mailbox, error))) throw error;
    // Gone since it was listed: the stream tells so itself.
    if (error.class === 'notFound') return;
    writes.skips.push({ graphId: messageId, code: error.code, words: 'The message cannot be read, neither in its list nor singly' });
  }
}

/** Later news of the same item in one page replaces earlier news. */
function lastOfEach(items: readonly DeltaItem<GraphMessage>[]): DeltaItem<GraphMessage>[] {
  const byId = new Map<string, DeltaItem<GraphMessage>>();
  for (const item of items) {
    const id = item.gone ? item.id : item.item.id;
    const before = byId.get(id);
    // A partial update after a whole item in the same page must not make the whole one forgotten.
    const merged =
      !item.gone && before !== undefined && !before.gone ? { gone: false as const, item: { ...before.item, ...item.item } } : item;
    byId.delete(id);
    byId.set(id, merged);
  }
  return [...byId.values()];
}

async function toWrites(mailbox: MailboxWork, { stream, page }: { stream: Stream; page: DeltaPage<GraphMessage> }): Promise<Writes> {
  const writes: Writes = { documents: [], skips: [] };
  const partial: string[] = [];
  for (const item of lastOfEach(page.items)) {
    if (item.gone) writes.documents.push({ op: 'gone', graphId: item.id });
    else {
      const write = mapMessage(item.item, { mime: mailbox.policy.originalMime });
      writes.documents.push(write);
      if (!write.whole) partial.push(write.graphId);
    }
  }
  if (partial.length > 0) {
    const shown = await mailbox.store.pages.shownBy({ stream, graphIds: partial });
    const missing = new Set(partial.filter((id) => !shown.has(id)));
    writes.documents = writes.documents.filter((write) => !missing.has(write.graphId));
    for (const id of missing) await readSingly(mailbox, id, writes);
  }
  for (const item of page.malformed) {
    if (item.id !== null) await readSingly(mailbox, item.id, writes);
    else writes.skips.push({ graphId: 'unknown', code: 'TrawlMalformedItem', words: item.reason });
  }
  return writes;
}

/** Walks a folder's messages from its cursor to the deltaLink, a page and its cursor at a time. */
export async function walkMessages(
  mailbox: MailboxWork,
  { stream, pass, betweenPages }: { stream: Stream; pass: number; betweenPages: () => Promise<void> },
): Promise<Walk> {
  const { graph, store, at, context, signal, settings } = mailbox;
  let current = stream;
  let pageSize = settings.messagePageSize;
  let changed = false;
  for (;;) {
    signal.throwIfAborted();
    let read;
    try {
      read = await readDeltaPage(mailbox, {
        stream: current,
        read: (link) => graph.readMessageDelta({ userId: at.mailboxId, folderId: current.graphId, link, pageSize }, callOptions(mailbox)),
      });
    } catch (error) {
      // An answer that was cut off comes whole in smaller pages: an item in it was too much for Graph.
      if (!(error instanceof GraphError) || error.class !== 'malformedItem' || pageSize === 1) throw error;
      pageSize = Math.max(1, Math.floor(pageSize / 5));
      continue;
    }
    if ('restarted' in read) {
      if (read.restarted === null) return { changed, lost: true };
      current = read.restarted;
      changed = true;
      continue;
    }
    const { documents, skips } = await toWrites(mailbox, { stream: current, page: read.page });
    const written = await store.pages.write({ stream: current, pass, cursor: read.cursor, asOf: read.asOf, documents, skips, context });
    if (written === null) return { changed, lost: true };
    mailbox.counts.pages += 1;
    mailbox.counts.documents += documents.length;
    mailbox.counts.skips += skips.length;
    changed ||= documents.length > 0;
    current = written;
    if (current.cursor.at === 'rest') return { changed, lost: false };
    await betweenPages();
  }
}
