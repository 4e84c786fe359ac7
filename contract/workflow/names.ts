/** Names that processes agree on: workflow types and ids, task queues, signals, search attributes. */

export const workflowTypes = {
  crawlSource: 'crawlSource',
  crawlMailbox: 'crawlMailbox',
  indexDocuments: 'indexDocuments',
  testCredential: 'testCredential',
  readCallerGroups: 'readCallerGroups',
  testConnection: 'testConnection',
  deleteSource: 'deleteSource',
} as const;

/** Priorities of a source, most urgent first. */
export const priorities = ['high', 'normal', 'low'] as const;
export type Priority = (typeof priorities)[number];

/** Temporal's priority key of each level; lower runs first, 3 is the server's default. */
export const priorityKeys: Record<Priority, number> = { high: 1, normal: 3, low: 5 };

/**
 * Within a level's queue: what opens and closes a mailbox goes before lanes, and each mailbox's first lane before a
 * further one of another, so that small mailboxes do not wait behind large ones.
 */
export const stepPriorityKeys = { mailbox: 2, firstLane: 3, furtherLane: 4 } as const;

export const taskQueues = {
  workflows: 'crawl-workflows',
  control: 'control',
  index: 'index',
  crawl: { high: 'crawl-high', normal: 'crawl-normal', low: 'crawl-low' },
} as const;

export const searchAttributes = {
  source: 'TrawlSource',
  dataset: 'TrawlDataset',
  mailbox: 'TrawlMailbox',
  state: 'TrawlState',
  priority: 'TrawlPriority',
  cycle: 'TrawlCycle',
} as const;

/** Type of each search attribute, as Temporal's `--search-attribute Name=Type` wants it. */
export const searchAttributeTypes: Record<string, 'Keyword' | 'Int'> = {
  [searchAttributes.source]: 'Keyword',
  [searchAttributes.dataset]: 'Keyword',
  [searchAttributes.mailbox]: 'Keyword',
  [searchAttributes.state]: 'Keyword',
  [searchAttributes.priority]: 'Keyword',
  [searchAttributes.cycle]: 'Int',
};

/** Updates that a source's workflow answers, and the signals it hears. */
export const sourceUpdates = {
  pause: 'pause',
  resume: 'resume',
  stop: 'stop',
  runNow: 'runNow',
  retryMailbox: 'retryMailbox',
  retryBlocked: 'retryBlocked',
  retryDueSkips: 'retryDueSkips',
  setWindow: 'setWindow',
  reloadSource: 'reloadSource',
  confirmRetirement: 'confirmRetirement',
} as const;
export const sourceSignals = { mailboxClosed: 'mailboxClosed', retry: 'retry' } as const;

/** What a retry may take up again beside single mailboxes; `skips` makes all open ones due first. */
export const retryKinds = ['blocked', 'skips', 'dueSkips'] as const;
export type RetryKind = (typeof retryKinds)[number];

/** Workflow id of a source's crawl; there is at most one at a time. */
export function sourceWorkflowId(sourceId: string): string {
  return `source/${sourceId}`;
}

/** Workflow id of a source's deletion. */
export function deletionWorkflowId(sourceId: string): string {
  return `delete/${sourceId}`;
}

/** Workflow id of one mailbox's crawl within a source. */
export function mailboxWorkflowId(sourceId: string, mailboxId: string): string {
  return `source/${sourceId}/mailbox/${mailboxId}`;
}

/** Workflow id of one test. */
export function testWorkflowId(testId: string): string {
  return `test/${testId}`;
}

/** Workflow id of a look at somebody's groups: callers of the same person wait for the same one. */
export function callerGroupsWorkflowId(userId: string): string {
  return `caller-groups/${userId}`;
}

export const indexWorkflowId = 'index/documents';
