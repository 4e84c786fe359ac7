import { randomUUID } from 'node:crypto';
import type { BlockGrant, BudgetStore } from '../store/types.ts';
import { waitAtMost } from './wait-at-most.ts';

/** Requests of a mailbox's 10,000 in 10 minutes, reserved in blocks for all processes together. */
export interface RequestBlocks {
  /** Uses one request. Waits up to 30 s for room in the window, then throws WaitLongerError. */
  use(): Promise<void>;
  /** Gives back what the last block did not use. */
  close(): Promise<void>;
}

export function createRequestBlocks(options: {
  budgets: BudgetStore;
  budgetId: string;
  nowMs: () => number;
  signal: AbortSignal;
}): RequestBlocks {
  const { budgets, budgetId, nowMs, signal } = options;
  let block: BlockGrant | null = null;
  let used = 0;

  async function giveBack(): Promise<void> {
    const old = block;
    block = null;
    if (old !== null && used < old.requests) await budgets.trim({ budgetId, blockId: old.id, used });
  }

  async function reserve(): Promise<BlockGrant> {
    for (;;) {
      const grant = await budgets.reserve({ budgetId, blockId: randomUUID() });
      if (!('full' in grant)) return grant;
      const waitMs = grant.freeAt.getTime() - grant.now.getTime();
      await waitAtMost('The 10,000 requests in 10 minutes of the mailbox are used up', { waitMs, signal });
    }
  }

  return {
    async use() {
      if (block === null || used >= block.requests || nowMs() > block.sendUntil.getTime()) {
        await giveBack();
        block = await reserve();
        used = 0;
      }
      used += 1;
    },
    close: giveBack,
  };
}
