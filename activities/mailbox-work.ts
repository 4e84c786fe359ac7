import type { MailboxRef } from '../contract/workflow/activities.ts';
import type { Policy } from '../contract/policy.ts';
import type { Counts } from '../contract/workflow/counts.ts';
import type { Graph } from '../graph/types.ts';
import type { Store } from '../store/open-store.ts';
import type { PageWrite } from '../store/types.ts';
import { attemptName, beating } from './beat.ts';
import { mindingConsent } from './consent.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { ActivityDeps, CrawlSettings } from './deps.ts';
import { directoryBudget } from './directory-budget.ts';
import type { ExtractOnce } from './extract-once.ts';
import { openMailboxGate, type MailboxGate } from './mailbox-gate.ts';
import { budgetIdOf, loadSource, pageContext } from './source-context.ts';

/** What an activity that works on one mailbox has at hand while it holds a place there. */
export interface MailboxWork {
  at: { sourceId: string; mailboxId: string };
  graph: Graph;
  gate: MailboxGate;
  store: Store;
  settings: CrawlSettings;
  policy: Policy;
  extract: ExtractOnce;
  heldBytes: ByteBudget;
  context: PageWrite['context'];
  /** Fires on cancellation, time-out and shutdown: work ends after the current page. */
  signal: AbortSignal;
  /** Counted as the work goes on. */
  counts: Counts;
}

/** Runs work on a mailbox while beating and holding one of the mailbox's places. */
export async function withMailbox<T>(deps: ActivityDeps, ref: MailboxRef, work: (mailbox: MailboxWork) => Promise<T>): Promise<T> {
  return beating(async (signal) => {
    const { source, credential, graph } = await loadSource(deps, ref.sourceId);
    const gate = await openMailboxGate({
      budgets: deps.store.budgets,
      budgetId: budgetIdOf(credential, ref.mailboxId),
      holder: attemptName(),
      requestTimeoutMs: deps.settings.requestTimeoutMs,
      signal,
    });
    const counts: Counts = { pages: 0, documents: 0, removed: 0, skips: 0, requests: 0 };
    try {
      return await work({
        at: { sourceId: ref.sourceId, mailboxId: ref.mailboxId },
        graph: mindingConsent(graph, { budget: directoryBudget(credential), signal }),
        gate,
        store: deps.store,
        settings: deps.settings,
        policy: source.policy,
        extract: deps.extract,
        heldBytes: deps.heldBytes,
        context: pageContext(source, ref.crawlId),
        signal,
        counts,
      });
    } finally {
      await gate.close();
    }
  });
}

/** The counts so far, requests included. */
export function countsOf(mailbox: MailboxWork): Counts {
  return { ...mailbox.counts, requests: mailbox.gate.requests() };
}

/** Options for one call to Graph on behalf of this mailbox. */
export function callOptions(mailbox: MailboxWork): { budget: MailboxGate; signal: AbortSignal } {
  return { budget: mailbox.gate, signal: mailbox.signal };
}
