import type { Db } from 'mongodb';
import type { Export } from '../contract/export.ts';
import { collectionsOf } from './collections.ts';
import type { KeyPage } from './types.ts';

export interface ExportStore {
  begin(manifest: Export): Promise<void>;
  /** Says how far a running export is. */
  touch(progress: Pick<Export, '_id' | 'count' | 'bytes' | 'touchedAt'>): Promise<void>;
  /** Writes how it ended, once and for good. */
  end(outcome: Pick<Export, '_id' | 'state' | 'reason' | 'count' | 'bytes' | 'sha256' | 'endedAt'>): Promise<void>;
  get(id: string): Promise<Export | null>;
  /** Newest first: `after` is the last id of the page before. */
  list(page: KeyPage & { callerId?: string }): Promise<Export[]>;
}

/** Manifests of exports; kept for good, like what they tell of. */
export function createExports(db: Db): ExportStore {
  const { exports } = collectionsOf(db);
  const change = async (id: string, set: Partial<Export>): Promise<void> => {
    await exports.updateOne({ _id: id, state: 'running' }, { $set: set });
  };
  return {
    async begin(manifest) {
      await exports.insertOne(manifest);
    },
    touch: async ({ _id, ...progress }) => change(_id, progress),
    end: async ({ _id, ...outcome }) => change(_id, outcome),
    get: async (id) => exports.findOne({ _id: id }),
    async list({ callerId, after, limit }) {
      const filter = { ...(callerId !== undefined && { 'caller.id': callerId }), ...(after !== null && { _id: { $lt: after } }) };
      return exports.find(filter).sort({ _id: -1 }).limit(limit).toArray();
    },
  };
}
