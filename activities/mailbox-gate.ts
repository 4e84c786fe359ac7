import type { RequestBudget } from '../graph/types.ts';
import { createHeldBack } from './held-back.ts';
import { takeMailboxPlace, type PlaceOptions } from './mailbox-place.ts';
import { createRequestBlocks } from './request-blocks.ts';
import { waitAtMost } from './wait-at-most.ts';

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

const heldBack = createHeldBack();

/** Takes a place of the mailbox and keeps it until `close`. Waits for one as long as may be, then throws WaitLongerError. */
export async function openMailboxGate(options: PlaceOptions): Promise<MailboxGate> {
  const { budgets, budgetId, signal, longestWaitMs } = options;
  const place = await takeMailboxPlace(options);
  const blocks = createRequestBlocks({ budgets, budgetId, nowMs: place.nowMs, longestWaitMs, signal });
  const restMs = () => Math.max(place.notBeforeMs(), heldBack.untilMs(budgetId)) - place.nowMs();
  const wait = (waitMs: number) => waitAtMost('Graph asked to wait with this mailbox', { waitMs, longestMs: longestWaitMs(), signal });
  let requests = 0;
  let sentAtMs = place.nowMs();
  return {
    async take() {
      signal.throwIfAborted();
      // Another lane may be asked to wait meanwhile.
      while (restMs() > 0) await wait(restMs());
      await blocks.use();
      await place.ensure();
      requests += 1;
      sentAtMs = place.nowMs();
    },
    async onThrottled(waitMs) {
      heldBack.hold(budgetId, { untilMs: place.nowMs() + waitMs, nowMs: place.nowMs() });
      await budgets.holdBack({ budgetId, waitMs });
    },
    sentAt: () => new Date(sentAtMs),
    now: () => new Date(place.nowMs()),
    requests: () => requests,
    async close() {
      // A place and a block that cannot be given back run out by themselves.
      await Promise.allSettled([blocks.close(), place.release()]);
    },
  };
}
