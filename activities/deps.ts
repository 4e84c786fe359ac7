import type { Logger } from 'pino';
import type { Inspector } from '../graph/inspector-types.ts';
import type { Graph } from '../graph/types.ts';
import type { Credential } from '../contract/credential.ts';
import type { SlotUse } from './slot-use.ts';
import type { Store } from '../store/open-store.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { ExtractOnce } from './extract-once.ts';

/** What activities need of the process that hosts them. */
export interface ActivityDeps {
  store: Store;
  /** The Graph client of a credential; kept while the credential's revision stays the same. */
  graphFor(credential: Credential): Promise<Graph>;
  /** What a test of a credential asks Microsoft with; made anew for each, and closed by whoever has asked for it. */
  openInspector(credential: Credential, limits: { requestTimeoutMs: number }): Promise<Inspector>;
  /** Whether a workflow of this id is running, asked of Temporal. */
  isWorkflowRunning(workflowId: string): Promise<boolean>;
  /** Reads files for their words, apart from this process; null where no file is. */
  extract: ExtractOnce | null;
  /** What all lanes of the process may hold of files together. */
  heldBytes: ByteBudget;
  log: Logger;
  slotUse: SlotUse;
  settings: CrawlSettings;
}

export interface CrawlSettings {
  /** Messages per delta page; chosen by measurement (docs/performance.md). */
  messagePageSize: number;
  eventPageSize: number;
  /** Attachments of a message that are no larger together, as Graph encodes them, are read with its list; others are streamed singly. */
  attachmentListMaxBytes: number;
  /** Files up to this size are read for their words; larger ones are hashed only. */
  extractMaxBytes: number;
  /** A folder of more items than this is divided by time of receipt, so that all lanes read it. */
  giantFolderItems: number;
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
  attachmentListMaxBytes: 8 * 1024 * 1024,
  extractMaxBytes: 50 * 1024 * 1024,
  giantFolderItems: 20_000,
  looksPerCycle: 1_000,
  requestTimeoutMs: 25_000,
  laneTurnMs: 60_000,
};
