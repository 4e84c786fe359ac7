import { Client, type Connection } from '@temporalio/client';
import { sourceUpdates, sourceWorkflowId, stepPriorityKeys, taskQueues } from '../contract/workflow/names.ts';
import { waitUntil } from '../stack/wait-until.ts';

/** A connection to Temporal, with its namespace. */
export interface Temporal {
  connection: Connection;
  namespace: string;
}

const ofActivities = 2;

/** Lanes of low priority that are scheduled and wait for a slot, by Temporal's own count, which is an approximate one. */
export async function waitingLanes({ connection, namespace }: Temporal): Promise<number> {
  const taskQueue = { name: taskQueues.crawl.low };
  const asked = { namespace, taskQueue, taskQueueType: ofActivities, reportStats: true };
  const { statsByPriorityKey } = await connection.workflowService.describeTaskQueue(asked);
  const lanes = [stepPriorityKeys.firstLane, stepPriorityKeys.furtherLane];
  return lanes.reduce((sum, key) => sum + Number(statsByPriorityKey?.[key]?.approximateBacklogCount ?? 0), 0);
}

/** Has the source keep so many mailboxes at work that the given number of lanes waits. */
export async function pileUpLanes(temporal: Temporal, given: { sourceId: string; mailboxes: number; lanes: number }): Promise<void> {
  const source = new Client(temporal).workflow.getHandle(sourceWorkflowId(given.sourceId));
  const widen = () => source.executeUpdate(sourceUpdates.setWindow, { args: [given.mailboxes] }).then(() => true);
  await waitUntil({ what: 'a wider window of the source', ask: widen, withinMs: 60_000 });
  const enough = async () => ((await waitingLanes(temporal)) >= given.lanes ? true : null);
  await waitUntil({ what: `a queue of ${given.lanes} lanes`, ask: enough, withinMs: 600_000 });
}
