import { ApplicationFailure } from '@temporalio/common';
import { cancelled, Context, heartbeat } from '@temporalio/activity';
import type { Activities } from '../../activities/index.ts';
import { addCounts, type Counts } from '../../contract/workflow/counts.ts';
import { failureTypes } from '../../contract/workflow/failures.ts';
import type { Priority, RetryKind } from '../../contract/workflow/names.ts';
import type { CrawlMode, SourceState } from '../../contract/workflow/states.ts';

/** What the fake activities do and have seen; tests turn the knobs. */
export interface FakeCrawl {
  mailboxIds: string[];
  mode: CrawlMode;
  priority: Priority;
  /** `<mailboxId> <task queue>` of every mailbox that was prepared. */
  prepared: string[];
  intervalMs: number;
  /** Lanes of these mailboxes run until they are cancelled. */
  endless: Set<string>;
  /** Mailboxes whose workflows a test has ended from outside. */
  lost: Set<string>;
  credentialRefused: boolean;
  /** Code with which the scope cannot be taken, and how many mailboxes vanished; `confirmed` more than that lets it go on. */
  scopeProblem: { code: string; held: number } | null;
  /** What each resolution of the scope was told. */
  resolutions: { resolution?: number; confirmed?: number | null }[];
  erasures: number;
  changed: boolean;
  lanes: number;
  /** `<mailboxId>@<cycle>` of every mailbox that was closed, in order. */
  closed: string[];
  abandoned: { mailboxId: string; outcome: string }[];
  states: SourceState[];
  /** The reason that was written with each state. */
  reasons: (string | null)[];
  walking: number;
  mostWalking: number;
  cyclesClosed: number[];
  /** Mailboxes that a retry of a kind takes up again, and the kinds that were asked for. */
  reopens: Record<RetryKind, string[]>;
  askedAgain: RetryKind[];
}

const counts: Counts = { pages: 1, documents: 10, removed: 0, skips: 0, requests: 2 };

export function createFakeCrawl(changes: Partial<FakeCrawl> = {}): FakeCrawl {
  return {
    mailboxIds: ['a', 'b', 'c'],
    mode: 'once',
    priority: 'normal',
    prepared: [],
    intervalMs: 60_000,
    endless: new Set(),
    lost: new Set(),
    credentialRefused: false,
    scopeProblem: null,
    resolutions: [],
    erasures: 0,
    changed: false,
    lanes: 1,
    closed: [],
    abandoned: [],
    states: [],
    reasons: [],
    walking: 0,
    mostWalking: 0,
    cyclesClosed: [],
    reopens: { blocked: [], skips: [], dueSkips: [] },
    askedAgain: [],
    ...changes,
  };
}

async function untilCancelled(): Promise<never> {
  const timer = setInterval(() => heartbeat({ v: 1 }), 50);
  try {
    return await cancelled();
  } finally {
    clearInterval(timer);
  }
}

/** Activities that keep everything in memory, and do to the workflows what real ones could. */
export function fakeActivities(crawl: FakeCrawl): Activities {
  const settings = () => ({ mode: crawl.mode, priority: crawl.priority, intervalMs: crawl.intervalMs, title: 'exchange, everything' });
  const done = (cycle: number) =>
    new Set(crawl.closed.filter((key) => key.endsWith(`@${cycle}`)).map((key) => key.split('@')[0] as string));
  return {
    readSource: async () => settings(),
    openCycle: async () => settings(),
    async resolveScope({ resolution, confirmed }) {
      crawl.resolutions.push({ ...(resolution !== undefined && { resolution }), ...(confirmed !== undefined && { confirmed }) });
      if (crawl.credentialRefused) throw ApplicationFailure.nonRetryable('refused', failureTypes.credentialRefused);
      const problem = crawl.scopeProblem;
      if (problem !== null && problem.held > (confirmed ?? -1)) {
        return { mailboxes: 0, joined: 0, retired: 0, held: problem.held, blocked: problem.code };
      }
      return { mailboxes: crawl.mailboxIds.length, joined: 0, retired: 0, held: 0 };
    },
    async nextMailboxes({ cycle, after, limit, inFlight, retry, again = [] }) {
      crawl.askedAgain.push(...again);
      const reopened = [...retry, ...again.flatMap((kind) => crawl.reopens[kind])];
      crawl.closed = crawl.closed.filter((key) => !reopened.includes(key.split('@')[0] as string));
      const closed = done(cycle);
      const mailboxIds = crawl.mailboxIds
        .toSorted()
        .filter((id) => (after === null || id > after) && !closed.has(id) && !inFlight.includes(id))
        .slice(0, limit);
      return { mailboxIds, after: mailboxIds.at(-1) ?? null, priority: crawl.priority };
    },
    async eraseHidden() {
      crawl.erasures += 1;
      return { erased: 0 };
    },
    async closeCycle({ cycle }) {
      crawl.cyclesClosed.push(cycle);
      const mailboxes = { done: 0, doneWithSkips: 0, blocked: 0, ineligible: 0, interrupted: 0 };
      return { mode: crawl.mode, intervalMs: crawl.intervalMs, completeness: 'complete', mailboxes };
    },
    async writeSourceState({ state, reason }) {
      crawl.states.push(state);
      crawl.reasons.push(reason);
    },
    async inspectMailbox({ mailboxId, cycle }) {
      if (!crawl.lost.has(mailboxId)) return { state: 'running' };
      crawl.closed.push(`${mailboxId}@${cycle}`);
      return { state: 'closed' };
    },
    probeCredential: async () => ({ accepted: !crawl.credentialRefused, reason: crawl.credentialRefused ? 'AADSTS7000215' : null }),
    async prepareMailbox({ mailboxId }) {
      crawl.prepared.push(`${mailboxId} ${Context.current().info.taskQueue}`);
      return { outcome: 'ready', reason: null, lanes: crawl.lanes, first: false, counts };
    },
    async walkStreams({ mailboxId, lane }) {
      crawl.walking += 1;
      crawl.mostWalking = Math.max(crawl.mostWalking, crawl.walking);
      try {
        if (crawl.credentialRefused) throw ApplicationFailure.nonRetryable('refused', failureTypes.credentialRefused);
        if (crawl.endless.has(mailboxId) && lane === 0) await untilCancelled();
        return { changed: crawl.changed, counts };
      } finally {
        crawl.walking -= 1;
      }
    },
    catchUp: async () => ({ changed: false, counts }),
    async closeMailbox({ mailboxId, cycle, counts: before }) {
      crawl.closed.push(`${mailboxId}@${cycle}`);
      return { outcome: 'done', counts: addCounts(before, counts) };
    },
    async abandonMailbox({ mailboxId, outcome, cycle }) {
      crawl.abandoned.push({ mailboxId, outcome });
      if (outcome === 'blocked') crawl.closed.push(`${mailboxId}@${cycle}`);
    },
    async indexDocuments() {
      Context.current();
      return { indexed: 0 };
    },
    readCallerGroups: async () => undefined,
    testConnection: async (input) => input,
    crawlsOf: async () => ({ workflowIds: [] }),
    eraseSource: async () => ({ erased: 0 }),
    testCredential: async (input) => input,
  };
}
