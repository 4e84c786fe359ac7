import type { Db } from 'mongodb';
import type { Dataset } from '../contract/dataset.ts';
import { collectionsOf } from './collections.ts';
import { afterKey } from './key-page.ts';
import { underRevisions } from './revisions.ts';
import type { DatasetStore } from './types.ts';

/** Datasets: what security groups may see. */
export function createDatasets(db: Db): DatasetStore {
  const { datasets } = collectionsOf(db);
  return {
    async create(dataset) {
      await datasets.insertOne(dataset);
    },
    get: async (id) => datasets.findOne({ _id: id }),
    findByName: async (name) => datasets.findOne({ name }),
    list: async ({ after, limit }) => datasets.find(afterKey(after)).sort({ _id: 1 }).limit(limit).toArray(),
    async update(id, { name, groups }, under) {
      const set = { ...(name === undefined ? {} : { name }), ...(groups === undefined ? {} : { groups }), updatedAt: new Date() };
      const update = { $set: set, $inc: { recordRevision: 1 } };
      return datasets.findOneAndUpdate({ _id: id, ...underRevisions<Dataset>(under) }, update, { returnDocument: 'after' });
    },
    async visibleTo(groupIds) {
      if (groupIds.length === 0) return [];
      const found = await datasets.find({ 'groups.id': { $in: [...groupIds] } }, { projection: { _id: 1 } }).toArray();
      return found.map((dataset) => dataset._id);
    },
  };
}
