import type { ClientSession, Db } from 'mongodb';
import type { StoredDocument } from '../contract/document.ts';
import { collectionsOf } from './collections.ts';
import type { FolderAt } from './slots.ts';
import type { MailboxAt } from './types.ts';

/** Looks up the folders of other streams that still show these documents; asks nothing when there are none. */
export async function foldersOfSlots(
  db: Db,
  session: ClientSession,
  query: { at: MailboxAt; documents: readonly StoredDocument[]; besides: number },
): Promise<(streamNumber: number) => FolderAt | null> {
  const numbers = new Set<number>();
  for (const { seenIn } of query.documents) {
    for (const [key, slot] of Object.entries(seenIn)) if (slot.present && Number(key) !== query.besides) numbers.add(Number(key));
  }
  if (numbers.size === 0) return () => null;
  const { sourceId, mailboxId } = query.at;
  const filter = { sourceId, mailboxId, number: { $in: [...numbers] } };
  const found = await collectionsOf(db)
    .streams.find(filter, { session, projection: { number: 1, graphId: 1, path: 1 } })
    .toArray();
  const folders = new Map(found.map((stream) => [stream.number, { id: stream.graphId, path: stream.path }]));
  return (streamNumber) => folders.get(streamNumber) ?? null;
}
