import type { Db } from 'mongodb';
import { noCounts, type Counts } from '../contract/workflow/counts.ts';
import { collectionsOf } from './collections.ts';
import type { MailboxStore } from './types.ts';

/** What the mailboxes of a source add up to. */
export function createMailboxCounts(
  db: Db,
): Pick<MailboxStore, 'countByState' | 'countReasons' | 'countTroubled' | 'countClosed' | 'countsIn'> {
  const { mailboxes } = collectionsOf(db);
  return {
    async countByState(sourceId) {
      const groups = await mailboxes
        .aggregate<{ _id: string; count: number }>([{ $match: { sourceId } }, { $group: { _id: '$state', count: { $sum: 1 } } }])
        .toArray();
      return Object.fromEntries(groups.map((group) => [group._id, group.count]));
    },

    async countTroubled(sourceId) {
      const groups = await mailboxes
        .aggregate<{ _id: string; count: number }>([
          { $match: { sourceId, state: { $in: ['blocked', 'interrupted'] } } },
          { $group: { _id: { $ifNull: ['$reason', 'TrawlInterrupted'] }, count: { $sum: 1 } } },
          { $sort: { _id: 1 } },
        ])
        .toArray();
      return Object.fromEntries(groups.map((group) => [group._id, group.count]));
    },

    async countClosed({ sourceId, cycleKey }) {
      const [known, closed] = await Promise.all([
        mailboxes.countDocuments({ sourceId, state: { $ne: 'retired' } }),
        mailboxes.countDocuments({ sourceId, state: { $ne: 'retired' }, closedIn: cycleKey }),
      ]);
      return { known, closed };
    },

    async countReasons(sourceId) {
      const broken = { $in: ['$state', ['blocked', 'interrupted']] };
      const own = { $map: { input: { $objectToArray: { $ifNull: ['$reasons', {}] } }, in: '$$this.k' } };
      const groups = await mailboxes
        .aggregate<{ _id: string; count: number }>([
          {
            $match: {
              sourceId,
              $or: [{ state: { $in: ['blocked', 'interrupted'] } }, { completeness: 'incomplete', state: { $ne: 'retired' } }],
            },
          },
          { $project: { codes: { $setUnion: [{ $cond: [broken, [{ $ifNull: ['$reason', 'TrawlInterrupted'] }], []] }, own] } } },
          { $unwind: '$codes' },
          { $group: { _id: '$codes', count: { $sum: 1 } } },
          { $sort: { _id: 1 } },
        ])
        .toArray();
      return Object.fromEntries(groups.map((group) => [group._id, group.count]));
    },

    async countsIn({ sourceId, cycleKey }) {
      const sums = Object.fromEntries(Object.keys(noCounts).map((name) => [name, { $sum: `$counts.${name}` }]));
      const [found] = await mailboxes
        .aggregate<Counts>([{ $match: { sourceId, closedIn: cycleKey } }, { $group: { _id: null, ...sums } }, { $unset: '_id' }])
        .toArray();
      return found ?? noCounts;
    },
  };
}
