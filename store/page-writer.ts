import { BSON, type ClientSession, type Db } from 'mongodb';
import { documentKey } from '../contract/ids.ts';
import type { Stream } from '../contract/stream.ts';
import type { Bodies } from './bodies.ts';
import { collectionsOf } from './collections.ts';
import { givenContent } from './content.ts';
import { batchesOf, DocumentRefusedError } from './document-writes.ts';
import { writePageDocuments } from './page-documents.ts';
import { writePageFolders } from './page-folders.ts';
import { sizeBound } from './size-bound.ts';
import { closeGone, closeNameless, closeSkips, writeSkips, type SkipRecord } from './skips.ts';
import { clearSlots, clearSlotsOnce } from './slot-clearing.ts';
import { holdSpan, isOfSpan, moveSpan } from './span-pages.ts';
import { serverCodeOf, serverCodes } from './store-errors.ts';
import { inTransaction } from './transaction.ts';
import type { DocumentWrite, PageStore, PageWrite, SkipWrite } from './types.ts';

/** MongoDB holds no document over 16 MB; slots and the rest need some of it. */
const documentLimitBytes = 15_000_000;
/**
 * MongoDB keeps what a transaction writes in its cache, and gives up one that outgrows it
 * (mongodb.com/docs/manual/core/transactions-production-consideration).
 */
const transactionLimitBytes = 32_000_000;
const duplicateTries = 5;
/** Row of contract/errors.ts for an item whose document cannot be stored. */
const refusedCode = 'TrawlRefusedDocument';

/** Thrown inside the transaction when a body's file was removed since it was written. */
class BodyGoneError extends Error {}

/**
 * Makes `PageStore.write`. Large bodies go to GridFS first, under names that make a repeat harmless; then the stream's
 * cursor and all documents of the page are one transaction. Of a page that is too much for one, earlier parts go before,
 * each on condition that the stream is still the lane's: a crash in between costs the page read again. A document that
 * MongoDB refuses becomes a skip and the page is written without it.
 */
export function createPageWriter(db: Db, bodies: Bodies): PageStore['write'] {
  return async (page) => {
    const whole = await preparePage(page, bodies);
    const { boundBytes } = whole;
    let { prepared } = whole;
    if (isResyncEnd(page)) await clearOldGeneration(db, page);
    let allNew = isFirstReading(page);
    for (let duplicates = 0; ;) {
      try {
        return await writeParts({ db, bodies, page: prepared, allNew, boundBytes });
      } catch (error) {
        if (error instanceof DocumentRefusedError) prepared = withoutDocument(prepared, error.documentId);
        else if (error instanceof BodyGoneError) await preparePage(page, bodies);
        // One of them was shown by another stream before: the repeat looks at what is stored.
        else if (allNew && serverCodeOf(error) === serverCodes.duplicateKey) allNew = false;
        // Another lane has made the same document since this transaction's snapshot: the repeat sees it.
        else if (serverCodeOf(error) !== serverCodes.duplicateKey || (duplicates += 1) >= duplicateTries) throw error;
      }
    }
  };
}

/**
 * True while a stream is read for the first time: its items are new unless another stream has shown them, and then the
 * insertion is refused. So they are written without looking first.
 */
function isFirstReading({ stream, documents }: PageWrite): boolean {
  if (stream.generation > 1 || stream.restGeneration > 0) return false;
  const isWhole = (write: DocumentWrite) => write.op === 'upsert' && write.whole;
  return documents.every(isWhole) && new Set(documents.map(({ graphId }) => graphId)).size === documents.length;
}

/** True for the page that ends a generation after the first: what it did not show has lost its slot. */
function isResyncEnd(page: PageWrite): boolean {
  const { stream, cursor } = page;
  // A list clears what it has put in doubt, and only when it is proven whole.
  return stream.method === 'delta' && cursor.at === 'rest' && stream.generation > 1 && stream.restGeneration < stream.generation;
}

/** Most of an old generation is cleared before the page, so that the page's transaction stays small however much went. */
async function clearOldGeneration(db: Db, page: PageWrite): Promise<void> {
  const { stream } = page;
  const { _id, lease, sequence } = stream;
  if ((await collectionsOf(db).streams.findOne({ _id, lease, sequence }, { projection: { _id: 1 } })) === null) return;
  const upserts = page.documents.filter((write) => write.op === 'upsert').map(({ graphId }) => graphId);
  const except = [...upserts, ...(page.unchanged ?? [])].map((graphId) => documentKey({ ...stream, graphId }));
  await clearSlots(db, { stream, asOf: page.asOf, before: stream.generation, except });
}

interface Attempt {
  db: Db;
  bodies: Bodies;
  page: PageWrite;
  /** Written as if nothing of it were stored; refused with a duplicate key when something is. */
  allNew: boolean;
  /** At least as many bytes as the contents of all its documents take. */
  boundBytes: number;
}

async function writeParts(attempt: Attempt): Promise<Stream | null> {
  const { db, page, boundBytes } = attempt;
  // A cursor alone is one document, which is atomic by itself.
  if (movesCursorOnly(page)) return moveCursor(db, page);
  const parts = batchesOf(page.documents, { limitBytes: transactionLimitBytes, boundBytes });
  const last = { ...page, documents: parts.pop() ?? [] };
  for (const documents of parts) {
    const held = await inTransaction(db, async (session) => {
      const stream = await holdStream(db, session, page);
      if (stream !== null) await writeDocuments({ ...attempt, page: { ...page, documents } }, session, stream);
      return stream !== null;
    });
    if (!held) return null;
  }
  return inTransaction(db, async (session) => writeLast({ ...attempt, page: last }, session));
}

function movesCursorOnly(page: PageWrite): boolean {
  return (
    !isOfSpan(page) &&
    page.documents.length === 0 &&
    (page.unchanged ?? []).length === 0 &&
    (page.folders ?? []).length === 0 &&
    (page.skips ?? []).length === 0 &&
    (page.doubted ?? []).length === 0 &&
    !isResyncEnd(page)
  );
}

/** The stream, when it is still the lane's; writing to it makes whoever takes it meanwhile wait or start again. */
async function holdStream(db: Db, session: ClientSession, page: PageWrite): Promise<Stream | null> {
  if (isOfSpan(page)) return holdSpan(db, session, page);
  const { stream, asOf } = page;
  const { _id, lease, sequence } = stream;
  return collectionsOf(db).streams.findOneAndUpdate(
    { _id, lease, sequence },
    { $set: { changedAt: asOf } },
    { session, returnDocument: 'after' },
  );
}

async function writeDocuments({ db, bodies, page, allNew, boundBytes }: Attempt, session: ClientSession, stream: Stream): Promise<void> {
  const missing = await bodies.claim(session, fileIdsOf(page.documents));
  if (missing.length > 0) throw new BodyGoneError();
  const replaced = await writePageDocuments(db, session, { page, stream, allNew, boundBytes });
  await bodies.release(session, replaced);
  const skipped = new Set((page.skips ?? []).map((skip) => skip.graphId));
  const read = page.documents.filter((write) => write.op === 'upsert' && write.whole && !skipped.has(write.graphId));
  const ids = read.map((write) => documentKey({ ...page.stream, graphId: write.graphId }));
  await closeSkips(db, session, { at: page.stream, ids });
  const gone = page.documents
    .filter((write) => write.op === 'gone')
    .map((write) => documentKey({ ...page.stream, graphId: write.graphId }));
  await closeGone(db, session, { streamId: page.stream._id, ids: gone });
}

async function writeLast(attempt: Attempt, session: ClientSession): Promise<Stream | null> {
  const { db, page } = attempt;
  const stream = isOfSpan(page) ? await moveSpan(db, session, page) : await moveCursor(db, page, session);
  if (stream === null) return null;
  if (page.folders !== undefined) await writePageFolders(db, session, page);
  await writeDocuments(attempt, session, stream);
  await confirm(db, session, page);
  await doubt(db, session, page);
  if (isResyncEnd(page)) {
    await clearSlotsOnce(db, session, { stream, asOf: page.asOf, before: stream.generation });
    await closeNameless(db, session, { streamId: stream._id, generation: stream.generation });
  }
  await writeSkips(db, session, { records: (page.skips ?? []).map((skip) => skipRecord(page, skip)), at: page.asOf });
  return stream;
}

/** What a page shows as it is stored: its slots speak of this generation and this time. */
async function confirm(db: Db, session: ClientSession, { stream, unchanged, asOf }: PageWrite): Promise<void> {
  if (unchanged === undefined || unchanged.length === 0) return;
  const slot = `seenIn.${stream.number}`;
  const ids = unchanged.map((graphId) => documentKey({ ...stream, graphId }));
  await collectionsOf(db).documents.updateMany(
    { _id: { $in: ids }, [`${slot}.present`]: true },
    {
      $set: { [`${slot}.generation`]: stream.generation },
      $max: { [`${slot}.asOf`]: asOf, lastSeenAt: asOf },
      $unset: { [`${slot}.doubtedAt`]: true },
    },
    { session },
  );
}

async function doubt(db: Db, session: ClientSession, { stream, doubted, asOf }: PageWrite): Promise<void> {
  if (doubted === undefined || doubted.length === 0) return;
  const ids = doubted.map((graphId) => documentKey({ ...stream, graphId }));
  await collectionsOf(db).documents.updateMany(
    { _id: { $in: ids } },
    { $set: { [`seenIn.${stream.number}.doubtedAt`]: asOf } },
    { session },
  );
}

async function moveCursor(db: Db, page: PageWrite, session?: ClientSession): Promise<Stream | null> {
  const { stream, cursor, pass, asOf } = page;
  const { _id, lease, sequence } = stream;
  const changedAt = page.documents.length + (page.folders?.length ?? 0) > 0 ? { changedAt: asOf } : {};
  const restAsOf = page.restAsOf === undefined ? asOf : page.restAsOf;
  const atRest = cursor.at === 'rest' ? { readInPass: pass, failure: null, claim: null, restAsOf } : {};
  const calendar = page.calendar === undefined ? {} : { calendar: page.calendar };
  const list = page.list === undefined ? {} : { list: page.list };
  const set = {
    cursor,
    ...calendar,
    ...list,
    ...changedAt,
    ...atRest,
    ...(cursor.at === 'rest' ? { restGeneration: stream.generation } : {}),
  };
  return collectionsOf(db).streams.findOneAndUpdate(
    { _id, lease, sequence },
    { $set: set, $inc: { sequence: 1 } },
    { ...(session === undefined ? {} : { session }), returnDocument: 'after' },
  );
}

async function preparePage(page: PageWrite, bodies: Bodies): Promise<{ prepared: PageWrite; boundBytes: number }> {
  let boundBytes = 0;
  const documents: DocumentWrite[] = [];
  const skips = [...(page.skips ?? [])];
  for (const write of page.documents) {
    if (write.op === 'gone') {
      documents.push(write);
      continue;
    }
    const content = await bodies.moveOut(givenContent(write.content));
    const bytes = sizeBound(content);
    boundBytes += bytes;
    if (bytes <= documentLimitBytes || BSON.calculateObjectSize(content) <= documentLimitBytes) documents.push({ ...write, content });
    else skips.push({ graphId: write.graphId, code: refusedCode, words: 'The item is larger than a stored document can be.' });
  }
  return { prepared: { ...page, documents, skips }, boundBytes };
}

/** The page without what MongoDB has refused; the refused item becomes a skip. */
function withoutDocument(page: PageWrite, documentId: string): PageWrite {
  const isRefused = (write: DocumentWrite) => documentKey({ ...page.stream, graphId: write.graphId }) === documentId;
  const graphId = page.documents.find(isRefused)?.graphId;
  if (graphId === undefined) throw new Error(`MongoDB refuses document ${documentId}, which this page does not write`);
  const skip = { graphId, code: refusedCode, words: 'The item does not have the shape of a stored document.' };
  return {
    ...page,
    documents: page.documents.filter((write) => !isRefused(write)),
    skips: [...(page.skips ?? []), skip],
  };
}

function fileIdsOf(documents: readonly DocumentWrite[]): string[] {
  return documents.flatMap((write) =>
    write.op === 'upsert' && typeof write.content.body?.fileId === 'string' ? [write.content.body.fileId] : [],
  );
}

function skipRecord({ stream }: PageWrite, { graphId, code, words }: SkipWrite): SkipRecord {
  const { sourceId, mailboxId } = stream;
  return { _id: documentKey({ sourceId, mailboxId, graphId }), sourceId, mailboxId, streamId: stream._id, graphId, code, words };
}
