import type { Db } from 'mongodb';
import { collectionsOf } from './collections.ts';
import type { MailboxAt } from './types.ts';

/** Takes a stream, or all of a mailbox, and the spans of them from the lanes that have them: those can write nothing more. */
export async function raiseLeases(db: Db, of: { streamId: string } | MailboxAt): Promise<void> {
  const { streams, spans } = collectionsOf(db);
  const at = 'streamId' in of ? { _id: of.streamId } : of;
  await streams.updateMany(at, { $inc: { lease: 1 }, $set: { claim: null } });
  await spans.updateMany(of, { $inc: { lease: 1 }, $set: { claim: null } });
}
