import type { Db } from 'mongodb';
import type { StoredDocument } from '../contract/document.ts';
import { collectionsOf } from './collections.ts';
import { countFacets } from './document-facets.ts';
import { findPage } from './find-documents.ts';
import type { DocumentStore } from './document-types.ts';
import { walkDocuments } from './walk-documents.ts';

/** Stored documents as the API and the comparison with a ground truth read them: live ones only, unless asked by id. */
export function createDocuments(db: Db): DocumentStore {
  const { documents } = collectionsOf(db);
  return {
    search: async (query) => findPage(db, query),
    facets: async (filters) => countFacets(db, filters),
    walk: (filters) => walkDocuments(db, filters),

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
