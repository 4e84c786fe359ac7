import type { Stream } from '../contract/stream.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { GraphEvent, ListPage } from '../graph/types.ts';
import type { DocumentWrite, SkipWrite } from '../store/types.ts';
import { concernsAll } from './concerns-all.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { mapEvent } from './map-event.ts';
import { retrying } from './retrying.ts';
import type { Walk } from './walk-messages.ts';

const writesPerPage = 100;

function listPage(mailbox: MailboxWork, list: { stream: Stream; link: string | null; whole: boolean }): Promise<ListPage<GraphEvent>> {
  const { graph, at, settings, signal } = mailbox;
  const ask = {
    userId: at.mailboxId,
    calendarId: list.stream.graphId,
    link: list.link,
    whole: list.whole,
    pageSize: settings.eventPageSize,
  };
  return retrying(() => graph.listEvents(ask, callOptions(mailbox)), signal);
}

const skipsOf = (page: ListPage<GraphEvent>): SkipWrite[] =>
  page.malformed.map((item) => ({ graphId: item.id ?? 'unknown', code: 'TrawlMalformedItem', words: item.reason }));

/** The first reading: whole events, page by page. */
async function readAll(mailbox: MailboxWork, { stream, pass }: { stream: Stream; pass: number }): Promise<Walk> {
  let current = stream;
  for (;;) {
    mailbox.signal.throwIfAborted();
    let page: ListPage<GraphEvent>;
    try {
      page = await listPage(mailbox, { stream: current, link: current.cursor.link, whole: true });
    } catch (error) {
      // A link that Graph no longer takes: the list begins anew.
      const stale = error instanceof GraphError && (error.class === 'resync' || error.class === 'badRequest');
      if (!stale || current.cursor.link === null) throw error;
      const restarted = await mailbox.store.streams.restart(current, error.code);
      if (restarted === null) return { changed: true, lost: true };
      current = restarted;
      continue;
    }
    const documents = page.items.map(mapEvent);
    const skips = skipsOf(page);
    const written = await mailbox.store.pages.write({
      stream: current,
      pass,
      cursor: page.next === null ? { at: 'rest', link: null } : { at: 'page', link: page.next },
      asOf: mailbox.gate.sentAt(),
      documents,
      skips,
      context: mailbox.context,
    });
    if (written === null) return { changed: true, lost: true };
    mailbox.counts.pages += 1;
    mailbox.counts.documents += documents.length;
    mailbox.counts.skips += skips.length;
    current = written;
    if (current.cursor.at === 'rest') return { changed: true, lost: false };
  }
}

/** Ids and change keys of all events listed now, and when the list was begun. */
async function listKeys(mailbox: MailboxWork, stream: Stream): Promise<{ keys: Map<string, string | null>; asOf: Date }> {
  const keys = new Map<string, string | null>();
  let link: string | null = null;
  let asOf: Date | null = null;
  do {
    mailbox.signal.throwIfAborted();
    const page: ListPage<GraphEvent> = await listPage(mailbox, { stream, link, whole: false });
    asOf ??= mailbox.gate.sentAt();
    mailbox.counts.pages += 1;
    for (const event of page.items) keys.set(event.id, event.changeKey ?? null);
    for (const item of page.malformed) if (item.id !== null) keys.set(item.id, null);
    link = page.next;
  } while (link !== null);
  return { keys, asOf };
}

async function readEvent(mailbox: MailboxWork, eventId: string): Promise<{ write: DocumentWrite | null; skip: SkipWrite | null }> {
  try {
    const read = () => mailbox.graph.getEvent({ userId: mailbox.at.mailboxId, eventId }, callOptions(mailbox));
    return { write: mapEvent(await retrying(read, mailbox.signal)), skip: null };
  } catch (error) {
    if (!(error instanceof GraphError) || (await concernsAll(mailbox, error))) throw error;
    if (error.class === 'notFound') return { write: { op: 'gone', graphId: eventId }, skip: null };
    return { write: null, skip: { graphId: eventId, code: error.code, words: 'The event cannot be read' } };
  }
}

/** Later readings: the list of ids is compared with what is stored, and only what differs is read. */
async function readChanges(mailbox: MailboxWork, { stream, pass }: { stream: Stream; pass: number }): Promise<Walk> {
  const { store, at } = mailbox;
  const { keys, asOf } = await listKeys(mailbox, stream);
  const present = await store.pages.presentIn({ ...at, streamNumber: stream.number });
  const gone: DocumentWrite[] = [...present.keys()].filter((id) => !keys.has(id)).map((graphId) => ({ op: 'gone', graphId }));
  const differing = [...keys].filter(([id, key]) => !present.has(id) || present.get(id) !== key).map(([id]) => id);
  let current = stream;
  let done = 0;
  const write = async ({ documents, skips, asked }: { documents: DocumentWrite[]; skips: SkipWrite[]; asked: Date }): Promise<boolean> => {
    const rest = done >= differing.length;
    const cursor = { at: rest ? ('rest' as const) : ('page' as const), link: null };
    const written = await store.pages.write({ stream: current, pass, cursor, asOf: asked, documents, skips, context: mailbox.context });
    if (written === null) return false;
    current = written;
    mailbox.counts.documents += documents.length;
    mailbox.counts.skips += skips.length;
    return true;
  };
  while (done < differing.length) {
    mailbox.signal.throwIfAborted();
    const slice = differing.slice(done, done + writesPerPage);
    const documents: DocumentWrite[] = [];
    const skips: SkipWrite[] = [];
    for (const id of slice) {
      const { write: document, skip } = await readEvent(mailbox, id);
      if (document !== null) documents.push(document);
      if (skip !== null) skips.push(skip);
    }
    // The list's time is the earlier one, so nothing seen later elsewhere is overwritten.
    done += slice.length;
    const last = done >= differing.length;
    if (!(await write({ documents: last ? [...documents, ...gone] : documents, skips, asked: asOf }))) return { changed: true, lost: true };
  }
  if (differing.length === 0 && !(await write({ documents: gone, skips: [], asked: asOf })))
    return { changed: gone.length > 0, lost: true };
  return { changed: differing.length + gone.length > 0, lost: false };
}

/** Walks one of the mailbox's own calendars. */
export function walkCalendar(mailbox: MailboxWork, walk: { stream: Stream; pass: number }): Promise<Walk> {
  const first = walk.stream.restGeneration < walk.stream.generation;
  return first ? readAll(mailbox, walk) : readChanges(mailbox, walk);
}
