import { Context } from '@temporalio/activity';
import { cycleKeyOf } from '../contract/ids.ts';
import type { MailboxRef } from '../contract/workflow/activities.ts';
import type { Policy } from '../contract/policy.ts';
import type { Counts } from '../contract/workflow/counts.ts';
import type { Graph } from '../graph/types.ts';
import type { Store } from '../store/open-store.ts';
import type { PageWrite } from '../store/types.ts';
import { attemptName, beating, countsBefore, type Beat } from './beat.ts';
import { mindingConsent } from './consent.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { ActivityDeps, CrawlSettings } from './deps.ts';
import { directoryBudget } from './directory-budget.ts';
import { GiveWayError } from './failures.ts';
import type { ExtractOnce } from './extract-once.ts';
import { createGroupSize, type GroupSize } from './group-size.ts';
import { openMailboxGate, type MailboxGate } from './mailbox-gate.ts';
import { longestWaitMs } from './wait-at-most.ts';
import { budgetIdOf, loadSource, pageContext } from './source-context.ts';

/** With every slot taken, a wait for Graph or for a place frees the slot sooner. */
const longestWaitWhenFullMs = 3_000;

/** What an activity that works on one mailbox has at hand while it holds a place there. */
export interface MailboxWork {
  at: { sourceId: string; mailboxId: string };
  /** `<crawlId>/<cycle>`. */
  cycleKey: string;
  graph: Graph;
  gate: MailboxGate;
  store: Store;
  settings: CrawlSettings;
  policy: Policy;
  /** Null where no file is read for its words. */
  extract: ExtractOnce | null;
  heldBytes: ByteBudget;
  /** Of how many messages attachments are asked for in one request. */
  groupSize: GroupSize;
  context: PageWrite['context'];
  /** Fires on cancellation, time-out and shutdown: work ends after the current page. */
  signal: AbortSignal;
  /** Counted as the work goes on, from where an earlier attempt was. */
  counts: Counts;
  /** To be called where the work may end and go on later. Throws GiveWayError when others should have the slot now. */
  giveWay(): void;
}

/** Runs work on a mailbox while beating and holding one of the mailbox's places. */
export async function withMailbox<T>(deps: ActivityDeps, ref: MailboxRef, work: (mailbox: MailboxWork) => Promise<T>): Promise<T> {
  const { taskQueue } = Context.current().info;
  // A lane's next attempt goes on where it was; another step would begin anew.
  const goesOn = 'lane' in ref;
  const counts = { ...countsBefore() };
  const requestsBefore = counts.requests;
  let requests = () => 0;
  const tell = (): Beat => ({ v: 1, counts: { ...counts, requests: requestsBefore + requests() } });
  return beating(async (signal) => {
    const { source, credential, graph } = await loadSource(deps, ref.sourceId);
    const gate = await openMailboxGate({
      budgets: deps.store.budgets,
      budgetId: budgetIdOf(credential, ref.mailboxId),
      holder: attemptName(),
      requestTimeoutMs: deps.settings.requestTimeoutMs,
      signal,
      longestWaitMs: () => (goesOn && deps.slotUse.isFull(taskQueue) ? longestWaitWhenFullMs : longestWaitMs),
    });
    requests = gate.requests;
    const turnEndsMs = Date.now() + deps.settings.laneTurnMs;
    try {
      return await work({
        at: { sourceId: ref.sourceId, mailboxId: ref.mailboxId },
        cycleKey: cycleKeyOf(ref),
        graph: mindingConsent(graph, { budget: directoryBudget(credential, { call: 'listUsers', signal }), signal }),
        gate,
        store: deps.store,
        settings: deps.settings,
        policy: source.policy,
        extract: deps.extract,
        heldBytes: deps.heldBytes,
        groupSize: createGroupSize(deps.settings.attachmentListMaxBytes),
        context: pageContext(source, ref.crawlId),
        signal,
        counts,
        giveWay: () => {
          if (Date.now() >= turnEndsMs && deps.slotUse.isFull(taskQueue)) throw new GiveWayError();
        },
      });
    } finally {
      await gate.close();
    }
  }, tell);
}

/** The counts so far, requests included. */
export function countsOf(mailbox: MailboxWork): Counts {
  return { ...mailbox.counts, requests: mailbox.counts.requests + mailbox.gate.requests() };
}

/** Options for one call to Graph on behalf of this mailbox. */
export function callOptions(mailbox: MailboxWork): { budget: MailboxGate; signal: AbortSignal } {
  return { budget: mailbox.gate, signal: mailbox.signal };
}
