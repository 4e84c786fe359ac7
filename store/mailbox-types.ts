import type { Completeness } from '../contract/crawl.ts';
import type { RemovalReason } from '../contract/document.ts';
import type { IgnoredCalendar, Mailbox } from '../contract/mailbox.ts';
import type { MailboxClass, MailboxKind } from '../contract/mailbox-class.ts';
import type { Counts } from '../contract/workflow/counts.ts';
import type { MailboxState } from '../contract/workflow/states.ts';
import type { KeyPage, MailboxAt } from './types.ts';

export interface ResolvedUser {
  mailboxId: string;
  address: string | null;
  aliases: string[];
  displayName: string | null;
}

export interface MailboxStore {
  /** Upserts users of the scope, marking them as resolved in `cycleKey` (`<crawlId>/<cycle>`); returns how many are new. */
  resolve(scope: { sourceId: string; cycleKey: string; users: ResolvedUser[] }): Promise<{ joined: number }>;
  /** How many known mailboxes were not resolved in `cycleKey`, and how many are known. */
  countMissing(scope: { sourceId: string; cycleKey: string }): Promise<{ missing: number; known: number }>;
  /** Some of the mailboxes that are neither resolved in `cycleKey` nor retired. */
  listMissing(scope: { sourceId: string; cycleKey: string; limit: number }): Promise<string[]>;
  /** Retires a mailbox: its documents are hidden with the reason, until it is resolved again. Harmless when repeated. */
  retire(change: MailboxAt & { reason: RemovalReason }): Promise<void>;
  /** The next mailboxes of the cycle that are neither closed in it, nor retired, nor in `inFlight`, by key. */
  nextBatch(query: { sourceId: string; cycleKey: string; after: string | null; limit: number; inFlight: string[] }): Promise<string[]>;
  get(at: MailboxAt): Promise<Mailbox | null>;
  /** Counts these mailboxes as not closed, so that the running cycle takes them up again. */
  reopen(change: { sourceId: string; mailboxIds: string[] }): Promise<void>;
  /** The same for all that are blocked. */
  reopenBlocked(sourceId: string): Promise<void>;
  /** Opens the mailbox for a cycle: state `running`, next pass. One that was retired meanwhile comes back as it is. */
  open(at: MailboxAt): Promise<Mailbox>;
  nextPass(at: MailboxAt): Promise<number>;
  setState(change: MailboxAt & { state: MailboxState; reason: string | null }): Promise<void>;
  close(
    change: MailboxAt & {
      state: MailboxState;
      reason: string | null;
      cycleKey: string | null;
      counts: Counts;
      completeness?: Completeness | null;
      reasons?: Record<string, number>;
    },
  ): Promise<void>;
  /** Hides messages received before the policy's time as out of scope, and shows again those that it hides no more. */
  followReceivedFrom(change: MailboxAt & { receivedFrom: Date | null; at: Date }): Promise<void>;
  /** Why mailboxes of the source are not complete: how many by code. */
  countReasons(sourceId: string): Promise<Record<string, number>>;
  /** The owner's in-place archive becomes a mailbox of its own, to be crawled in this cycle; null: there is none (any more). */
  setArchive(change: {
    owner: MailboxAt & Pick<Mailbox, 'address' | 'aliases' | 'displayName'>;
    archiveId: string | null;
    cycleKey: string;
  }): Promise<void>;
  /** Retires all archives of a source, whose documents are hidden as `outOfScope` (resumable). */
  retireArchives(scope: { sourceId: string }): Promise<void>;
  /** Keeps what was found out about the mailbox's kind; what is not given stays. */
  setKind(change: MailboxAt & { kind: Partial<MailboxKind> }): Promise<void>;
  /** Names the calendars that are not read, and those that are read though nobody is said to own them. */
  setCalendarsIgnored(change: MailboxAt & { ignored: IgnoredCalendar[]; ownerless: string[] }): Promise<void>;
  /** Sum of the counts of mailboxes that were closed in the cycle: what a crawl that goes on has done so far. */
  countsIn(query: { sourceId: string; cycleKey: string }): Promise<Counts>;
  /** Mailboxes that are not done by their reason: how many by code. */
  countTroubled(sourceId: string): Promise<Record<string, number>>;
  /** How many mailboxes the scope holds, and how many of them were closed in the cycle. */
  countClosed(query: { sourceId: string; cycleKey: string }): Promise<{ known: number; closed: number }>;
  /** Mailboxes of a source by state, of those resolved in or closed in any cycle. */
  countByState(sourceId: string): Promise<Record<string, number>>;
  /** Mailboxes of a source by `_id`. */
  list(page: KeyPage & { sourceId: string; state?: MailboxState; class?: MailboxClass }): Promise<Mailbox[]>;
}
