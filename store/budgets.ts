import type { Db, Document } from 'mongodb';
import { budgetRules, mailboxLimits, type Budget } from '../contract/budget.ts';
import { collectionsOf } from './collections.ts';
import { serverCodeOf, serverCodes } from './store-errors.ts';
import type { BudgetStore } from './types.ts';

const upsertTries = 10;
/** From here on blocks are small, so that the last requests of a window are shared among lanes. */
const nearLimit = 1_000;

/** Every budget is complete after any update, and tells the time of it. */
const base: Document = {
  $set: {
    places: { $ifNull: ['$places', []] },
    blocks: { $filter: { input: { $ifNull: ['$blocks', []] }, as: 'block', cond: { $gt: ['$$block.until', '$$NOW'] } } },
    notBefore: { $ifNull: ['$notBefore', new Date(0)] },
    touchedAt: '$$NOW',
  },
};

/**
 * Exchange's limits per app and mailbox, held for all processes together: one document per (tenant, app, mailbox),
 * changed by single atomic updates that go by MongoDB's clock.
 */
export function createBudgets(db: Db): BudgetStore {
  const { budgets } = collectionsOf(db);

  async function change(budgetId: string, stages: Document[]): Promise<Budget> {
    for (let tries = 1; ; tries += 1) {
      try {
        const changed = await budgets.findOneAndUpdate({ _id: budgetId }, [base, ...stages], { upsert: true, returnDocument: 'after' });
        if (changed !== null) return changed;
      } catch (error) {
        // Two first comers at once: the other one has made the document.
        if (serverCodeOf(error) !== serverCodes.duplicateKey || tries >= upsertTries) throw error;
      }
    }
  }

  return {
    async holdPlace({ budgetId, holder }) {
      const budget = await change(budgetId, placeStages(holder));
      const place = budget.places.find((held) => held.holder === holder);
      return place === undefined ? null : { now: budget.touchedAt, until: place.until, notBefore: budget.notBefore };
    },

    async releasePlace({ budgetId, holder }) {
      await budgets.updateOne({ _id: budgetId }, { $pull: { places: { holder } } });
    },

    async reserve({ budgetId, blockId }) {
      const budget = await change(budgetId, blockStages(blockId));
      const now = budget.touchedAt;
      const block = budget.blocks.find((held) => held.id === blockId);
      if (block === undefined) return { full: true, freeAt: earliestEnd(budget), now };
      return { id: blockId, requests: block.requests, now, sendUntil: new Date(block.until.getTime() - budgetRules.blockCountsMs) };
    },

    async trim({ budgetId, blockId, used }) {
      await budgets.updateOne({ _id: budgetId }, [{ $set: { blocks: trimmed(blockId, used) } }]);
    },

    async holdBack({ budgetId, waitMs }) {
      await change(budgetId, [{ $set: { notBefore: { $max: ['$notBefore', { $add: ['$$NOW', Math.ceil(waitMs)] }] } } }]);
    },
  };
}

/** Drops places whose lease has ended, and gives the holder one (again) when fewer than four are held by others. */
function placeStages(holder: string): Document[] {
  const byAnother = { $and: [{ $gt: ['$$place.until', '$$NOW'] }, { $ne: ['$$place.holder', { $literal: holder }] }] };
  const own = { holder: { $literal: holder }, until: { $add: ['$$NOW', budgetRules.placeLeaseMs] } };
  return [
    { $set: { places: { $filter: { input: '$places', as: 'place', cond: byAnother } } } },
    {
      $set: {
        places: { $cond: [{ $lt: [{ $size: '$places' }, mailboxLimits.inFlight] }, { $concatArrays: ['$places', [own]] }, '$places'] },
      },
    },
  ];
}

/** Adds the block when the window has room for it; one that was reserved already stays as it is. */
function blockStages(blockId: string): Document[] {
  const left = { $subtract: [mailboxLimits.requests, { $sum: '$blocks.requests' }] };
  const size = { $cond: [{ $lt: ['$$left', nearLimit] }, budgetRules.blockSizeNearLimit, budgetRules.blockSize] };
  const until = { $add: ['$$NOW', budgetRules.sendWithinMs + budgetRules.blockCountsMs] };
  const added = { $concatArrays: ['$blocks', [{ id: { $literal: blockId }, requests: '$$size', until }]] };
  const known = { $in: [{ $literal: blockId }, '$blocks.id'] };
  const blocks = { $cond: [{ $or: [known, { $lt: ['$$left', '$$size'] }] }, '$blocks', added] };
  return [{ $set: { blocks: { $let: { vars: { left }, in: { $let: { vars: { size }, in: blocks } } } } } }];
}

function trimmed(blockId: string, used: number): Document {
  const requests = { $min: ['$$block.requests', Math.max(0, Math.ceil(used))] };
  const lowered = { $cond: [{ $eq: ['$$block.id', { $literal: blockId }] }, { $mergeObjects: ['$$block', { requests }] }, '$$block'] };
  const all = { $map: { input: '$blocks', as: 'block', in: lowered } };
  return { $filter: { input: all, as: 'block', cond: { $gt: ['$$block.requests', 0] } } };
}

function earliestEnd(budget: Budget): Date {
  return new Date(Math.min(...budget.blocks.map((block) => block.until.getTime())));
}
