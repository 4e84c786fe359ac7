import type { SourceActivities } from '../contract/workflow/activities.ts';
import { beating } from './beat.ts';
import type { ActivityDeps } from './deps.ts';
import { notFound } from './failures.ts';

const dayMs = 86_400_000;

/** Erases what is hidden for longer than the source's policy keeps it, a batch at a time, so that it may be ended anywhere. */
export function createEraseHidden({ store }: ActivityDeps): SourceActivities['eraseHidden'] {
  return ({ sourceId }) =>
    beating(async (signal) => {
      const source = await store.sources.get(sourceId);
      if (source === null) throw notFound(`Source ${sourceId}`);
      const at = new Date();
      const hiddenBefore = new Date(at.getTime() - source.policy.retireAfterDays * dayMs);
      let erased = 0;
      for (;;) {
        signal.throwIfAborted();
        const some = await store.erasure.eraseHidden({ sourceId, hiddenBefore, at });
        if (some === 0) return { erased };
        erased += some;
      }
    });
}
