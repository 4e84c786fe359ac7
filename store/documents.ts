import type { Db, Document } from 'mongodb';
import type { StoredDocument } from '../contract/document.ts';
import { collectionsOf } from './collections.ts';
import type { DocumentQuery, DocumentStore } from './types.ts';

/** Lists show no bodies: a document itself does. */
const listed = { body: 0, text: 0, seenIn: 0 } as const;

/** Stored documents as the API and the comparison with a ground truth read them: live ones only, unless asked by id. */
export function createDocuments(db: Db): DocumentStore {
  const { documents } = collectionsOf(db);

  async function byFilters(query: DocumentQuery): Promise<StoredDocument[]> {
    const filter = { datasetId: { $in: [...query.datasetIds] }, removal: null, ...filtersOf(query) };
    return documents.find(filter, { projection: listed }).sort({ _id: 1 }).limit(query.limit).toArray() as Promise<StoredDocument[]>;
  }

  /** Goes on until the page is full: the index may name documents that were removed since. */
  async function byText(query: DocumentQuery & { text: string }): Promise<StoredDocument[]> {
    const page: StoredDocument[] = [];
    for (let after = query.after; page.length < query.limit;) {
      const ids = await entriesFor(db, { ...query, after });
      const last = ids.at(-1);
      if (last === undefined) break;
      const filter = { _id: { $in: ids }, datasetId: { $in: [...query.datasetIds] }, removal: null };
      page.push(...((await documents.find(filter, { projection: listed }).sort({ _id: 1 }).toArray()) as StoredDocument[]));
      after = last;
    }
    return page.slice(0, query.limit);
  }

  return {
    async search(query) {
      if (query.datasetIds.length === 0) return [];
      const text = query.text?.trim() ?? '';
      return text === '' ? byFilters(query) : byText({ ...query, text });
    },

    get: async (id) => documents.findOne({ _id: id }),

    attachmentsOf: async (parentId) => documents.find({ parentId, removal: null }).sort({ _id: 1 }).toArray(),

    // What Graph has: parts of attachments are no items of its own.
    async countsBySource(sourceIds) {
      const pipeline = [
        { $match: { sourceId: { $in: [...sourceIds] }, removal: null, rootId: null } },
        { $group: { _id: { sourceId: '$sourceId', kind: '$kind' }, count: { $sum: 1 } } },
      ];
      const groups = await documents
        .aggregate<{ _id: { sourceId: string; kind: StoredDocument['kind'] }; count: number }>(pipeline)
        .toArray();
      const counts = new Map(sourceIds.map((sourceId) => [sourceId, { message: 0, event: 0, attachment: 0 }]));
      for (const { _id, count } of groups) counts.set(_id.sourceId, { ...noDocuments, ...counts.get(_id.sourceId), [_id.kind]: count });
      return counts;
    },

    async *liveDocuments({ sourceId }) {
      const projection = { _id: 0, mailboxId: 1, graphId: 1, kind: 1, folderPath: 1, parentId: 1 };
      yield* documents.find({ sourceId, removal: null, rootId: null }, { projection }) as AsyncIterable<StoredDocument>;
    },
  };
}

const noDocuments = { message: 0, event: 0, attachment: 0 };

/** A page of ids in `search`. A text index with a prefix answers one dataset at a time. */
async function entriesFor(db: Db, query: DocumentQuery & { text: string }): Promise<string[]> {
  const { search } = collectionsOf(db);
  const pages = await Promise.all(
    query.datasetIds.map(async (datasetId) => {
      const filter = { datasetId, $text: { $search: query.text }, ...filtersOf(query) };
      return search
        .find(filter, { projection: { _id: 1 } })
        .sort({ _id: 1 })
        .limit(query.limit)
        .toArray();
    }),
  );
  return pages
    .flat()
    .map((entry) => entry._id)
    .toSorted((left, right) => (left < right ? -1 : 1))
    .slice(0, query.limit);
}

function filtersOf(query: DocumentQuery): Document {
  const { sourceId, mailboxId, kind, country, folderPath, from, to, after } = query;
  const key = { ...(sourceId === undefined ? {} : keysOf(sourceId, mailboxId)), ...(after === null ? {} : { $gt: after }) };
  const time = { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lt: to }) };
  const given = { sourceId, mailboxId, kind, country, folderPath };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(Object.keys(key).length === 0 ? {} : { _id: key }),
    ...(Object.keys(time).length === 0 ? {} : { $or: [{ receivedAt: time }, { startAt: time }] }),
  };
}

/** Document ids begin with source and mailbox, so that the primary key alone lists them in order; `;` follows `:`. */
function keysOf(sourceId: string, mailboxId: string | undefined): { $gt: string; $lt: string } {
  const start = mailboxId === undefined ? sourceId : `${sourceId}:${mailboxId}`;
  return { $gt: `${start}:`, $lt: `${start};` };
}
