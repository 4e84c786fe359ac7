import type { Stream } from '../contract/stream.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { GraphEvent, ListPage } from '../graph/types.ts';
import type { DocumentWrite, SkipWrite } from '../store/types.ts';
import { readCalendarChanges, writesOf } from './calendar-changes.ts';
import { readListPage } from './calendar-list.ts';
import type { MailboxWork } from './mailbox-work.ts';
import type { Walk } from './walk-messages.ts';

const skipsOf = (page: ListPage<GraphEvent>): SkipWrite[] =>
  page.malformed.map((item) => ({ graphId: item.id ?? 'unknown', code: 'TrawlMalformedItem', words: item.reason }));

/** Everything of a page: its events, and the changed occurrences of its series. */
async function readPage(mailbox: MailboxWork, page: ListPage<GraphEvent>): Promise<{ documents: DocumentWrite[]; skips: SkipWrite[] }> {
  const documents: DocumentWrite[] = [];
  const skips = skipsOf(page);
  for (const event of page.items) {
    mailbox.signal.throwIfAborted();
    const withExceptions = event.type === 'seriesMaster';
    // What was stored in an earlier generation and is not shown in this one loses its place at its end.
    const writes = await writesOf(mailbox, { id: event.id, read: { event }, withExceptions, present: new Map() });
    documents.push(...writes.documents);
    skips.push(...writes.skips);
  }
  return { documents, skips };
}

/** The first reading: whole events, page by page. */
async function readAll(mailbox: MailboxWork, { stream, pass }: { stream: Stream; pass: number }): Promise<Walk> {
  let current = stream;
  for (;;) {
    mailbox.signal.throwIfAborted();
    let page: ListPage<GraphEvent>;
    try {
      page = await readListPage(mailbox, { stream: current, link: current.cursor.link, whole: true });
    } catch (error) {
      // A link that Graph no longer takes: the list begins anew.
      const stale = error instanceof GraphError && (error.class === 'resync' || error.class === 'badRequest');
      if (!stale || current.cursor.link === null) throw error;
      const restarted = await mailbox.store.streams.restart(current, error.code);
      if (restarted === null) return { changed: true, lost: true };
      current = restarted;
      continue;
    }
    const asOf = mailbox.gate.sentAt();
    const { documents, skips } = await readPage(mailbox, page);
    const { privateEvents } = mailbox.policy;
    const written = await mailbox.store.pages.write({
      stream: current,
      pass,
      cursor: page.next === null ? { at: 'rest', link: null } : { at: 'page', link: page.next },
      asOf,
      documents,
      skips,
      context: mailbox.context,
      ...(page.next === null ? { calendar: { mastersReadAt: mailbox.gate.now(), countedAt: null, privateEvents } } : {}),
    });
    if (written === null) return { changed: true, lost: true };
    mailbox.counts.pages += 1;
    mailbox.counts.documents += documents.length;
    mailbox.counts.skips += skips.length;
    current = written;
    if (current.cursor.at === 'rest') return { changed: true, lost: false };
  }
}

/** Walks one of the mailbox's own calendars. */
export function walkCalendar(mailbox: MailboxWork, walk: { stream: Stream; pass: number }): Promise<Walk> {
  const first = walk.stream.restGeneration < walk.stream.generation;
  return first ? readAll(mailbox, walk) : readCalendarChanges(mailbox, walk);
}
