import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { budgetRules } from '../contract/budget.ts';
import type { RequestBudget } from '../graph/types.ts';
import type { BlockGrant, BudgetStore, PlaceGrant } from '../store/types.ts';
import { WaitLongerError } from './failures.ts';

/** Longer waits free the activity's slot instead (WaitLongerError). */
const longestWaitMs = 30_000;
const placePollMs = 500;

/**
 * The way through which all requests to one mailbox go: it holds one of the mailbox's four places and reserves
 * requests in blocks, for all processes together.
 */
export interface MailboxGate extends RequestBudget {
  /** MongoDB's time of the latest request sent through this gate: the `asOf` of its answer. */
  sentAt(): Date;
  now(): Date;
  requests(): number;
  close(): Promise<void>;
}

export interface GateOptions {
  budgets: BudgetStore;
  budgetId: string;
  /** Unique per attempt of an activity. */
  holder: string;
  requestTimeoutMs: number;
  signal: AbortSignal;
}

interface GateState {
  place: PlaceGrant;
  /** MongoDB's clock minus this process's. */
  clockOffsetMs: number;
  notBeforeMs: number;
  block: BlockGrant | null;
  usedOfBlock: number;
  requests: number;
  sentAtMs: number;
}

async function waitAtMost(what: string, { waitMs, signal }: { waitMs: number; signal: AbortSignal }): Promise<void> {
  if (waitMs > longestWaitMs) throw new WaitLongerError(what, waitMs);
  if (waitMs > 0) await delay(waitMs, undefined, { signal });
}

async function takePlace({ budgets, budgetId, holder, signal }: GateOptions): Promise<PlaceGrant> {
  const deadlineMs = Date.now() + longestWaitMs;
  for (;;) {
    const place = await budgets.holdPlace({ budgetId, holder });
    if (place !== null) return place;
    if (Date.now() > deadlineMs) throw new WaitLongerError('All four places of the mailbox are taken', 10_000);
    await delay(placePollMs * (0.5 + Math.random()), undefined, { signal });
  }
}

/** Takes a place of the mailbox and keeps it until `close`. Waits up to 30 s for one, then throws WaitLongerError. */
export async function openMailboxGate(options: GateOptions): Promise<MailboxGate> {
  const { budgets, budgetId, holder, requestTimeoutMs, signal } = options;
  const first = await takePlace(options);
  const state: GateState = {
    place: first,
    clockOffsetMs: first.now.getTime() - Date.now(),
    notBeforeMs: first.notBefore.getTime(),
    block: null,
    usedOfBlock: 0,
    requests: 0,
    sentAtMs: first.now.getTime(),
  };
  const nowMs = () => Date.now() + state.clockOffsetMs;

  async function renew(): Promise<void> {
    const place = await budgets.holdPlace({ budgetId, holder });
    if (place === null) return;
    state.place = place;
    state.clockOffsetMs = place.now.getTime() - Date.now();
    state.notBeforeMs = place.notBefore.getTime();
  }
  // A failed renewal shows when the lease no longer lasts: `take` then renews by itself and reports what is wrong.
  const timer = setInterval(() => void renew().catch(() => undefined), budgetRules.placeRenewMs);

  const mayStillSend = () => nowMs() + requestTimeoutMs < state.place.until.getTime();

  async function ensurePlace(): Promise<void> {
    if (mayStillSend()) return;
    await renew();
    if (!mayStillSend()) throw new WaitLongerError('The place at the mailbox was lost', 1_000);
  }

  async function giveBackBlock(): Promise<void> {
    const { block, usedOfBlock } = state;
    state.block = null;
    if (block !== null && usedOfBlock < block.requests) await budgets.trim({ budgetId, blockId: block.id, used: usedOfBlock });
  }

  async function ensureBlock(): Promise<void> {
    while (state.block === null || state.usedOfBlock >= state.block.requests || nowMs() > state.block.sendUntil.getTime()) {
      await giveBackBlock();
      const grant = await budgets.reserve({ budgetId, blockId: randomUUID() });
      if ('full' in grant) {
        const waitMs = grant.freeAt.getTime() - grant.now.getTime();
        await waitAtMost('The 10,000 requests in 10 minutes of the mailbox are used up', { waitMs, signal });
      } else {
        state.block = grant;
        state.usedOfBlock = 0;
      }
    }
  }

  return {
    async take() {
      signal.throwIfAborted();
      await waitAtMost('Graph asked to wait with this mailbox', { waitMs: state.notBeforeMs - nowMs(), signal });
      await ensurePlace();
      await ensureBlock();
      state.usedOfBlock += 1;
      state.requests += 1;
      state.sentAtMs = nowMs();
    },
    async onThrottled(waitMs) {
      state.notBeforeMs = Math.max(state.notBeforeMs, nowMs() + waitMs);
      await budgets.holdBack({ budgetId, waitMs });
    },
    sentAt: () => new Date(state.sentAtMs),
    now: () => new Date(nowMs()),
    requests: () => state.requests,
    async close() {
      clearInterval(timer);
      await giveBackBlock().catch(() => undefined);
      await budgets.releasePlace({ budgetId, holder }).catch(() => undefined);
    },
  };
}
