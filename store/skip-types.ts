import type { Skip } from '../contract/skip.ts';
import type { Stream } from '../contract/stream.ts';
import type { KeyPage, MailboxAt } from './types.ts';

export interface SkipStore {
  list(page: KeyPage & { sourceId: string; mailboxId?: string; code?: string; state?: Skip['state'] }): Promise<Skip[]>;
  /** How many items of a mailbox are given up and neither read since nor accepted. */
  countOpen(at: MailboxAt): Promise<number>;
  /** Open skips of a source by code. */
  countByCode(sourceId: string): Promise<Record<string, number>>;
  /** Open skips of messages and events whose time to be tried again has come, by MongoDB's clock. */
  due(query: MailboxAt & { limit: number }): Promise<Skip[]>;
  /** Mailboxes of a source that have due skips, some ids at a time. */
  mailboxesDue(sourceId: string): AsyncIterable<string[]>;
  settle(change: { skipId: string; state: 'retried' | 'gone' }): Promise<void>;
  /** Makes open skips due at once; returns how many. */
  retry(choice: SkipChoice): Promise<number>;
  /** Takes open skips as they are; returns how many. */
  accept(choice: SkipChoice): Promise<number>;
  /** Marks messages whose attachments were given up to be read again, where the time has come; returns how many. */
  retryAttachments(at: MailboxAt): Promise<number>;
  /** How many items that the stream gave up it does not show in any form. */
  missingIn(query: { stream: Stream }): Promise<number>;
}

/** Skips of a source: all, or those that are named. */
export interface SkipChoice {
  sourceId: string;
  ids?: string[];
  mailboxId?: string;
  code?: string;
}
