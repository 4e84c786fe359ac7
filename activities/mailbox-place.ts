import { setTimeout as delay } from 'node:timers/promises';
import { budgetRules } from '../contract/budget.ts';
import type { BudgetStore, PlaceGrant } from '../store/types.ts';
import { WaitLongerError } from './failures.ts';

const pollMs = 500;

/** One of a mailbox's four places, held by a lease that is renewed while work goes on. */
export interface MailboxPlace {
  /** MongoDB's time. */
  nowMs(): number;
  /** Nothing may be sent before, as far as MongoDB has said; looked up with each renewal. */
  notBeforeMs(): number;
  /** Makes sure that a request sent now ends before the lease does. Throws WaitLongerError when the place was lost. */
  ensure(): Promise<void>;
  release(): Promise<void>;
}

export interface PlaceOptions {
  budgets: BudgetStore;
  budgetId: string;
  /** Unique per attempt of an activity. */
  holder: string;
  requestTimeoutMs: number;
  /** How long a wait may hold the activity's slot, as things are now. */
  longestWaitMs: () => number;
  signal: AbortSignal;
}

async function firstGrant({ budgets, budgetId, holder, signal, longestWaitMs }: PlaceOptions): Promise<PlaceGrant> {
  const startedMs = Date.now();
  for (;;) {
    const grant = await budgets.holdPlace({ budgetId, holder });
    if (grant !== null) return grant;
    if (Date.now() - startedMs > longestWaitMs()) throw new WaitLongerError('All places of the mailbox are taken', 10_000);
    await delay(pollMs * (0.5 + Math.random()), undefined, { signal });
  }
}

/** Takes a place and keeps it until `release`. Waits for one as long as may be, then throws WaitLongerError. */
export async function takeMailboxPlace(options: PlaceOptions): Promise<MailboxPlace> {
  const { budgets, budgetId, holder, requestTimeoutMs } = options;
  let untilMs = 0;
  let notBeforeMs = 0;
  // MongoDB's clock minus this process's: leases and `asOf` of all processes go by one clock.
  let clockOffsetMs = 0;
  const nowMs = () => Date.now() + clockOffsetMs;
  const accept = (grant: PlaceGrant) => {
    untilMs = grant.until.getTime();
    notBeforeMs = Math.max(notBeforeMs, grant.notBefore.getTime());
    clockOffsetMs = grant.now.getTime() - Date.now();
  };
  const renew = async () => {
    const grant = await budgets.holdPlace({ budgetId, holder });
    if (grant !== null) accept(grant);
  };
  accept(await firstGrant(options));
  // A failed renewal shows when the lease no longer lasts: `ensure` then renews by itself and reports what is wrong.
  const timer = setInterval(() => void renew().catch(() => undefined), budgetRules.placeRenewMs);
  const lasts = () => nowMs() + requestTimeoutMs < untilMs;
  return {
    nowMs,
    notBeforeMs: () => notBeforeMs,
    async ensure() {
      if (lasts()) return;
      await renew();
      if (!lasts()) throw new WaitLongerError('The place at the mailbox was lost', 1_000);
    },
    async release() {
      clearInterval(timer);
      await budgets.releasePlace({ budgetId, holder });
    },
  };
}
