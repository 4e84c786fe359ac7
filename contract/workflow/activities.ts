import type { Counts } from './counts.ts';
import type { CallerGroupsRef } from './caller-groups-input.ts';
import type { TestRef } from './test-ref.ts';
import type { Priority, RetryKind } from './names.ts';
import type { CrawlMode, MailboxOutcome, SourceState } from './states.ts';

/** Every activity takes one object with a version; `v` is 1 for all of them. */
interface SourceRef {
  v: 1;
  sourceId: string;
  crawlId: string;
}
interface CycleRef extends SourceRef {
  cycle: number;
}
export interface MailboxRef extends CycleRef {
  mailboxId: string;
}

export interface OpenedCycle {
  mode: CrawlMode;
  priority: Priority;
  intervalMs: number;
  /** Shown in the Web UI; composed from ids and settings, never from addresses. */
  title: string;
}

export interface ResolvedScope {
  mailboxes: number;
  joined: number;
  retired: number;
  /** Mailboxes that vanished together, too many to be believed: they are kept. */
  held: number;
  /** Code of contract/errors.ts when the scope was not taken: the source is blocked by it, and nothing was retired. */
  blocked?: string | null;
  /** What to do about it, for whoever looks at the workflow. */
  remedy?: string | null;
}

export interface ResolveScopeInput extends CycleRef {
  /** Number of this resolution within the cycle; missing for the first. */
  resolution?: number;
  /** Somebody confirmed that so many mailboxes, or fewer, have really left. */
  confirmed?: number | null;
}

export interface NextMailboxes {
  mailboxIds: string[];
  /** The key to go on after; null when the end was reached. */
  after: string | null;
  priority: Priority;
}

export interface ClosedCycle {
  /** Settings as they are now: what decides how the crawl goes on. */
  mode: CrawlMode;
  intervalMs: number;
  completeness: 'complete' | 'completeWithSkips' | 'incomplete';
  mailboxes: { done: number; doneWithSkips: number; blocked: number; ineligible: number; interrupted: number };
}

export interface SourceStateRecord extends SourceRef {
  state: SourceState;
  /** Grows with each state of a crawl; an older one never overwrites a newer one. */
  sequence: number;
  cycle: number;
  /** Failure or blocking code from contract/errors.ts, when there is one. */
  reason: string | null;
  counts: Counts;
}

export interface ProbedCredential {
  accepted: boolean;
  reason: string | null;
  /** What to do about it, for whoever looks at the workflow. */
  remedy?: string | null;
}

export interface SourceActivities {
  openCycle(input: CycleRef): Promise<OpenedCycle>;
  readSource(input: SourceRef): Promise<OpenedCycle>;
  resolveScope(input: ResolveScopeInput): Promise<ResolvedScope>;
  /** The next mailboxes that are not closed in this cycle; those of `retry`, and of the kinds of `again`, count as not closed. */
  nextMailboxes(
    input: CycleRef & { after: string | null; limit: number; inFlight: string[]; retry: string[]; again?: RetryKind[] },
  ): Promise<NextMailboxes>;
  /** Erases the content of documents that are hidden for longer than the policy keeps them; goes on where it was when repeated. */
  eraseHidden(input: CycleRef): Promise<{ erased: number }>;
  closeCycle(input: CycleRef & { counts: Counts }): Promise<ClosedCycle>;
  writeSourceState(input: SourceStateRecord): Promise<void>;
  /** Looks at a mailbox's workflow that was silent: closed without a report frees its place. */
  inspectMailbox(input: MailboxRef): Promise<{ state: 'running' | 'closed' }>;
  probeCredential(input: SourceRef): Promise<ProbedCredential>;
}

export interface PreparedMailbox {
  outcome: 'ready' | 'blocked' | 'ineligible';
  reason: string | null;
  /** What to do about it, for whoever looks at the workflow. */
  remedy?: string | null;
  /** How many lanes are worth starting, 1 to 4. */
  lanes: number;
  /** No stream was ever read to its end before: catch-up is owed even when nothing changed. */
  first: boolean;
  counts: Counts;
}

export interface WalkedStreams {
  changed: boolean;
  counts: Counts;
}

export interface ClosedMailbox {
  outcome: MailboxOutcome;
  counts: Counts;
  /** Code of contract/errors.ts of what is in the way, when something is, and what to do about it. */
  reason?: string | null;
  remedy?: string | null;
}

export interface MailboxActivities {
  prepareMailbox(input: MailboxRef): Promise<PreparedMailbox>;
  /** Walks streams of the mailbox, one request in flight, until none is left in this pass. */
  walkStreams(input: MailboxRef & { lane: number }): Promise<WalkedStreams>;
  /** Reads every stream's deltaLink again until a pass brings nothing, at most `maxPasses` times. */
  catchUp(input: MailboxRef & { maxPasses: number }): Promise<WalkedStreams>;
  /** `counts` is what the cycle counted before; the answer's counts include it. */
  closeMailbox(input: MailboxRef & { counts: Counts }): Promise<ClosedMailbox>;
  /** Ends a mailbox that could not be prepared, or was stopped: raises leases, so that no lane writes any more. */
  abandonMailbox(input: MailboxRef & { outcome: MailboxOutcome; reason: string | null }): Promise<void>;
}

/** What a deletion is told: the source's record holds all else. */
export interface DeleteSourceInput {
  v: 1;
  sourceId: string;
}

export interface DeletionActivities {
  /** Which workflows of the source's crawl still run: its own, and those of mailboxes, some at a time. */
  crawlsOf(input: DeleteSourceInput): Promise<{ workflowIds: string[] }>;
  /** Erases what is stored of the source, and then the source itself; goes on where it was when repeated. */
  eraseSource(input: DeleteSourceInput): Promise<{ erased: number }>;
}

export interface IndexActivities {
  /** Fills `search` from marked documents for about `forMs`; returns how many were indexed. */
  indexDocuments(input: { v: 1; forMs: number }): Promise<{ indexed: number }>;
}

export interface TestActivities {
  /** Tries what a credential can do, and keeps the report in the record of the test. */
  testCredential(input: TestRef): Promise<TestRef>;
  /** Tries whether a source's scope exists and can be read, and keeps the report in the record of the test. */
  testConnection(input: TestRef): Promise<TestRef>;
}

export interface CallerGroupsActivities {
  /** Asks Graph which groups somebody is in, and keeps them, or why they are not known, in MongoDB. */
  readCallerGroups(input: CallerGroupsRef): Promise<void>;
}
