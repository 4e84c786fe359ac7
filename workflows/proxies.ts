import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type {
  CallerGroupsActivities,
  DeletionActivities,
  IndexActivities,
  MailboxActivities,
  SourceActivities,
  TestActivities,
} from '../contract/workflow/activities.ts';
import { failureTypes } from '../contract/workflow/failures.ts';
import { stepPriorityKeys, taskQueues, type Priority } from '../contract/workflow/names.ts';

/** Faults that no later attempt can mend; all else is tried again, at most every minute, until it works or is stopped. */
const finalFailures: string[] = [failureTypes.credentialRefused, failureTypes.notFound, failureTypes.invalidInput];
const retry = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', nonRetryableErrorTypes: finalFailures } as const;

/** Short work on MongoDB, on the control queue, so that it answers while crawls are saturated. */
export function controlActivities(): Omit<SourceActivities, 'resolveScope' | 'eraseHidden'> {
  return proxyActivities<SourceActivities>({
    taskQueue: taskQueues.control,
    startToCloseTimeout: '1m',
    retry,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
  });
}

/**
 * Work that speaks to Graph, on the queue of its priority; it may take hours, so it beats. TRY_CANCEL: a stop does not
 * wait for a lane; its lease is raised instead, so it can write nothing more.
 */
export function crawlActivities(
  priority: Priority,
  step: keyof typeof stepPriorityKeys = 'mailbox',
): MailboxActivities & Pick<SourceActivities, 'resolveScope' | 'eraseHidden'> {
  return proxyActivities<MailboxActivities & Pick<SourceActivities, 'resolveScope' | 'eraseHidden'>>({
    taskQueue: taskQueues.crawl[priority],
    startToCloseTimeout: '1d',
    heartbeatTimeout: '30s',
    retry,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    priority: { priorityKey: stepPriorityKeys[step] },
  });
}

/** Ending a mailbox needs no Graph and must not queue behind lanes. */
export function abandonActivity(): Pick<MailboxActivities, 'abandonMailbox'> {
  return proxyActivities<MailboxActivities>({ taskQueue: taskQueues.control, startToCloseTimeout: '1m', retry });
}

export function indexActivities(): IndexActivities {
  return proxyActivities<IndexActivities>({ taskQueue: taskQueues.index, startToCloseTimeout: '1h', heartbeatTimeout: '30s', retry });
}

/** Asks Temporal what still runs of a source, page by page. */
export function lookForCrawls(): Pick<DeletionActivities, 'crawlsOf'> {
  return proxyActivities<DeletionActivities>({
    taskQueue: taskQueues.control,
    startToCloseTimeout: '10m',
    heartbeatTimeout: '30s',
    retry,
  });
}

/** It may take hours and speaks to MongoDB alone, so that it stands back like crawls of low priority. */
export function erasureActivities(): Pick<DeletionActivities, 'eraseSource'> {
  return proxyActivities<DeletionActivities>({
    taskQueue: taskQueues.crawl.low,
    startToCloseTimeout: '1d',
    heartbeatTimeout: '30s',
    retry,
    priority: { priorityKey: stepPriorityKeys.mailbox },
  });
}

/** Somebody waits for the answer: a worker that dies in between is replaced once, and nothing is tried again for longer. */
export function testActivities(): TestActivities {
  return proxyActivities<TestActivities>({
    taskQueue: taskQueues.control,
    startToCloseTimeout: '30s',
    scheduleToCloseTimeout: '45s',
    heartbeatTimeout: '10s',
    retry: { initialInterval: '1s', maximumAttempts: 2, nonRetryableErrorTypes: finalFailures },
  });
}

/** A request to the API waits for it. */
export function callerGroupsActivities(): CallerGroupsActivities {
  return proxyActivities<CallerGroupsActivities>({
    taskQueue: taskQueues.control,
    startToCloseTimeout: '20s',
    scheduleToCloseTimeout: '30s',
    retry: { initialInterval: '1s', maximumAttempts: 2, nonRetryableErrorTypes: finalFailures },
  });
}
