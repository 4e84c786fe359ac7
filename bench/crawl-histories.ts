import type { Db } from 'mongodb';
import { indexWorkflowId, mailboxWorkflowId, sourceWorkflowId } from '../contract/workflow/names.ts';
import { connectTemporal } from '../stack/temporal-server.ts';
import type { Environment } from '../stack/tool-cache.ts';
import { waitUntil } from '../stack/wait-until.ts';

export interface CrawlHistories {
  /** Events of the longest history of a mailbox. */
  largestMailbox: number;
  /** Events of the source's last run. */
  source: number;
}

type Temporal = Awaited<ReturnType<typeof connectTemporal>>;

const running = 1;

/** Events of a workflow's latest run, once it has ended. */
async function eventsOf({ connection, namespace }: Temporal, workflowId: string): Promise<number> {
  return waitUntil({
    what: `the end of ${workflowId}`,
    withinMs: 20_000,
    ask: async () => {
      const { workflowExecutionInfo: info } = await connection.workflowService.describeWorkflowExecution({
        namespace,
        execution: { workflowId },
      });
      return info?.status === running ? null : Number(info?.historyLength ?? 0);
    },
  });
}

/** Asks Temporal how long the histories of a crawl that has ended are. */
export async function readHistories({ env, db, sourceId }: { env: Environment; db: Db; sourceId: string }): Promise<CrawlHistories> {
  const temporal = await connectTemporal(env);
  try {
    const mailboxes = await db
      .collection('mailboxes')
      .find({ sourceId })
      .project<{ mailboxId: string }>({ _id: 0, mailboxId: 1 })
      .toArray();
    const lengths: number[] = [];
    for (const { mailboxId } of mailboxes) lengths.push(await eventsOf(temporal, mailboxWorkflowId(sourceId, mailboxId)));
    return { largestMailbox: Math.max(0, ...lengths), source: await eventsOf(temporal, sourceWorkflowId(sourceId)) };
  } finally {
    await temporal.connection.close();
  }
}

/** Ends the workflow that fills the search index, as soon as the worker has started it, so that a crawl is measured alone. */
export async function endIndexing(env: Environment): Promise<void> {
  const { connection, namespace } = await connectTemporal(env);
  const workflowExecution = { workflowId: indexWorkflowId };
  const reason = 'a benchmark measures the crawl alone';
  const end = () => connection.workflowService.terminateWorkflowExecution({ namespace, workflowExecution, reason });
  try {
    await waitUntil({ what: 'the end of indexing', ask: end, withinMs: 30_000 });
  } finally {
    await connection.close();
  }
}
