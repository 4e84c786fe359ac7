import type { AnyBulkWriteOperation, ClientSession, Db, Filter } from 'mongodb';
import type { StoredDocument } from '../contract/document.ts';
import { collectionsOf, type SearchEntry } from './collections.ts';
import { batchesOf } from './document-writes.ts';
import { entryOf, indexedFields, topFields, topIdOf } from './search-entry.ts';
import { inTransaction } from './transaction.ts';
import type { SearchStore } from './types.ts';

/** How many documents are read at once: each may hold a text of 1 MB. */
const readAtOnce = 50;
const countLimit = 10_000;

/** Fills `search` from marked documents, apart from the crawl, so that a text index never slows a page. */
export function createSearch(db: Db): SearchStore {
  const { documents, search } = collectionsOf(db);
  const due: Filter<StoredDocument> = { indexDueAt: { $type: 'date' } };

  /**
   * One transaction, so that what changes, is erased, or is indexed by another meanwhile makes it start again: no entry
   * ever says more than its document.
   */
  async function indexSome(session: ClientSession, limit: number): Promise<number> {
    const found = await documents.find(due, { session, projection: indexedFields }).sort({ indexDueAt: 1 }).limit(limit).toArray();
    if (found.length === 0) return 0;
    const tops = await topsOf(session, found);
    const operations = found.map((document) => entryOperation(document, tops.get(topIdOf(document) ?? '') ?? null));
    for (const batch of batchesOf(operations)) await search.bulkWrite(batch, { session });
    const ids = found.map((document) => document._id);
    await documents.updateMany({ _id: { $in: ids } }, { $set: { indexDueAt: null } }, { session });
    return found.length;
  }

  /** The messages at the top of attachments; most batches have none. */
  async function topsOf(session: ClientSession, found: readonly StoredDocument[]): Promise<Map<string, StoredDocument>> {
    const ids = [...new Set(found.map(topIdOf).filter((id) => id !== null))];
    if (ids.length === 0) return new Map();
    const tops = await documents.find({ _id: { $in: ids } }, { session, projection: topFields }).toArray();
    return new Map(tops.map((top) => [top._id, top]));
  }

  return {
    async indexBatch(limit) {
      let indexed = 0;
      while (indexed < limit) {
        const some = await inTransaction(db, async (session) => indexSome(session, Math.min(readAtOnce, limit - indexed)));
        if (some === 0) break;
        indexed += some;
      }
      return indexed;
    },

    async lag() {
      const [oldest, waiting] = await Promise.all([
        documents
          .find(due, { projection: { indexDueAt: 1 } })
          .sort({ indexDueAt: 1 })
          .limit(1)
          .next(),
        documents.countDocuments(due, { limit: countLimit }),
      ]);
      const since = oldest?.indexDueAt ?? null;
      return { oldestMs: since === null ? 0 : Math.max(0, Date.now() - since.getTime()), waiting };
    },
  };
}

function entryOperation(document: StoredDocument, top: StoredDocument | null): AnyBulkWriteOperation<SearchEntry> {
  const { _id } = document;
  if (document.removal !== null) return { deleteOne: { filter: { _id } } };
  return { replaceOne: { filter: { _id }, replacement: entryOf(document, top), upsert: true } };
}
