import type { ConnectionTestReport } from '../contract/connection-test.ts';
import type { DeletedSource } from '../contract/deleted-source.ts';
import type { DocumentFate, Source } from '../contract/source.ts';
import type { Counts } from '../contract/workflow/counts.ts';
import type { SourceState } from '../contract/workflow/states.ts';
import type { KeyPage } from './types.ts';

export interface SourceStateWrite {
  sourceId: string;
  crawlId: string;
  state: SourceState;
  sequence: number;
  reason: string | null;
}

type SourceSetting =
  | 'description'
  | 'priority'
  | 'mode'
  | 'intervalMs'
  | 'country'
  | 'scope'
  | 'narrowing'
  | 'policy'
  | 'scopeRevision'
  | 'startAt';

/** What a list of sources is narrowed by; `text` stands somewhere in the description or in what the scope names. */
export interface SourceFilters extends Partial<
  Pick<Source, 'service' | 'datasetId' | 'credentialId' | 'country' | 'state' | 'mode' | 'priority'>
> {
  states?: readonly SourceState[];
  text?: string;
}

export interface SourceStore {
  create(source: Source): Promise<void>;
  get(id: string): Promise<Source | null>;
  list(page: KeyPage & SourceFilters): Promise<Source[]>;
  /** Sources whose first crawl should have started by then, the longest due first. */
  due(query: { at: Date; limit: number }): Promise<Source[]>;
  /** Sets `updatedAt` too; null when there is no such source, it is being deleted, or it has another revision by now. */
  update(id: string, change: Partial<Pick<Source, SourceSetting>>, at: { revision: number }): Promise<Source | null>;
  /** Keeps what the last test of its connection found; changes nothing else of it. */
  keepTest(id: string, report: ConnectionTestReport): Promise<void>;
  /**
   * Gives the source its next crawl: state `running`, sequence 0, no reason. False when its crawl is not `before` any more,
   * or it is being deleted.
   */
  beginCrawl(change: { sourceId: string; before: string | null; crawlId: string; at: Date }): Promise<boolean>;
  /** Written only when the source's crawl is this one, the sequence is larger than the stored one, and it is not being deleted. */
  writeState(change: SourceStateWrite & { cycle?: number; counts?: Counts }): Promise<boolean>;
  /** Marks the source as being deleted, from when on nothing starts; the source as it is then, null when there is none. */
  beginDeletion(change: { id: string; documents: DocumentFate; at: Date }): Promise<Source | null>;
}

export interface SourceErasureStore {
  /**
   * Erases some of what is stored of a source that is being deleted: of its documents all, or those that nobody sees. Returns
   * how many records went, 0 when none is left. What other sources use too stays.
   */
  eraseSome(query: { sourceId: string; documents: DocumentFate }): Promise<number>;
  /** Removes the source itself, and remembers that it was deleted. Harmless when repeated. */
  finish(change: { sourceId: string; at: Date }): Promise<void>;
}

export interface DeletedSourceStore {
  /** Those of these sources that were deleted, by id. */
  among(sourceIds: readonly string[]): Promise<Map<string, DeletedSource>>;
}
