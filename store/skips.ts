import type { AnyBulkWriteOperation, ClientSession, Db } from 'mongodb';
import { attachmentKey } from '../contract/ids.ts';
import type { Skip } from '../contract/skip.ts';
import { collectionsOf } from './collections.ts';
import { afterKey } from './key-page.ts';
import type { MailboxAt, SkipStore } from './types.ts';

/** Items given up, as the API lists them; pages and attachments write them. */
export function createSkips(db: Db): SkipStore {
  const { skips } = collectionsOf(db);
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
  };
}

export type SkipRecord = Pick<Skip, '_id' | 'sourceId' | 'mailboxId' | 'streamId' | 'graphId' | 'code' | 'words'>;

/** Writes or repeats skips; one that a person has accepted stays accepted. */
export async function writeSkips(db: Db, session: ClientSession, change: { records: readonly SkipRecord[]; at: Date }): Promise<void> {
  if (change.records.length === 0) return;
  const operations = change.records.map(({ _id, ...record }): AnyBulkWriteOperation<Skip> => ({
    updateOne: {
      filter: { _id },
      update: [
        {
          $set: {
            ...literals(record),
            tries: { $add: [{ $ifNull: ['$tries', 0] }, 1] },
            state: { $cond: [{ $eq: ['$state', 'accepted'] }, 'accepted', 'open'] },
            firstAt: { $ifNull: ['$firstAt', change.at] },
            lastAt: change.at,
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

/** The skip that stands for a message's attachments, apart from one for the message itself. */
export function attachmentsSkipId(messageId: string): string {
  return attachmentKey(messageId, '*');
}

/** The skip that stands for a message's MIME form. */
export function mimeSkipId(messageId: string): string {
  return attachmentKey(messageId, '$value');
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
