import type { Db } from 'mongodb';
import { collectionsOf } from './collections.ts';
import type { ScopeStore } from './types.ts';

/** How scopes were resolved: in the cycle's record, and the latest in the source's. */
export function createScopeReports(db: Db): ScopeStore {
  const { crawls, sources } = collectionsOf(db);
  return {
    async report({ sourceId, crawlId, cycle, report }) {
      await crawls.updateOne({ _id: crawlId }, { $set: { 'cycles.$[one].scope': report } }, { arrayFilters: [{ 'one.number': cycle }] });
      await sources.updateOne({ _id: sourceId, crawlId }, { $set: { scopeReport: report } });
    },
    async take({ sourceId, scopeTaken }) {
      await sources.updateOne({ _id: sourceId }, { $set: { scopeTaken } });
    },
  };
}
