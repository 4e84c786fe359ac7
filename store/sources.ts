import type { Db } from 'mongodb';
import { collectionsOf } from './collections.ts';
import { afterKey } from './key-page.ts';
import type { SourceStore } from './types.ts';

/** Sources: service, credential, scope and settings, and where each is. */
export function createSources(db: Db): SourceStore {
  const { sources } = collectionsOf(db);
  return {
    async create(source) {
      await sources.insertOne(source);
    },
    get: async (id) => sources.findOne({ _id: id }),

    async list({ after, limit, datasetId, credentialId, state, states }) {
      const filter = {
        ...afterKey(after),
        ...(datasetId === undefined ? {} : { datasetId }),
        ...(credentialId === undefined ? {} : { credentialId }),
        ...(states === undefined ? {} : { state: { $in: [...states] } }),
        ...(state === undefined ? {} : { state }),
      };
      return sources.find(filter).sort({ _id: 1 }).limit(limit).toArray();
    },

    async update(id, change, { revision }) {
      const { description, priority, mode, intervalMs, country, scope, narrowing, policy, scopeRevision } = change;
      const fields = { description, priority, mode, intervalMs, country, scope, narrowing, policy, scopeRevision };
      const given = Object.entries(fields).filter(([, value]) => value !== undefined);
      return sources.findOneAndUpdate(
        { _id: id, recordRevision: revision },
        { $set: { ...Object.fromEntries(given), updatedAt: new Date() }, $inc: { recordRevision: 1 } },
        { returnDocument: 'after' },
      );
    },

    async beginCrawl({ sourceId, before, crawlId, at }) {
      const set = { crawlId, state: 'running' as const, stateSequence: 0, stateReason: null, stateSince: at, updatedAt: at };
      const begun = await sources.updateOne({ _id: sourceId, crawlId: before }, { $set: set });
      return begun.matchedCount === 1;
    },

    async writeState({ sourceId, crawlId, state, sequence, reason }) {
      // `stateSince` tells since when it is so, not when it was last said.
      const stateSince = { $cond: [{ $eq: ['$state', state] }, '$stateSince', '$$NOW'] };
      const set = { stateSince, state, stateSequence: sequence, stateReason: { $literal: reason } };
      const written = await sources.updateOne({ _id: sourceId, crawlId, stateSequence: { $lt: sequence } }, [{ $set: set }]);
      return written.matchedCount === 1;
    },
  };
}
