import { randomUUID } from 'node:crypto';
import type { BlockGrant, BudgetStore } from '../store/types.ts';
import { waitAtMost } from './wait-at-most.ts';

/** Requests of a mailbox's window, reserved in blocks for all processes together; each is answered before the next. */
export interface RequestBlocks {
  /** Uses one request. Waits for room in the window as long as may be, then throws WaitLongerError. */
  use(): Promise<void>;
  /** Gives back what the last block did not use. */
  close(): Promise<void>;
}

export function createRequestBlocks(options: {
  budgets: BudgetStore;
  budgetId: string;
  nowMs: () => number;
  longestWaitMs: () => number;
  signal: AbortSignal;
}): RequestBlocks {
  const { budgets, budgetId, nowMs, longestWaitMs, signal } = options;
  let block: BlockGrant | null = null;
  let used = 0;

  /** The block in hand, which is held no longer. */
  function putDown(): { blockId: string; used: number } | null {
    const old = block;
    block = null;
    return old === null ? null : { blockId: old.id, used };
  }

  async function reserve(): Promise<BlockGrant> {
    let closing = putDown();
    for (;;) {
      const grant = await budgets.reserve({ budgetId, blockId: randomUUID(), ...(closing === null ? {} : { closing }) });
      if (!('full' in grant)) return grant;
      closing = null;
      const waitMs = grant.freeAt.getTime() - grant.now.getTime();
      await waitAtMost('The requests that the mailbox allows in its window are used up', { waitMs, longestMs: longestWaitMs(), signal });
    }
  }

  return {
    async use() {
      if (block === null || used >= block.requests || nowMs() > block.sendUntil.getTime()) {
        block = await reserve();
        used = 0;
      }
      used += 1;
    },
    async close() {
      const old = putDown();
      if (old !== null) await budgets.close({ budgetId, ...old });
    },
  };
}
