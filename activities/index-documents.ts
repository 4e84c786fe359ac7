import { setTimeout as delay } from 'node:timers/promises';
import type { IndexActivities } from '../contract/workflow/activities.ts';
import { beating } from './beat.ts';
import type { ActivityDeps } from './deps.ts';

const batchSize = 200;
const idleMs = 1_000;

/** Fills the search index from documents that pages have marked, resting while there are none. */
export function createIndexDocuments(deps: ActivityDeps): IndexActivities['indexDocuments'] {
  return ({ forMs }) =>
    beating(async (signal) => {
      const untilMs = Date.now() + forMs;
      let indexed = 0;
      while (Date.now() < untilMs) {
        signal.throwIfAborted();
        const done = await deps.store.search.indexBatch(batchSize);
        indexed += done;
        if (done === 0) await delay(idleMs, undefined, { signal });
      }
      return { indexed };
    });
}
