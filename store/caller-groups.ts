import type { Db } from 'mongodb';
import type { CallerGroups } from '../contract/caller-groups.ts';
import { collectionsOf } from './collections.ts';

export interface CallerGroupsStore {
  get(userId: string): Promise<CallerGroups | null>;
  keep(read: Omit<CallerGroups, 'expiresAt'>): Promise<void>;
}

/** Longer than anybody takes a reading for fresh. MongoDB looks for what has expired once a minute. */
const keptForMs = 60 * 60_000;

/** What Graph said of the groups of persons whose tokens do not hold them: what travels between API and worker. */
export function createCallerGroups(db: Db): CallerGroupsStore {
  const { callerGroups } = collectionsOf(db);
  return {
    get: (userId) => callerGroups.findOne({ _id: userId }),
    async keep({ _id, ...read }) {
      const expiresAt = new Date(read.readAt.getTime() + keptForMs);
      await callerGroups.replaceOne({ _id }, { ...read, expiresAt }, { upsert: true });
    },
  };
}
