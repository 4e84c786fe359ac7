import type { Db } from 'mongodb';
import { documentKey } from '../contract/ids.ts';
import type { Stream } from '../contract/stream.ts';
import { collectionsOf } from './collections.ts';
import { clearSlots } from './slot-clearing.ts';
import type { PageStore, StoredState, StreamStore } from './types.ts';

/** What a walk of a folder's list asks of what is stored. */
export function createListWalks(db: Db): Pick<PageStore, 'statesOf' | 'receivedIn'> {
  const { documents, skips } = collectionsOf(db);
  return {
    async statesOf({ stream, graphIds }) {
      const { sourceId, mailboxId, number } = stream;
      const ids = graphIds.map((graphId) => documentKey({ sourceId, mailboxId, graphId }));
      const slot = `seenIn.${number}` as const;
      const projection = { _id: 0, graphId: 1, changeKey: 1, removal: 1, folderId: 1, [slot]: 1 };
      const [found, waiting] = await Promise.all([
        documents.find({ _id: { $in: ids } }, { projection }).toArray(),
        skips
          .find(
            { _id: { $in: ids }, $or: [{ state: 'accepted' }, { state: 'open', $expr: { $gt: ['$nextTryAt', '$$NOW'] } }] },
            { projection: { _id: 0, graphId: 1 } },
          )
          .toArray(),
      ]);
      const skipped = new Set(waiting.map((skip) => skip.graphId));
      const states = new Map<string, StoredState>();
      for (const graphId of skipped) states.set(graphId, { changeKey: null, present: false, held: false, skipped: true });
      for (const { graphId, changeKey, removal, folderId, seenIn } of found) {
        states.set(graphId, {
          changeKey: changeKey ?? null,
          present: removal === null && folderId === stream.graphId && seenIn[String(number)]?.present === true,
          held: removal === null,
          skipped: skipped.has(graphId),
        });
      }
      return states;
    },

    async receivedIn({ stream, from, to }) {
      const { sourceId, mailboxId, graphId, number } = stream;
      // What has no time of receipt is listed first.
      const range = from === null ? (to === null ? {} : { $not: { $gte: to } }) : { $gte: from, ...(to === null ? {} : { $lt: to }) };
      const filter = {
        sourceId,
        mailboxId,
        folderId: graphId,
        kind: 'message' as const,
        removal: null,
        [`seenIn.${number}.present`]: true,
        ...(Object.keys(range).length === 0 ? {} : { receivedAt: range }),
      };
      const found = await documents.find(filter, { projection: { _id: 0, graphId: 1 } }).toArray();
      return found.map((document) => document.graphId);
    },
  };
}

/** Clears the slots that a proven walk has put in doubt. */
export async function clearDoubted(db: Db, { stream, startedAt, asOf }: Parameters<StreamStore['clearDoubted']>[0]): Promise<number> {
  return clearSlots(db, { stream, asOf, doubtedSince: startedAt });
}

/** Clears slots of documents that are shown elsewhere, where a proven walk has not shown them; returns how many. */
export async function clearStray(db: Db, { stream, startedAt, asOf }: Parameters<StreamStore['clearStray']>[0]): Promise<number> {
  return clearSlots(db, { stream, asOf, strayBefore: startedAt });
}

/** Counts per stream in one look over the mailbox: an item that several streams show counts for each. */
export async function countShown(db: Db, { sourceId, mailboxId }: Pick<Stream, 'sourceId' | 'mailboxId'>): Promise<Map<number, number>> {
  const { documents, streams } = collectionsOf(db);
  const live = { sourceId, mailboxId, removal: null };
  const shown = await documents
    .aggregate<{ _id: string; count: number }>([
      // Graph counts the master of a series, not its exceptions.
      { $match: { ...live, kind: { $in: ['message', 'event'] }, eventType: { $nin: ['exception', 'occurrence'] } } },
      { $project: { slots: { $objectToArray: '$seenIn' } } },
      { $unwind: '$slots' },
      { $match: { 'slots.v.present': true } },
      { $group: { _id: '$slots.k', count: { $sum: 1 } } },
    ])
    .toArray();
  const counts = new Map(shown.map(({ _id, count }) => [Number(_id), count]));
  const kept = await documents
    .aggregate<{ _id: string; count: number }>([
      { $match: { ...live, unseenSince: { $type: 'date' }, kept: { $ne: null } } },
      { $group: { _id: '$kept.folderId', count: { $sum: 1 } } },
    ])
    .toArray();
  for (const { _id: graphId, count } of kept) {
    const stream = await streams.findOne({ sourceId, mailboxId, graphId, kind: { $ne: 'folders' } }, { projection: { number: 1 } });
    if (stream !== null) counts.set(stream.number, (counts.get(stream.number) ?? 0) + count);
  }
  return counts;
}
