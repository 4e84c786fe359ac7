import type { ClientSession, Db } from 'mongodb';
import type { StoredDocument } from '../contract/document.ts';
import { documentKey } from '../contract/ids.ts';
import type { Stream } from '../contract/stream.ts';
import { attachmentsFollow } from './attachment-followers.ts';
import { collectionsOf } from './collections.ts';
import { mergeGone, mergeShown, type PageView } from './document-merge.ts';
import { bookkeepingFields, writeChanges, type DocumentChange } from './document-writes.ts';
import { foldersOfSlots } from './slot-folders.ts';
import type { DocumentWrite, PageWrite } from './types.ts';

/** More than a new document has beside its content: ids, slot, dates and path. */
const bookkeepingBytes = 8_192;

/**
 * Merges a page's documents into what is stored, in the page's transaction: they are read in its snapshot, unless all of
 * them are taken for new, so that whoever changes one of them meanwhile makes the transaction start again. Returns files of bodies that were replaced.
 */
export async function writePageDocuments(
  db: Db,
  session: ClientSession,
  { page, stream, allNew, boundBytes }: { page: PageWrite; stream: Stream; allNew: boolean; boundBytes: number },
): Promise<string[]> {
  if (page.documents.length === 0) return [];
  const { sourceId, mailboxId } = stream;
  const idOf = (graphId: string) => documentKey({ sourceId, mailboxId, graphId });
  const found = allNew
    ? []
    : await findStored(
        db,
        session,
        page.documents.map((write) => ({ ...write, id: idOf(write.graphId) })),
      );
  const view: PageView = {
    sourceId,
    mailboxId,
    stream: { number: stream.number, generation: stream.generation, folder: { id: stream.graphId, path: stream.path } },
    asOf: page.asOf,
    context: page.context,
    folderOf: await foldersOfSlots(db, session, { at: stream, documents: found, besides: stream.number }),
    now: new Date(),
  };
  const changes = mergePage(page.documents, { stored: new Map(found.map((document) => [document._id, document])), idOf, view });
  await writeChanges(db, session, { changes, boundBytes: boundBytes + changes.length * bookkeepingBytes });
  await attachmentsFollow(db, session, { changes, at: view.now });
  return changes.flatMap(replacedFile);
}

async function findStored(db: Db, session: ClientSession, writes: readonly (DocumentWrite & { id: string })[]): Promise<StoredDocument[]> {
  const ids = [...new Set(writes.map(({ id }) => id))];
  const projection = { ...bookkeepingFields, ...partialFields(writes) };
  return collectionsOf(db)
    .documents.find({ _id: { $in: ids } }, { session, projection })
    .toArray();
}

/** The page's words on each document, one after the other, as one change per document. */
function mergePage(
  writes: readonly DocumentWrite[],
  { stored, idOf, view }: { stored: Map<string, StoredDocument>; idOf: (graphId: string) => string; view: PageView },
): DocumentChange[] {
  const changes = new Map<string, DocumentChange>();
  for (const write of writes) {
    const id = idOf(write.graphId);
    const before = stored.get(id) ?? null;
    const current = changes.get(id)?.next ?? before;
    const next = write.op === 'upsert' ? mergeShown(current, write, view) : current === null ? null : mergeGone(current, view);
    if (next !== null) changes.set(id, { stored: before, next });
  }
  return [...changes.values()];
}

/** Partial updates are told from what is stored field by field, so these fields must be read as well. */
function partialFields(writes: readonly DocumentWrite[]): Record<string, 1> {
  const fields = writes.flatMap((write) => (write.op === 'upsert' && !write.whole ? Object.keys(write.content) : []));
  return Object.fromEntries(fields.filter((field) => field !== 'body').map((field) => [field, 1]));
}

function replacedFile({ stored, next }: DocumentChange): string[] {
  const before = stored?.body?.fileId;
  return typeof before === 'string' && before !== next.body?.fileId ? [before] : [];
}
