import type { ListWalk, Stream } from '../contract/stream.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { GraphMessage, ListPage } from '../graph/types.ts';
import type { SkipWrite } from '../store/types.ts';
import { wasDivided } from './divide-folders.ts';
import { keysPerPage } from './keys-per-page.ts';
import { advance, isAtEdge, newListWalk, skipOf, type Listed } from './list-position.ts';
import { callOptions, type MailboxWork } from './mailbox-work.ts';
import { toDate } from './map-body.ts';
import { mapMessage } from './map-message.ts';
import { readSingly, type Writes } from './read-message.ts';
import { graphTime } from './received-from.ts';
import { retrying } from './retrying.ts';
import type { Walk } from './walk-messages.ts';

/** Where more of a page differ, whole messages are listed, many to a request. */
const mostSingly = 10;
/** A walk that was left for so long is begun anew. */
const stalestMs = 24 * 3_600_000;

export interface ListWalked extends Walk {
  /** How many documents were written, and slots cleared. */
  mended: number;
  /** Everything that Graph counts was listed. */
  proven: boolean;
  /** When the walk began. */
  startedAt: Date;
}

interface ListRun {
  stream: Stream;
  pass: number;
  /** Messages received before are not listed. */
  from: Date | null;
  /** Messages received from then on are not listed. */
  before: Date | null;
  /** Of a giant folder: the span that is listed, whose lease, sequence and walk are the stream's. */
  spanId?: string;
  betweenPages?: () => Promise<void>;
}

/** How a walk reads its next slice. */
interface Reading {
  pageSize: number;
  /** Places beyond those that are known to be listed, where a page was shorter than what was asked for again. */
  ahead: number;
  /** Whole messages are listed up to this time. */
  wholeUntilMs: number;
}

const isBegun = (walk: ListWalk | null | undefined, run: ListRun, nowMs: number): walk is ListWalk =>
  walk != null &&
  nowMs - walk.startedAt.getTime() < stalestMs &&
  walk.before?.getTime() === run.before?.getTime() &&
  (run.from === null || (walk.from !== null && walk.from >= run.from));

const listed = (message: GraphMessage): Listed => ({ id: message.id, receivedAt: toDate(message.receivedDateTime ?? null) });

async function ask(
  mailbox: MailboxWork,
  { stream, walk, whole, pageSize, ahead }: { stream: Stream; walk: ListWalk; whole: boolean; pageSize: number; ahead: number },
): Promise<ListPage<GraphMessage>> {
  const { graph, at, signal } = mailbox;
  const bounds = { from: graphTime(walk.from), before: graphTime(walk.before), skip: skipOf(walk, pageSize) + ahead };
  const query = { userId: at.mailboxId, folderId: stream.graphId, ...bounds, whole, pageSize };
  return retrying(() => graph.listMessages(query, callOptions(mailbox)), signal);
}

/** Of a slice, the messages that are not stored as they are now, nor given up until a later time. */
async function differing(
  mailbox: MailboxWork,
  { stream, page }: { stream: Stream; page: ListPage<GraphMessage> },
): Promise<GraphMessage[]> {
  const states = await mailbox.store.pages.statesOf({ stream, graphIds: page.items.map((message) => message.id) });
  return page.items.filter((message) => {
    const state = states.get(message.id);
    if (state === undefined) return true;
    const isSame = state.present && state.changeKey !== null && state.changeKey === message.changeKey;
    return !isSame && !state.skipped;
  });
}

/** Present documents of the slice's time that it did not name. */
async function absentIn(
  mailbox: MailboxWork,
  { stream, walk, next, page }: { stream: Stream; walk: ListWalk; next: ListWalk | null; page: ListPage<GraphMessage> },
): Promise<string[]> {
  if (next !== null && next.from?.getTime() === walk.from?.getTime()) return [];
  const range = { from: walk.from, to: next === null ? walk.before : next.from };
  const present = await mailbox.store.pages.receivedIn({ stream, ...range });
  const named = new Set([...page.items.map((message) => message.id), ...page.malformed.map((item) => item.id)]);
  return present.filter((id) => !named.has(id) && !isAtEdge(walk, id));
}

async function writesOf(
  mailbox: MailboxWork,
  { found, whole, page }: { found: GraphMessage[]; whole: boolean; page: ListPage<GraphMessage> },
) {
  const writes: Writes = { documents: [], skips: [] };
  for (const message of found) {
    const write = whole ? mapMessage(message, { mime: mailbox.policy.originalMime }) : null;
    if (write?.whole === true) writes.documents.push(write);
    else await readSingly(mailbox, { messageId: message.id, listed: message, writes });
  }
  for (const { id } of page.malformed) if (id !== null) await readSingly(mailbox, { messageId: id, writes });
  return writes;
}

/** What a slice named and what to write of it, and how to read the next one. */
interface Slice {
  page: ListPage<GraphMessage>;
  asOf: Date;
  writes: Writes;
  pageSize: number;
  after: Reading;
}

/** True for a page of known messages alone that does not go beyond what is known: pages can be shorter than asked, and more may stand behind. */
const isShort = (walk: ListWalk, { page, skipped }: { page: ListPage<unknown>; skipped: number }): boolean =>
  page.items.length > 0 && skipped + page.items.length <= walk.edge.length;

/** One slice: what to write of it; or how to ask for it otherwise. */
async function readSlice(
  mailbox: MailboxWork,
  { stream, walk, reading }: { stream: Stream; walk: ListWalk; reading: Reading },
): Promise<Slice | { otherwise: Reading }> {
  const whole = (walk.from?.getTime() ?? Number.NEGATIVE_INFINITY) < reading.wholeUntilMs;
  const pageSize = whole ? reading.pageSize : keysPerPage;
  let page: ListPage<GraphMessage>;
  try {
    page = await ask(mailbox, { stream, walk, whole, pageSize, ahead: reading.ahead });
  } catch (error) {
    // A page that Exchange cannot render is asked for in smaller ones, and in the end by ids, to be read singly.
    if (!(error instanceof GraphError) || error.class !== 'malformedItem' || !whole) throw error;
    if (reading.pageSize > mostSingly) return { otherwise: { ...reading, pageSize: Math.ceil(reading.pageSize / 5) } };
    page = await ask(mailbox, { stream, walk, whole: false, pageSize: mostSingly, ahead: reading.ahead });
    const asOf = mailbox.gate.sentAt();
    const writes = await writesOf(mailbox, { found: await differing(mailbox, { stream, page }), whole: false, page });
    return { page, asOf, writes, pageSize: mostSingly, after: { ...reading, pageSize: mailbox.settings.messagePageSize } };
  }
  const asOf = mailbox.gate.sentAt();
  const found = await differing(mailbox, { stream, page });
  if (!whole && found.length > mostSingly) {
    const last = Math.max(...found.map((message) => listed(message).receivedAt?.getTime() ?? 0));
    return { otherwise: { ...reading, wholeUntilMs: last + 1 } };
  }
  return { page, asOf, writes: await writesOf(mailbox, { found, whole, page }), pageSize, after: reading };
}

/** A walk is proven when it has listed as many messages as Graph counts then: nothing ended early, and nothing came or went. */
async function prove(
  mailbox: MailboxWork,
  { stream, walk }: { stream: Stream; walk: ListWalk },
): Promise<{ proven: boolean; cleared: number }> {
  const { graph, store, at, signal } = mailbox;
  const receivedFrom = graphTime(mailbox.policy.receivedSince);
  const query = { userId: at.mailboxId, folderId: stream.graphId, receivedFrom };
  const count = await retrying(() => graph.countMessages(query, callOptions(mailbox)), signal);
  if (count !== walk.seen) return { proven: false, cleared: 0 };
  if (walk.absent === 0) return { proven: true, cleared: 0 };
  const cleared = await store.streams.clearDoubted({ stream, startedAt: walk.startedAt, asOf: mailbox.gate.sentAt() });
  return { proven: true, cleared };
}

/** An item without an id is told by its place: the same one when the page is read again. */
const nameless = (page: ListPage<unknown>, { stream, walk }: { stream: Stream; walk: ListWalk }): SkipWrite[] =>
  page.malformed.flatMap(({ id, reason }, index) =>
    id !== null ? [] : [{ graphId: `unknown:${stream.generation}:list:${walk.seen + index}`, code: 'TrawlMalformedItem', words: reason }],
  );

interface SliceWrite {
  stream: Stream;
  /** The walk before the slice and behind it; `next` is null at the end of the list. */
  walk: ListWalk;
  next: ListWalk | null;
  read: Slice;
  run: ListRun;
}

/** Writes a slice with the walk's place behind it. `written` is null when another lane has the stream. */
async function writeSlice(
  mailbox: MailboxWork,
  { stream, walk, next, read, run: { pass, spanId } }: SliceWrite,
): Promise<{ written: Stream | null; behind: ListWalk }> {
  const { page, asOf, writes } = read;
  const byList = stream.method === 'list' && spanId === undefined;
  const skips = [...writes.skips, ...nameless(page, { stream, walk })];
  // The delta behind the spans tells what is not there.
  const doubted = spanId === undefined ? await absentIn(mailbox, { stream, walk, next, page }) : [];
  const behind: ListWalk = {
    ...(next ?? walk),
    seen: (next ?? walk).seen + (next === null ? 0 : page.malformed.filter(({ id }) => id === null).length),
    absent: walk.absent + doubted.length,
    mended: walk.mended + writes.documents.length,
  };
  const written = await mailbox.store.pages.write({
    stream,
    pass: byList ? pass : stream.readInPass,
    cursor: byList ? { at: next === null ? 'rest' : 'page', link: null } : stream.cursor,
    asOf,
    documents: writes.documents,
    skips,
    list: next === null ? null : behind,
    ...(spanId === undefined ? {} : { spanId }),
    doubted,
    restAsOf: byList ? walk.startedAt : stream.restAsOf,
    context: mailbox.context,
  });
  if (written !== null) {
    mailbox.counts.pages += 1;
    mailbox.counts.documents += writes.documents.length;
    mailbox.counts.skips += skips.length;
  }
  return { written, behind };
}

/** The walk behind an answer; null at the end, and `short` when a page of known messages came before that. */
function goOn(walk: ListWalk, { read, ahead }: { read: Slice; ahead: number }): { next: ListWalk | null; short: boolean } {
  const { page, pageSize } = read;
  const garbled = page.malformed.flatMap(({ id }) => (id === null ? [] : [{ id, receivedAt: null }]));
  const next = advance(walk, [...page.items.map(listed), ...garbled]);
  return { next, short: next === null && isShort(walk, { page, skipped: skipOf(walk, pageSize) + ahead }) };
}

/**
 * Walks a folder's list by time of receipt, from where it was left. Ids and change keys are compared with what is stored,
 * and what differs is read, whole pages at once where much does. What the list did not name is in doubt, and loses its slot
 * when Graph's count proves that the list named all. Each page and the walk's place are one transaction.
 */
export async function walkList(mailbox: MailboxWork, run: ListRun): Promise<ListWalked> {
  let current = run.stream;
  const now = mailbox.gate.now();
  let walk = isBegun(current.list, run, now.getTime()) ? current.list : newListWalk({ startedAt: now, from: run.from, before: run.before });
  const isNew = run.spanId !== undefined || (current.restGeneration === 0 && !wasDivided(current));
  const wholeUntilMs = isNew ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  let reading: Reading = { pageSize: mailbox.settings.messagePageSize, ahead: 0, wholeUntilMs };
  for (;;) {
    mailbox.signal.throwIfAborted();
    const read = await readSlice(mailbox, { stream: current, walk, reading });
    if ('otherwise' in read) {
      reading = read.otherwise;
      continue;
    }
    const { next, short } = goOn(walk, { read, ahead: reading.ahead });
    if (short) {
      reading = { ...reading, ahead: reading.ahead + read.page.items.length };
      continue;
    }
    reading = { ...read.after, ahead: 0 };
    const { written, behind } = await writeSlice(mailbox, { stream: current, walk, next, read, run });
    if (written === null)
      return { changed: behind.mended > 0, lost: true, mended: behind.mended, proven: false, startedAt: walk.startedAt };
    current = written;
    if (next === null) {
      const isAll = run.before === null && run.spanId === undefined;
      const { proven, cleared } = isAll ? await prove(mailbox, { stream: current, walk: behind }) : { proven: true, cleared: 0 };
      const mended = behind.mended + cleared;
      return { changed: mended > 0, lost: false, mended, proven, startedAt: walk.startedAt };
    }
    walk = behind;
    await run.betweenPages?.();
  }
}
