import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { budgetRules, mailboxLimits } from '../../contract/budget.ts';
import { createBudgets } from '../../store/budgets.ts';
import type { BlockGrant, BudgetStore } from '../../store/types.ts';
import { useStoreRoom } from './support/store-room.ts';

const room = useStoreRoom();
let made = 0;
const newBudget = () => `tenant:client:mailbox-${(made += 1)}`;

/** Budgets over connections of their own, as several processes have them. */
async function withProcesses<T>(count: number, work: (processes: BudgetStore[]) => Promise<T>, limits = mailboxLimits): Promise<T> {
  const clients = await Promise.all(Array.from({ length: count }, async () => MongoClient.connect(room.uri)));
  try {
    return await work(clients.map((client) => createBudgets(client.db(room.databaseName), limits)));
  } finally {
    await Promise.all(clients.map(async (client) => client.close()));
  }
}

const isGrant = (reserved: Awaited<ReturnType<BudgetStore['reserve']>>): reserved is BlockGrant => 'requests' in reserved;
const budgetOf = async (budgetId: string) => {
  const budget = await room.collections.budgets.findOne({ _id: budgetId });
  if (budget === null) throw new Error(`There is no budget ${budgetId}`);
  return budget;
};

describe('places', () => {
  it('are four, whoever asks from wherever at once', async () => {
    const budgetId = newBudget();
    const granted = await withProcesses(5, async (processes) =>
      Promise.all(Array.from({ length: 60 }, async (_, n) => processes[n % 5]?.holdPlace({ budgetId, holder: `lane-${n}` }))),
    );
    expect(granted.filter((grant) => grant !== null)).toHaveLength(mailboxLimits.inFlight);
    expect((await budgetOf(budgetId)).places).toHaveLength(mailboxLimits.inFlight);
  });

  it('never exceed four while holders come, renew and go', async () => {
    const budgetId = newBudget();
    let held = 0;
    let most = 0;
    let grants = 0;
    await withProcesses(4, async (processes) => {
      const lane = async (n: number) => {
        const budgets = processes[n % 4];
        for (let turn = 0; turn < 25; turn += 1) {
          const grant = await budgets?.holdPlace({ budgetId, holder: `lane-${n}` });
          if (!grant) continue;
          held += 1;
          most = Math.max(most, held);
          grants += 1;
          await budgets?.holdPlace({ budgetId, holder: `lane-${n}` });
          held -= 1;
          await budgets?.releasePlace({ budgetId, holder: `lane-${n}` });
        }
      };
      await Promise.all(Array.from({ length: 12 }, async (_, n) => lane(n)));
    });
    expect(most).toBeLessThanOrEqual(mailboxLimits.inFlight);
    expect(grants).toBeGreaterThan(20);
    expect((await budgetOf(budgetId)).places).toEqual([]);
  });

  it('are leased by the clock of MongoDB, and renewed by their holder alone', async () => {
    const budgetId = newBudget();
    const { budgets } = room.store;
    const first = await budgets.holdPlace({ budgetId, holder: 'a' });
    expect(first?.until.getTime()).toBe((first?.now.getTime() ?? 0) + budgetRules.placeLeaseMs);
    for (const holder of ['b', 'c', 'd']) expect(await budgets.holdPlace({ budgetId, holder })).not.toBeNull();
    expect(await budgets.holdPlace({ budgetId, holder: 'e' })).toBeNull();
    expect(await budgets.holdPlace({ budgetId, holder: 'a' })).not.toBeNull();
    await budgets.releasePlace({ budgetId, holder: 'b' });
    expect(await budgets.holdPlace({ budgetId, holder: 'e' })).not.toBeNull();
  });

  it('of dead holders are free when their lease has ended', async () => {
    const budgetId = newBudget();
    for (const holder of ['a', 'b', 'c', 'd']) await room.store.budgets.holdPlace({ budgetId, holder });
    await room.collections.budgets.updateOne({ _id: budgetId }, { $set: { 'places.0.until': new Date(Date.now() - 1) } });
    expect(await room.store.budgets.holdPlace({ budgetId, holder: 'e' })).not.toBeNull();
    expect(await room.store.budgets.holdPlace({ budgetId, holder: 'a' })).toBeNull();
  });

  it('tell since when nobody may send, and the longest wait holds', async () => {
    const budgetId = newBudget();
    const { budgets } = room.store;
    await budgets.holdBack({ budgetId, waitMs: 5_000.5 });
    await budgets.holdBack({ budgetId, waitMs: 1_000 });
    const grant = await budgets.holdPlace({ budgetId, holder: 'a' });
    const waitMs = (grant?.notBefore.getTime() ?? 0) - (grant?.now.getTime() ?? 0);
    expect(waitMs).toBeGreaterThan(3_000);
    expect(waitMs).toBeLessThanOrEqual(5_001);
  });

  it('may be held under a name that looks like an expression', async () => {
    const budgetId = newBudget();
    expect(await room.store.budgets.holdPlace({ budgetId, holder: '$places' })).not.toBeNull();
    expect((await budgetOf(budgetId)).places[0]?.holder).toBe('$places');
  });
});

describe('blocks', () => {
  it('never add up to more than the window allows, whoever reserves at once', async () => {
    const budgetId = newBudget();
    const grants = await withProcesses(5, async (processes) =>
      Promise.all(Array.from({ length: 260 }, async (_, n) => processes[n % 5]?.reserve({ budgetId, blockId: `block-${n}` }))),
    );
    const blocks = grants.filter((grant) => grant !== undefined && isGrant(grant));
    const reserved = blocks.reduce((sum, block) => sum + block.requests, 0);
    expect(reserved).toBe(mailboxLimits.requests);
    expect(new Set(blocks.map((block) => block.requests))).toEqual(new Set([100, 10]));
    const counted = (await budgetOf(budgetId)).blocks.reduce((sum, block) => sum + block.requests, 0);
    expect(counted).toBe(mailboxLimits.requests);
    // 100 each until 1,000 are left (91 blocks), then 10 each.
    expect(blocks.filter((block) => block.requests === 100)).toHaveLength(91);
  });

  it('count for their sending time and the window; when full, it is told when the first is free', async () => {
    const budgetId = newBudget();
    const { budgets } = room.store;
    const first = await budgets.reserve({ budgetId, blockId: 'first' });
    if (!isGrant(first)) throw new Error('The first block must be granted');
    expect(first.sendUntil.getTime() - first.now.getTime()).toBe(budgetRules.sendWithinMs);
    const stored = await budgetOf(budgetId);
    expect(stored.blocks[0]?.until.getTime()).toBe(first.sendUntil.getTime() + budgetRules.blockCountsMs);
    await room.collections.budgets.updateOne(
      { _id: budgetId },
      { $push: { blocks: { id: 'big', requests: 9_895, until: new Date(Date.now() + 3_600_000) } } },
    );
    const soon = new Date(Date.now() + 60_000);
    await room.collections.budgets.updateOne({ _id: budgetId }, { $set: { 'blocks.0.until': soon } });
    expect(await budgets.reserve({ budgetId, blockId: 'second' })).toMatchObject({ full: true, freeAt: soon });
  });

  it('stop counting at their end', async () => {
    const budgetId = newBudget();
    await room.store.budgets.reserve({ budgetId, blockId: 'first' });
    await room.collections.budgets.updateOne({ _id: budgetId }, { $set: { 'blocks.0.requests': 10_000 } });
    expect(await room.store.budgets.reserve({ budgetId, blockId: 'second' })).toMatchObject({ full: true });
    await room.collections.budgets.updateOne({ _id: budgetId }, { $set: { 'blocks.0.until': new Date(Date.now() - 1) } });
    expect(await room.store.budgets.reserve({ budgetId, blockId: 'second' })).toMatchObject({ requests: 100 });
    expect((await budgetOf(budgetId)).blocks.map((block) => block.id)).toEqual(['second']);
  });

  it('count from their last answer on once they are closed, whoever reserves the next in the same stroke', async () => {
    const budgetId = newBudget();
    const { budgets } = room.store;
    await budgets.reserve({ budgetId, blockId: 'a' });
    const second = await budgets.reserve({ budgetId, blockId: 'b', closing: { blockId: 'a', used: 100 } });
    const closed = (await budgetOf(budgetId)).blocks[0];
    expect(closed).toMatchObject({ id: 'a', requests: 100 });
    expect(closed?.until.getTime()).toBe(second.now.getTime() + budgetRules.closedCountsMs);
    expect(budgetRules.closedCountsMs).toBeGreaterThan(mailboxLimits.windowMs);
  });

  it('are asked for again when one that is sent from may have been closed, not at its sending deadline', async () => {
    const budgetId = newBudget();
    const reserveThree = async ([budgets]: BudgetStore[]) => {
      for (const blockId of ['a', 'b']) await budgets?.reserve({ budgetId, blockId });
      return budgets?.reserve({ budgetId, blockId: 'c' });
    };
    const third = await withProcesses(1, reserveThree, { inFlight: 4, requests: 2, windowMs: 30_000 });
    if (third === undefined || isGrant(third)) throw new Error('The window must be full');
    expect(third.freeAt.getTime() - third.now.getTime()).toBe(30_300);
  });

  it('give back what was not used, never more than they had', async () => {
    const budgetId = newBudget();
    const { budgets } = room.store;
    await budgets.reserve({ budgetId, blockId: 'a' });
    await budgets.reserve({ budgetId, blockId: 'b' });
    await budgets.close({ budgetId, blockId: 'a', used: 7 });
    await budgets.close({ budgetId, blockId: 'a', used: 90 });
    await budgets.close({ budgetId, blockId: 'b', used: 0 });
    expect((await budgetOf(budgetId)).blocks.map(({ id, requests }) => [id, requests])).toEqual([['a', 7]]);
  });

  it('are reserved once when the same reservation is repeated', async () => {
    const budgetId = newBudget();
    const one = await room.store.budgets.reserve({ budgetId, blockId: 'a' });
    const two = await room.store.budgets.reserve({ budgetId, blockId: 'a' });
    expect((await budgetOf(budgetId)).blocks).toHaveLength(1);
    expect(isGrant(one) && isGrant(two) && one.sendUntil.getTime() === two.sendUntil.getTime()).toBe(true);
  });
});
