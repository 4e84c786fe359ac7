import type { Db, Document } from 'mongodb';
import { budgetRulesOf, mailboxLimits, type Budget, type BudgetRules, type MailboxLimits } from '../contract/budget.ts';
import { collectionsOf } from './collections.ts';
import { serverCodeOf, serverCodes } from './store-errors.ts';
import type { BudgetStore } from './types.ts';

const upsertTries = 10;

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
export function createBudgets(db: Db, limits: MailboxLimits = mailboxLimits): BudgetStore {
  const { budgets } = collectionsOf(db);
  const rules = budgetRulesOf(limits);

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
      const budget = await change(budgetId, placeStages(holder, { limits, rules }));
      const place = budget.places.find((held) => held.holder === holder);
      return place === undefined ? null : { now: budget.touchedAt, until: place.until, notBefore: budget.notBefore };
    },

    async releasePlace({ budgetId, holder }) {
      await budgets.updateOne({ _id: budgetId }, { $pull: { places: { holder } } });
    },

    async reserve({ budgetId, blockId, closing }) {
      const closed = closing === undefined ? [] : [{ $set: { blocks: closedBlock(closing, rules) } }];
      const budget = await change(budgetId, [...closed, ...blockStages(blockId, { limits, rules })]);
      const now = budget.touchedAt;
      const block = budget.blocks.find((held) => held.id === blockId);
      if (block === undefined) return { full: true, freeAt: earliestEnd(budget, rules), now };
      return { id: blockId, requests: block.requests, now, sendUntil: new Date(block.until.getTime() - rules.blockCountsMs) };
    },

    async close({ budgetId, ...block }) {
      await budgets.updateOne({ _id: budgetId }, [{ $set: { blocks: closedBlock(block, rules) } }]);
    },

    async holdBack({ budgetId, waitMs }) {
      await change(budgetId, [{ $set: { notBefore: { $max: ['$notBefore', { $add: ['$$NOW', Math.ceil(waitMs)] }] } } }]);
    },
  };
}

interface Held {
  limits: MailboxLimits;
  rules: BudgetRules;
}

/** Drops places whose lease has ended, and gives the holder one (again) when others hold fewer than there are. */
function placeStages(holder: string, { limits, rules }: Held): Document[] {
  const byAnother = { $and: [{ $gt: ['$$place.until', '$$NOW'] }, { $ne: ['$$place.holder', { $literal: holder }] }] };
  const own = { holder: { $literal: holder }, until: { $add: ['$$NOW', rules.placeLeaseMs] } };
  return [
    { $set: { places: { $filter: { input: '$places', as: 'place', cond: byAnother } } } },
    {
      $set: {
        places: { $cond: [{ $lt: [{ $size: '$places' }, limits.inFlight] }, { $concatArrays: ['$places', [own]] }, '$places'] },
      },
    },
  ];
}

/** Adds the block when the window has room for it; one that was reserved already stays as it is. */
function blockStages(blockId: string, { limits, rules }: Held): Document[] {
  const left = { $subtract: [limits.requests, { $sum: '$blocks.requests' }] };
  const size = { $cond: [{ $lt: ['$$left', rules.nearLimit] }, rules.blockSizeNearLimit, rules.blockSize] };
  const until = { $add: ['$$NOW', rules.sendWithinMs + rules.blockCountsMs] };
  const added = { $concatArrays: ['$blocks', [{ id: { $literal: blockId }, requests: '$$size', until }]] };
  const known = { $in: [{ $literal: blockId }, '$blocks.id'] };
  const blocks = { $cond: [{ $or: [known, { $lt: ['$$left', '$$size'] }] }, '$blocks', added] };
  return [{ $set: { blocks: { $let: { vars: { left }, in: { $let: { vars: { size }, in: blocks } } } } } }];
}

/** The block with what was sent of it alone, counting from its last answer on: that was no later than now. */
function closedBlock({ blockId, used }: { blockId: string; used: number }, rules: BudgetRules): Document {
  const requests = { $min: ['$$block.requests', Math.max(0, Math.ceil(used))] };
  const until = { $min: ['$$block.until', { $add: ['$$NOW', rules.closedCountsMs] }] };
  const closed = { $mergeObjects: ['$$block', { requests, until }] };
  const each = { $cond: [{ $eq: ['$$block.id', { $literal: blockId }] }, closed, '$$block'] };
  const all = { $map: { input: '$blocks', as: 'block', in: each } };
  return { $filter: { input: all, as: 'block', cond: { $gt: ['$$block.requests', 0] } } };
}

/** A block that is still sent from ends early: it is closed after its last answer. */
function earliestEnd(budget: Budget, rules: BudgetRules): Date {
  const ifClosedNowMs = budget.touchedAt.getTime() + rules.closedCountsMs;
  return new Date(Math.min(ifClosedNowMs, ...budget.blocks.map((block) => block.until.getTime())));
}
