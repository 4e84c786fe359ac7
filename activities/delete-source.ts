import { mailboxWorkflowId, sourceWorkflowId } from '../contract/workflow/names.ts';
import type { DeletionActivities } from '../contract/workflow/activities.ts';
import { beating } from './beat.ts';
import type { ActivityDeps } from './deps.ts';

const mostNamed = 50;
const pageSize = 200;

/** Workflows of mailboxes that outlived their crawl. A mailbox that a crash left `running` has none. */
async function runningMailboxes({ store, isWorkflowRunning }: ActivityDeps, sourceId: string): Promise<string[]> {
  const running: string[] = [];
  let after: string | null = null;
  for (;;) {
    const page = await store.mailboxes.list({ sourceId, state: 'running', after, limit: pageSize });
    for (const { mailboxId } of page) {
      const id = mailboxWorkflowId(sourceId, mailboxId);
      if (running.length < mostNamed && (await isWorkflowRunning(id))) running.push(id);
    }
    after = page.at(-1)?._id ?? null;
    if (page.length < pageSize || running.length >= mostNamed) return running;
  }
}

/** Activities of a source's deletion. */
export function createDeletionActivities(deps: ActivityDeps): DeletionActivities {
  const { sources, sourceErasure } = deps.store;
  return {
    crawlsOf: ({ sourceId }) =>
      beating(async () => {
        const crawl = sourceWorkflowId(sourceId);
        if (await deps.isWorkflowRunning(crawl)) return { workflowIds: [crawl] };
        return { workflowIds: await runningMailboxes(deps, sourceId) };
      }),

    eraseSource: ({ sourceId }) =>
      beating(async (signal) => {
        const source = await sources.get(sourceId);
        // Nothing is erased that nobody asked for; what was finished before is done.
        if (!source?.deletion || source.state !== 'deleting') return { erased: 0 };
        const { documents } = source.deletion;
        let erased = 0;
        for (;;) {
          signal.throwIfAborted();
          const some = await sourceErasure.eraseSome({ sourceId, documents });
          if (some === 0) break;
          erased += some;
        }
        await sourceErasure.finish({ sourceId, at: new Date() });
        deps.log.info({ sourceId, documents, erased }, 'Source deleted');
        return { erased };
      }),
  };
}
