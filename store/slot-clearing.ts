import type { ClientSession, Db, Filter } from 'mongodb';
import type { StoredDocument } from '../contract/document.ts';
import type { Stream } from '../contract/stream.ts';
import { collectionsOf } from './collections.ts';
import { mergeGone } from './document-merge.ts';
import { bookkeepingFields, writeChanges } from './document-writes.ts';
import { attachmentsFollow } from './attachment-followers.ts';
import { foldersOfSlots } from './slot-folders.ts';
import { inTransaction } from './transaction.ts';

export interface SlotClearing {
  stream: Stream;
  asOf: Date;
  /** Only slots of generations before this one. */
  before?: number;
  /** Only slots that a list has put in doubt since then, and that nothing has shown since. */
  doubtedSince?: Date;
  /** Only slots last written before then, of documents that a later word of another stream places elsewhere. */
  strayBefore?: Date;
  /** Documents that a page in hand shows. */
  except?: readonly string[];
}

const batchSize = 500;

/** Clears the stream's slots in batches, each in a transaction of its own; returns how many. */
export async function clearSlots(db: Db, clearing: SlotClearing): Promise<number> {
  for (let cleared = 0; ;) {
    const found = await inTransaction(db, async (session) => clearSlotsOnce(db, session, clearing));
    cleared += found;
    if (found < batchSize) return cleared;
  }
}

/** Clears up to one batch of the stream's slots; returns how many were found. */
export async function clearSlotsOnce(db: Db, session: ClientSession, clearing: SlotClearing): Promise<number> {
  const { stream } = clearing;
  const found = await collectionsOf(db)
    .documents.find(filterOf(clearing), { session, projection: bookkeepingFields })
    .limit(batchSize)
    .toArray();
  if (found.length === 0) return 0;
  const folderOf = await foldersOfSlots(db, session, { at: stream, documents: found, besides: stream.number });
  const changes = found.map((stored) => {
    const slot = stored.seenIn[String(stream.number)];
    // Cleared for certain: its last word may be later than the time of asking that proved it wrong.
    const asOf = slot !== undefined && slot.asOf > clearing.asOf ? slot.asOf : clearing.asOf;
    const view = {
      sourceId: stream.sourceId,
      mailboxId: stream.mailboxId,
      stream: {
        number: stream.number,
        generation: slot?.generation ?? stream.generation,
        folder: { id: stream.graphId, path: stream.path },
      },
      asOf,
      folderOf,
      now: new Date(),
    };
    return { stored, next: mergeGone(stored, view) };
  });
  await writeChanges(db, session, { changes });
  await attachmentsFollow(db, session, { changes, at: clearing.asOf });
  return found.length;
}

function filterOf({ stream, before, doubtedSince, strayBefore, except }: SlotClearing): Filter<StoredDocument> {
  const slot = `seenIn.${stream.number}`;
  return {
    sourceId: stream.sourceId,
    mailboxId: stream.mailboxId,
    kind: stream.kind === 'calendar' ? 'event' : 'message',
    [`${slot}.present`]: true,
    ...(before === undefined ? {} : { [`${slot}.generation`]: { $lt: before } }),
    ...(doubtedSince === undefined ? {} : { [`${slot}.doubtedAt`]: { $gte: doubtedSince }, [`${slot}.asOf`]: { $lt: doubtedSince } }),
    ...(strayBefore === undefined ? {} : { folderId: { $ne: stream.graphId }, [`${slot}.asOf`]: { $lt: strayBefore } }),
    ...(except === undefined || except.length === 0 ? {} : { _id: { $nin: [...except] } }),
  };
}
