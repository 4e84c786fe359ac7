import type { AnyBulkWriteOperation, ClientSession, Db, Filter } from 'mongodb';
import type { Skip } from '../contract/skip.ts';
import { collectionsOf } from './collections.ts';
import { afterKey } from './key-page.ts';
import { dueNow, nextTry } from './skip-times.ts';
import { retryAttachments } from './skipped-attachments.ts';
import type { SkipChoice, SkipStore } from './skip-types.ts';
import type { MailboxAt } from './types.ts';

const idsAtOnce = 1000;

/** Items given up, as the API lists them and later cycles try them again; pages and attachments write them. */
export function createSkips(db: Db): SkipStore {
  const { documents, skips } = collectionsOf(db);
  return {
    countOpen: async ({ sourceId, mailboxId }) => skips.countDocuments({ sourceId, mailboxId, state: 'open' }),

    async list({ sourceId, mailboxId, code, state, after, limit }) {
      const filter = {
        sourceId,
        ...afterKey(after),
        ...(mailboxId === undefined ? {} : { mailboxId }),
        ...(code === undefined ? {} : { code }),
        ...(state === undefined ? {} : { state }),
      };
      return skips.find(filter).sort({ _id: 1 }).limit(limit).toArray();
    },

    async countByCode(sourceId) {
      const groups = await skips
        .aggregate<{ _id: string; count: number }>([
          { $match: { sourceId, state: 'open' } },
          { $group: { _id: '$code', count: { $sum: 1 } } },
          { $sort: { _id: 1 } },
        ])
        .toArray();
      return Object.fromEntries(groups.map((group) => [group._id, group.count]));
    },

    async due({ sourceId, mailboxId, limit }) {
      const filter: Filter<Skip> = { sourceId, mailboxId, streamId: { $ne: null }, ...dueNow };
      return skips.find(filter).sort({ nextTryAt: 1, _id: 1 }).limit(limit).toArray();
    },

    mailboxesDue: (sourceId) => mailboxesDue(db, sourceId),

    async settle({ skipId, state }) {
      await skips.updateOne({ _id: skipId, state: 'open' }, { $set: { state } });
    },

    async retry(choice) {
      const { modifiedCount } = await skips.updateMany(chosen(choice, 'open'), { $set: { nextTryAt: null } });
      return modifiedCount;
    },

    async accept(choice) {
      const { modifiedCount } = await skips.updateMany(chosen(choice, 'open'), { $set: { state: 'accepted' } });
      return modifiedCount;
    },

    retryAttachments: async (at) => retryAttachments(db, at),

    async missingIn({ stream: { _id: streamId, number } }) {
      const given = await skips
        .find({ streamId, state: { $in: ['open', 'accepted'] } }, { projection: { _id: 1 } })
        .map((skip) => skip._id)
        .toArray();
      if (given.length === 0) return 0;
      const shown = await documents.countDocuments({ _id: { $in: given }, removal: null, [`seenIn.${number}.present`]: true });
      return given.length - shown;
    },
  };
}

async function* mailboxesDue(db: Db, sourceId: string): AsyncGenerator<string[]> {
  const due = [{ $match: { sourceId, ...dueNow } }, { $group: { _id: '$mailboxId' } }];
  let ids: string[] = [];
  for await (const { _id } of collectionsOf(db).skips.aggregate<{ _id: string }>(due)) {
    ids.push(_id);
    if (ids.length < idsAtOnce) continue;
    yield ids;
    ids = [];
  }
  if (ids.length > 0) yield ids;
}

function chosen({ sourceId, ids, mailboxId, code }: SkipChoice, state: Skip['state']): Filter<Skip> {
  return {
    sourceId,
    state,
    ...(ids === undefined ? {} : { _id: { $in: ids } }),
    ...(mailboxId === undefined ? {} : { mailboxId }),
    ...(code === undefined ? {} : { code }),
  };
}

export type SkipRecord = Pick<Skip, '_id' | 'sourceId' | 'mailboxId' | 'streamId' | 'graphId' | 'code' | 'words'>;

/** Writes or repeats skips; one that a person has accepted stays accepted. */
export async function writeSkips(db: Db, session: ClientSession, change: { records: readonly SkipRecord[]; at: Date }): Promise<void> {
  if (change.records.length === 0) return;
  const tries = { $add: [{ $ifNull: ['$tries', 0] }, 1] };
  const operations = change.records.map(({ _id, ...record }): AnyBulkWriteOperation<Skip> => ({
    updateOne: {
      filter: { _id },
      update: [
        {
          $set: {
            ...literals(record),
            tries,
            state: { $cond: [{ $eq: ['$state', 'accepted'] }, 'accepted', 'open'] },
            firstAt: { $ifNull: ['$firstAt', change.at] },
            lastAt: change.at,
            nextTryAt: nextTry(tries),
          },
        },
      ],
      upsert: true,
    },
  }));
  await collectionsOf(db).skips.bulkWrite(operations, { session });
}

/** Words come from outside: a text that starts with a dollar sign must not be taken for an expression. */
function literals(record: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([field, value]) => [field, { $literal: value as unknown }]));
}

/** Closes the open skips of items that could be read after all, or are there no more. Most mailboxes have none: then their ids are not sent. */
export async function closeSkips(
  db: Db,
  session: ClientSession,
  { at: { sourceId, mailboxId }, ids }: { at: MailboxAt; ids: readonly string[] },
): Promise<void> {
  if (ids.length === 0) return;
  const { skips } = collectionsOf(db);
  const open = await skips.findOne({ sourceId, state: 'open', mailboxId }, { session, projection: { _id: 1 } });
  if (open === null) return;
  await skips.updateMany({ _id: { $in: [...ids] }, state: 'open' }, { $set: { state: 'retried' } }, { session });
}

/** Closes the open skips of items that have gone from the stream that gave them up; another stream's word on them stays. */
export async function closeGone(db: Db, session: ClientSession, change: { streamId: string; ids: readonly string[] }): Promise<void> {
  if (change.ids.length === 0) return;
  const { streamId, ids } = change;
  await collectionsOf(db).skips.updateMany({ _id: { $in: [...ids] }, streamId, state: 'open' }, { $set: { state: 'gone' } }, { session });
}

/** Items without an id cannot be told apart between generations: those of earlier ones are forgotten at the end of a new one. */
export async function closeNameless(db: Db, session: ClientSession, change: { streamId: string; generation: number }): Promise<void> {
  const { streamId, generation } = change;
  const filter = { streamId, state: 'open' as const, graphId: { $regex: '^unknown:', $not: new RegExp(`^unknown:${generation}:`) } };
  await collectionsOf(db).skips.updateMany(filter, { $set: { state: 'gone' } }, { session });
}
