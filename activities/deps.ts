import type { Logger } from 'pino';
import type { Graph } from '../graph/types.ts';
import type { Credential } from '../contract/credential.ts';
import type { SlotUse } from './slot-use.ts';
import type { Store } from '../store/open-store.ts';

/** What activities need of the process that hosts them. */
export interface ActivityDeps {
  store: Store;
  /** The Graph client of a credential; kept while the credential's revision stays the same. */
  graphFor(credential: Credential): Promise<Graph>;
  /** Whether a workflow of this id is running, asked of Temporal. */
  isWorkflowRunning(workflowId: string): Promise<boolean>;
  log: Logger;
  slotUse: SlotUse;
  settings: CrawlSettings;
}

export interface CrawlSettings {
  /** Messages per delta page; chosen by measurement (docs/performance.md). */
  messagePageSize: number;
  eventPageSize: number;
  /** Attachments up to this size are read with their message's list; larger ones are streamed singly. */
  attachmentListMaxBytes: number;
  /** How many gone items are looked at per mailbox and cycle. */
  looksPerCycle: number;
  /** The request timeout of the Graph client: a place must outlast it. */
  requestTimeoutMs: number;
  /** How long a lane keeps its slot before it gives way, when every slot is taken. */
  laneTurnMs: number;
}

export const defaultCrawlSettings: CrawlSettings = {
  messagePageSize: 200,
  eventPageSize: 100,
  attachmentListMaxBytes: 32 * 1024 * 1024,
  looksPerCycle: 1_000,
  requestTimeoutMs: 25_000,
  laneTurnMs: 60_000,
};
