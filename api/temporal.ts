import type { Priority } from '../contract/workflow/names.ts';
import type { CrawlSourceInput } from '../contract/workflow/inputs.ts';
import type { SourceState } from '../contract/workflow/states.ts';

/** What the API asks of Temporal, in Trawl's words. api/crawl-control.ts does it; tests may bring their own. */
export interface CrawlControl {
  /**
   * Starts the crawl's workflow. `existing` when a workflow of the source runs already, be it of this crawl or another.
   * Throws ProblemError: `temporal-unavailable` when Temporal does not answer, so that it is not known whether it started,
   * `temporal-refused` when it surely did not.
   */
  start(given: { input: CrawlSourceInput; service: string; country: string }): Promise<'started' | 'existing'>;
  /** What Temporal knows of the source's latest workflow; null when it knows none. */
  look(sourceId: string): Promise<CrawlWorkflow | null>;
  /**
   * Sends an update and waits until it is carried out. Null when no workflow of the source runs.
   * Throws ProblemError `worker-silent` when no worker takes it in time, `temporal-unavailable` when Temporal does not answer.
   */
  command(given: {
    sourceId: string;
    name: string;
    updateId: string;
    arg?: string | undefined;
  }): Promise<{ state: SourceState | null } | null>;
  /**
   * Has a credential tested and waits until the report is in the record of the test.
   * Throws ProblemError `worker-silent` when that takes too long, `temporal-unavailable` when Temporal does not answer.
   */
  runTest(testId: string): Promise<void>;
  /** Resolves when Temporal and the namespace answer; throws Error that says why not. */
  ping(timeoutMs: number): Promise<void>;
  /** Where the Web UI shows the source's workflow; null when TRAWL_TEMPORAL_UI_URL is not set. */
  uiUrl(sourceId: string): string | null;
}

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
