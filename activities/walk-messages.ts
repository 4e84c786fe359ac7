import type { Stream } from '../contract/stream.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { DeltaItem, DeltaPage, GraphMessage } from '../graph/types.ts';
import type { DocumentUpsert } from '../store/types.ts';
import { contentHash } from './content-hash.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { mapMessage } from './map-message.ts';
import { readDeltaPage } from './read-delta-page.ts';
import { readSingly, type Writes } from './read-message.ts';
import { isTooOld } from './received-from.ts';

/** How a walk of one stream ended: `lost` when another lane has taken it over. */
export interface Walk {
  changed: boolean;
  lost: boolean;
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

/** Of partial updates, those that may not be merged into what is stored: these messages are read singly. */
async function unmergeable(mailbox: MailboxWork, { stream, partial }: { stream: Stream; partial: DocumentUpsert[] }): Promise<Set<string>> {
  const graphIds = partial.map((write) => write.graphId);
  if (graphIds.length === 0) return new Set();
  if (stream.keysOnly !== true) {
    const shown = await mailbox.store.pages.shownBy({ stream, graphIds });
    return new Set(graphIds.filter((id) => !shown.has(id)));
  }
  // A chain of keys tells what is to be read by the change key alone.
  const states = await mailbox.store.pages.statesOf({ stream, graphIds });
  const isSame = ({ graphId, content }: DocumentUpsert) => {
    const state = states.get(graphId);
    return state?.held === true && state.changeKey !== null && (content.changeKey === undefined || content.changeKey === state.changeKey);
  };
  return new Set(partial.filter((write) => !isSame(write) && states.get(write.graphId)?.skipped !== true).map((write) => write.graphId));
}

async function toWrites(mailbox: MailboxWork, { stream, page }: { stream: Stream; page: DeltaPage<GraphMessage> }): Promise<Writes> {
  const writes: Writes = { documents: [], skips: [] };
  const partial: DocumentUpsert[] = [];
  for (const item of lastOfEach(page.items)) {
    if (item.gone) writes.documents.push({ op: 'gone', graphId: item.id });
    else if (!isTooOld(mailbox, item.item)) {
      const write = mapMessage(item.item, { mime: mailbox.policy.originalMime });
      writes.documents.push(write);
      if (!write.whole) partial.push(write);
    }
  }
  const missing = await unmergeable(mailbox, { stream, partial });
  writes.documents = writes.documents.filter((write) => !missing.has(write.graphId));
  const told = new Map(page.items.flatMap((item) => (item.gone ? [] : [[item.item.id, item.item]])));
  for (const messageId of missing) await readSingly(mailbox, { messageId, listed: told.get(messageId), writes });
  for (const [index, { id, reason }] of page.malformed.entries()) {
    if (id !== null) await readSingly(mailbox, { messageId: id, writes });
    // Without an id it is told by its place, which is the same when the page is read again.
    else
      writes.skips.push({ graphId: `unknown:${stream.generation}:${placeOf(stream, index)}`, code: 'TrawlMalformedItem', words: reason });
  }
  return writes;
}

const placeOf = (stream: Stream, index: number) => `${contentHash([stream.cursor.link]).slice(0, 16)}:${index}`;

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
  let pageSize = settings.messagePageSize;
  let changed = false;
  for (;;) {
    signal.throwIfAborted();
    let read;
    try {
      const ask = { userId: at.mailboxId, folderId: current.graphId, pageSize, keysOnly: current.keysOnly === true };
      read = await readDeltaPage(mailbox, {
        stream: current,
        read: (link) => graph.readMessageDelta({ ...ask, link }, callOptions(mailbox)),
      });
    } catch (error) {
      const smaller = smallerPage(error, pageSize);
      if (smaller === null) throw error;
      pageSize = smaller;
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
