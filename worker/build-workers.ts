import { Worker, type NativeConnection, type WorkflowBundleOption } from '@temporalio/worker';
import { createFailureInterceptor } from './failure-interceptor.ts';
import { createSlotInterceptor } from './slot-interceptor.ts';
import type { Activities } from '../activities/index.ts';
import type { SlotUse } from '../activities/slot-use.ts';
import { taskQueues } from '../contract/workflow/names.ts';
import type { Slots } from './settings.ts';

export interface BuildWorkersOptions {
  connection: NativeConnection;
  namespace: string;
  bundle: WorkflowBundleOption;
  slots: Slots;
  maxCachedWorkflows: number;
  slotUse: SlotUse;
  activities: Activities;
  /** The same activities with an HTTP pool of their own, for work that must answer while crawls are saturated. */
  controlActivities: Activities;
}

/** Lanes of hours are told to end at once; they beat every second and stop after their page. */
const shutdownGraceTime = '2s';
const shutdownForceTime = '30s';

/** One worker per queue, so that slots are reserved for each: high never waits behind low, and low still moves. */
export async function buildWorkers(options: BuildWorkersOptions): Promise<Worker[]> {
  const { connection, namespace, slots } = options;
  const shared = { connection, namespace, shutdownGraceTime, shutdownForceTime } as const;
  const activityWorker = (taskQueue: string, { count, activities }: { count: number; activities: Activities }) =>
    Worker.create({
      ...shared,
      taskQueue,
      activities,
      maxConcurrentActivityTaskExecutions: count,
      // The worker's throttle must let a beat through several times within the heartbeat time-out of 30 s.
      maxHeartbeatThrottleInterval: '5s',
      defaultHeartbeatThrottleInterval: '5s',
      interceptors: { activity: [createFailureInterceptor, createSlotInterceptor(options.slotUse)] },
    });
  const { activities, controlActivities } = options;
  return Promise.all([
    Worker.create({
      ...shared,
      taskQueue: taskQueues.workflows,
      workflowBundle: options.bundle,
      maxCachedWorkflows: options.maxCachedWorkflows,
      // What waits for a worker that was killed is given to another after this; the API waits 10 s for a command's answer.
      stickyQueueScheduleToStartTimeout: '4s',
    }),
    activityWorker(taskQueues.control, { count: slots.control, activities: controlActivities }),
    activityWorker(taskQueues.crawl.high, { count: slots.high, activities }),
    activityWorker(taskQueues.crawl.normal, { count: slots.normal, activities }),
    activityWorker(taskQueues.crawl.low, { count: slots.low, activities }),
    activityWorker(taskQueues.index, { count: slots.index, activities }),
  ]);
}
