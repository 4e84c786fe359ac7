import type { Collection, Db, Filter } from 'mongodb';
import type { StoredDocument } from '../contract/document.ts';
import type { DocumentFate } from '../contract/source.ts';
import { createBodies } from './bodies.ts';
import { collectionsOf } from './collections.ts';
import { createMimeFiles } from './mime-files.ts';
import { inTransaction } from './transaction.ts';
import type { DeletedSourceStore, SourceErasureStore } from './types.ts';

const documentsAtOnce = 100;
const recordsAtOnce = 1_000;

interface OfSource {
  _id: string;
  sourceId: string;
}

/** Erases some records of the first of these collections that has any. */
async function eraseRecords(collections: readonly object[], sourceId: string): Promise<number> {
  for (const collection of collections as unknown as readonly Collection<OfSource>[]) {
    const found = await collection
      .find({ sourceId }, { projection: { _id: 1 } })
      .limit(recordsAtOnce)
      .toArray();
    if (found.length > 0) return (await collection.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } })).deletedCount;
  }
  return 0;
}

/**
 * Erases a deleted source bit by bit: each step is harmless when repeated, so that it goes on from wherever it was ended.
 * Streams go first: without them no lane that is still at work can write a page.
 */
export function createSourceErasure(db: Db): SourceErasureStore {
  const { streams, spans, documents, search, skips, mailboxes, crawls, sources, deletedSources } = collectionsOf(db);
  const bodies = createBodies(db);
  const mimes = createMimeFiles(db);
  /** Kept are those that can be found; what was hidden or erased before, nobody would ever erase again. */
  async function eraseDocuments(sourceId: string, fate: DocumentFate): Promise<number> {
    const hidden: Filter<StoredDocument> = fate === 'keep' ? { 'removal.at': { $type: 'date' } } : {};
    return inTransaction(db, async (session) => {
      const projection = { _id: 1, 'body.fileId': 1 } as const;
      const found = await documents
        .find({ sourceId, ...hidden }, { session, projection })
        .limit(documentsAtOnce)
        .toArray();
      if (found.length === 0) return 0;
      const ids = found.map(({ _id }) => _id);
      await documents.deleteMany({ _id: { $in: ids } }, { session });
      await search.deleteMany({ _id: { $in: ids } }, { session });
      await mimes.eraseOf(ids, session);
      const fileIds = found.flatMap(({ body }) => (typeof body?.fileId === 'string' ? [body.fileId] : []));
      // Equal bodies are kept once, for all sources together: those that others name stay.
      await bodies.release(session, fileIds);
      return found.length;
    });
  }

  /** MIME forms that were begun, and that no document names. */
  async function eraseBegun(sourceId: string): Promise<number> {
    const begun = { sourceId, complete: false };
    const found = await mimes.files
      .find(begun, { projection: { _id: 1 } })
      .limit(documentsAtOnce)
      .toArray();
    await mimes.remove(found.map(({ _id }) => _id));
    return found.length;
  }

  return {
    async eraseSome({ sourceId, documents: fate }) {
      return (
        (await eraseRecords([streams, spans], sourceId)) ||
        (await eraseDocuments(sourceId, fate)) ||
        (await eraseBegun(sourceId)) ||
        (await eraseRecords([skips, mailboxes, crawls], sourceId))
      );
    },

    async finish({ sourceId, at }) {
      const source = await sources.findOne({ _id: sourceId }, { projection: { datasetId: 1, deletion: 1 } });
      if (!source?.deletion) return;
      const { datasetId, deletion } = source;
      const record = { datasetId, documents: deletion.documents, deletedAt: at };
      await deletedSources.updateOne({ _id: sourceId }, { $setOnInsert: record }, { upsert: true });
      await sources.deleteOne({ _id: sourceId });
    },
  };
}

/** What remains of deleted sources. */
export function createDeletedSources(db: Db): DeletedSourceStore {
  const { deletedSources } = collectionsOf(db);
  return {
    async among(sourceIds) {
      if (sourceIds.length === 0) return new Map();
      const found = await deletedSources.find({ _id: { $in: [...new Set(sourceIds)] } }).toArray();
      return new Map(found.map((one) => [one._id, one]));
    },
  };
}
