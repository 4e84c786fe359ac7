import type { ConnectionTestReport, ScopeMailbox } from '../contract/connection-test.ts';
import type { ConnectionTest, PreviewedMailbox } from '../contract/connection-test-record.ts';

export interface ConnectionTestStore {
  /** Makes the record of a test. It goes by itself: a test's within minutes, a preview's after an hour. */
  open(test: Pick<ConnectionTest, '_id' | 'purpose' | 'sourceId' | 'scopeRevision' | 'tested'>): Promise<ConnectionTest>;
  get(id: string): Promise<ConnectionTest | null>;
  /** Keeps the report in the record; harmless when repeated, or when the record is gone. */
  keepReport(change: { id: string; report: ConnectionTestReport }): Promise<void>;
  /** Keeps the mailboxes of a preview, as long as its record; harmless when repeated. */
  keepMailboxes(change: { id: string; mailboxes: readonly ScopeMailbox[] }): Promise<void>;
  /** Mailboxes of a preview by id, after (exclusive) a key. */
  listMailboxes(page: { id: string; after: string | null; limit: number }): Promise<PreviewedMailbox[]>;
  remove(id: string): Promise<void>;
}
