import type { Db, Filter } from 'mongodb';
import type { Source } from '../contract/source.ts';
import { collectionsOf } from './collections.ts';
import { afterKey } from './key-page.ts';
import type { SourceFilters, SourceStore } from './types.ts';

const notDeleting = { state: { $ne: 'deleting' as const } };

/** The text as it stands, whatever it means in an expression. */
const literally = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

function filterOf({ states, text, ...equal }: SourceFilters): Filter<Source> {
  const given = Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined));
  const words = text === undefined ? null : { $regex: literally(text), $options: 'i' };
  const fields = ['description', 'scope.domain', 'scope.group', 'scope.user'];
  return {
    ...given,
    ...(states === undefined ? {} : { $and: [{ state: { $in: [...states] } }] }),
    ...(words === null ? {} : { $or: fields.map((field) => ({ [field]: words })) }),
  };
}

/** Sources: service, credential, scope and settings, and where each is. */
export function createSources(db: Db): SourceStore {
  const { sources } = collectionsOf(db);
  return {
    async create(source) {
      await sources.insertOne(source);
    },
    get: async (id) => sources.findOne({ _id: id }),

    list: async ({ after, limit, ...filters }) =>
      sources
        .find({ ...afterKey(after), ...filterOf(filters) })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray(),

    due: async ({ at, limit }) =>
      sources
        .find({ startAt: { $type: 'date', $lte: at }, ...notDeleting })
        .sort({ startAt: 1 })
        .limit(limit)
        .toArray(),

    async update(id, change, { revision }) {
      const { description, priority, mode, intervalMs, country, scope, narrowing, policy, scopeRevision, startAt } = change;
      const fields = { description, priority, mode, intervalMs, country, scope, narrowing, policy, scopeRevision, startAt };
      const given = Object.entries(fields).filter(([, value]) => value !== undefined);
      return sources.findOneAndUpdate(
        { _id: id, recordRevision: revision, ...notDeleting },
        { $set: { ...Object.fromEntries(given), updatedAt: new Date() }, $inc: { recordRevision: 1 } },
        { returnDocument: 'after' },
      );
    },

    keepTest: async (id, report) => void (await sources.updateOne({ _id: id }, { $set: { lastTest: report } })),

    async beginCrawl({ sourceId, before, crawlId, at }) {
      const state = { crawlId, state: 'running' as const, stateSequence: 0, stateReason: null, stateSince: at, updatedAt: at };
      const begun = await sources.updateOne({ _id: sourceId, crawlId: before, ...notDeleting }, { $set: { ...state, startAt: null } });
      return begun.matchedCount === 1;
    },

    async writeState({ sourceId, crawlId, state, sequence, reason }) {
      // `stateSince` tells since when it is so, not when it was last said.
      const stateSince = { $cond: [{ $eq: ['$state', state] }, '$stateSince', '$$NOW'] };
      const set = { stateSince, state, stateSequence: sequence, stateReason: { $literal: reason } };
      const current = { _id: sourceId, crawlId, stateSequence: { $lt: sequence }, ...notDeleting };
      return (await sources.updateOne(current, [{ $set: set }])).matchedCount === 1;
    },

    async beginDeletion({ id, documents, at }) {
      const deleting = { state: 'deleting' as const, stateReason: null, stateSince: at, startAt: null, updatedAt: at };
      const set = { ...deleting, deletion: { documents, requestedAt: at } };
      const begun = await sources.findOneAndUpdate(
        { _id: id, ...notDeleting },
        { $set: set, $inc: { recordRevision: 1 } },
        { returnDocument: 'after' },
      );
      return begun ?? sources.findOne({ _id: id });
    },
  };
}
