import type { Db } from 'mongodb';
import { collectionsOf } from './collections.ts';
import { afterKey } from './key-page.ts';
import { serverCodeOf, serverCodes } from './store-errors.ts';
import { inTransaction } from './transaction.ts';
import type { ApiKeyStore } from './types.ts';

/** API keys, by the hash of each: the key itself is never stored. */
export function createApiKeys(db: Db): ApiKeyStore {
  const { apiKeys, marks } = collectionsOf(db);
  return {
    async create(key) {
      await apiKeys.insertOne(key);
    },

    async createFirstAdminKey(key) {
      try {
        await inTransaction(db, async (session) => {
          // The mark outlives the key: removing the first key must not make another one appear.
          await marks.insertOne({ _id: 'first-admin-key', at: key.createdAt }, { session });
          await apiKeys.insertOne(key, { session });
        });
        return true;
      } catch (error) {
        if (serverCodeOf(error) === serverCodes.duplicateKey) return false;
        throw error;
      }
    },

    get: async (id) => apiKeys.findOne({ _id: id }),
    list: async ({ after, limit }) => apiKeys.find(afterKey(after)).sort({ _id: 1 }).limit(limit).toArray(),
    remove: async (id) => (await apiKeys.deleteOne({ _id: id })).deletedCount === 1,
    async touch(id, at) {
      await apiKeys.updateOne({ _id: id }, { $max: { lastUsedAt: at } });
    },
  };
}
