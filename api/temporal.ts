import type { Priority } from '../contract/workflow/names.ts';
import type { CrawlSourceInput } from '../contract/workflow/inputs.ts';
import type { ReadCommands } from './read-commands.ts';
import type { SourceState } from '../contract/workflow/states.ts';

/** What the API asks of Temporal, in Trawl's words. api/crawl-control.ts does it; tests may bring their own. */
export interface CrawlControl {
  /**
   * Starts the crawl's workflow. `existing` when a workflow of the source runs already, be it of this crawl or another.
   * Throws ProblemError: `temporal-unavailable` when Temporal does not answer, so that it is not known whether it started,
   * `temporal-refused` when it surely did not.
   */
  start(given: { input: CrawlSourceInput; service: string; country: string }): Promise<'started' | 'existing'>;
  /** What Temporal knows of the source's latest workflow; null when it knows none. Throws ProblemError `temporal-unavailable`. */
  look(sourceId: string, given?: { waitMs: number }): Promise<CrawlWorkflow | null>;
  /**
   * Sends an update and waits until it is carried out. Null when no workflow of the source runs. The update bears the id of
   * the request that it is sent for, whose audit entry says who sent it.
   * Throws ProblemError `worker-silent` when no worker takes it in time, `temporal-unavailable` when Temporal does not answer.
   */
  command(given: {
    sourceId: string;
    name: string;
    requestId: string;
    arg?: string | undefined;
  }): Promise<{ state: SourceState | null } | null>;
  /**
   * Has a credential or a connection tested and waits until the report is in the record of the test.
   * Throws ProblemError `worker-silent` when that takes too long, `temporal-unavailable` when Temporal does not answer.
   */
  runTest(given: { testId: string; what: TestWorkflow; waitMs?: number }): Promise<void>;
  /** Starts the workflow that deletes the source, unless it runs already. Throws ProblemError as `start` does. */
  startDeletion(sourceId: string): Promise<void>;
  /**
   * Has Graph asked for somebody's groups and waits until they are in MongoDB, or why they are not known.
   * Throws ProblemError `worker-silent` when that takes too long, `temporal-unavailable` when Temporal does not answer.
   */
  readGroups(given: { userId: string; credentialId: string }): Promise<void>;
  /** What was done to sources' workflows from outside, by this API or past it. Throws ProblemError `temporal-unavailable`. */
  readCommands: ReadCommands;
  /** Resolves when Temporal and the namespace answer; throws Error that says why not. */
  ping(timeoutMs: number): Promise<void>;
  /** Where the Web UI shows the source's workflow; null when TRAWL_TEMPORAL_UI_URL is not set. */
  uiUrl(sourceId: string): string | null;
}

/** Workflows that test something, by their types' names. */
export type TestWorkflow = 'testCredential' | 'testConnection';

export interface CrawlWorkflow {
  running: boolean;
  /** As Temporal says it: RUNNING, COMPLETED, FAILED, CANCELLED, TERMINATED, TIMED_OUT. */
  status: string;
  /** The crawl that it carries out. */
  crawlId: string | null;
}

/** Text that the Web UI shows beside the workflow: ids and settings, never an address or a description. */
export function crawlSummary(given: { service: string; country: string; mode: string; priority: Priority }): string {
  return `Crawl of ${given.service}, ${given.country}, ${given.mode}, priority ${given.priority}`;
}
