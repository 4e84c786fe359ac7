/**
 * Until when mailboxes are left alone, shared by all lanes of this process: one that Graph asks to wait speaks for all.
 * Other processes learn it from MongoDB when they renew their place. Times are MongoDB's, in ms.
 */
export interface HeldBack {
  /** 0 when nothing is to be waited for. */
  untilMs(budgetId: string): number;
  hold(budgetId: string, until: { untilMs: number; nowMs: number }): void;
}

export function createHeldBack(): HeldBack {
  const held = new Map<string, number>();
  return {
    untilMs: (budgetId) => held.get(budgetId) ?? 0,
    hold(budgetId, { untilMs, nowMs }) {
      for (const [id, endMs] of held) if (endMs <= nowMs) held.delete(id);
      held.set(budgetId, Math.max(untilMs, held.get(budgetId) ?? 0));
    },
  };
}
