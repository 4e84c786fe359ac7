import { ActivityCancellationType } from '@temporalio/workflow';
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
import { summarised } from './summarised.ts';

/** Faults that no later attempt can mend; all else is tried again, at most every minute, until it works or is stopped. */
const finalFailures: string[] = [failureTypes.credentialRefused, failureTypes.notFound, failureTypes.invalidInput];
const retry = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m', nonRetryableErrorTypes: finalFailures } as const;

type ControlActivities = Omit<SourceActivities, 'resolveScope' | 'eraseHidden'>;
type CrawlActivities = Omit<MailboxActivities, 'abandonMailbox'> & Pick<SourceActivities, 'resolveScope' | 'eraseHidden'>;

/** Short work on MongoDB, on the control queue, so that it answers while crawls are saturated. */
export function controlActivities(): ControlActivities {
  return summarised<ControlActivities>(
    { taskQueue: taskQueues.control, startToCloseTimeout: '1m', retry, cancellationType: ActivityCancellationType.TRY_CANCEL },
    {
      openCycle: 'Begin the cycle',
      readSource: 'Read the settings of the source',
      nextMailboxes: 'Fetch the next mailboxes',
      closeCycle: 'Close the cycle and count how its mailboxes ended',
      writeSourceState: 'Write the state of the source',
      inspectMailbox: 'Look at a mailbox that was silent for long',
      probeCredential: 'Try whether Microsoft accepts the credential',
    },
  );
}

/**
 * Work that speaks to Graph, on the queue of its priority; it may take hours, so it beats. TRY_CANCEL: a stop does not
 * wait for a lane; its lease is raised instead, so it can write nothing more.
 */
export function crawlActivities(priority: Priority, step: keyof typeof stepPriorityKeys = 'mailbox'): CrawlActivities {
  return summarised<CrawlActivities>(
    {
      taskQueue: taskQueues.crawl[priority],
      startToCloseTimeout: '1d',
      heartbeatTimeout: '30s',
      retry,
      cancellationType: ActivityCancellationType.TRY_CANCEL,
      priority: { priorityKey: stepPriorityKeys[step] },
    },
    {
      resolveScope: 'Resolve the scope into mailboxes',
      eraseHidden: 'Erase what is hidden for long enough',
      prepareMailbox: 'Open the mailbox: probe, folders, calendars',
      walkStreams: step === 'firstLane' ? 'Read folders and calendars (first lane)' : 'Read folders and calendars (further lane)',
      catchUp: 'Catch up on what changed meanwhile',
      closeMailbox: 'Close the mailbox: skips, removals, counts',
    },
  );
}

/** Ending a mailbox needs no Graph and must not queue behind lanes. */
export function abandonActivity(): Pick<MailboxActivities, 'abandonMailbox'> {
  return summarised<Pick<MailboxActivities, 'abandonMailbox'>>(
    { taskQueue: taskQueues.control, startToCloseTimeout: '1m', retry },
    { abandonMailbox: 'End the mailbox that was stopped or failed' },
  );
}

export function indexActivities(): IndexActivities {
  return summarised<IndexActivities>(
    { taskQueue: taskQueues.index, startToCloseTimeout: '1h', heartbeatTimeout: '30s', retry },
    { indexDocuments: 'Index documents for search' },
  );
}

/** Asks Temporal what still runs of a source, page by page. */
export function lookForCrawls(): Pick<DeletionActivities, 'crawlsOf'> {
  return summarised<Pick<DeletionActivities, 'crawlsOf'>>(
    { taskQueue: taskQueues.control, startToCloseTimeout: '10m', heartbeatTimeout: '30s', retry },
    { crawlsOf: 'Look for workflows of the source that still run' },
  );
}

/** It may take hours and speaks to MongoDB alone, so that it stands back like crawls of low priority. */
export function erasureActivities(): Pick<DeletionActivities, 'eraseSource'> {
  return summarised<Pick<DeletionActivities, 'eraseSource'>>(
    {
      taskQueue: taskQueues.crawl.low,
      startToCloseTimeout: '1d',
      heartbeatTimeout: '30s',
      retry,
      priority: { priorityKey: stepPriorityKeys.mailbox },
    },
    { eraseSource: 'Erase what is stored of the source, then the source' },
  );
}

/** Somebody waits for the answer: a worker that dies in between is replaced once, and nothing is tried again for longer. */
export function testActivities(): TestActivities {
  return summarised<TestActivities>(
    {
      taskQueue: taskQueues.control,
      startToCloseTimeout: '30s',
      scheduleToCloseTimeout: '45s',
      heartbeatTimeout: '10s',
      retry: { initialInterval: '1s', maximumAttempts: 2, nonRetryableErrorTypes: finalFailures },
    },
    { testCredential: 'Try what the credential can do', testConnection: 'Try whether the scope is there and can be read' },
  );
}

/** A request to the API waits for it. */
export function callerGroupsActivities(): CallerGroupsActivities {
  return summarised<CallerGroupsActivities>(
    {
      taskQueue: taskQueues.control,
      startToCloseTimeout: '20s',
      scheduleToCloseTimeout: '30s',
      retry: { initialInterval: '1s', maximumAttempts: 2, nonRetryableErrorTypes: finalFailures },
    },
    { readCallerGroups: 'Ask Graph for the groups of a caller' },
  );
}
