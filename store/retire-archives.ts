import type { Db } from 'mongodb';
import type { RemovalReason } from '../contract/document.ts';
import { collectionsOf } from './collections.ts';
import { hideMailbox } from './mailbox-visibility.ts';

/** Retires archives of a source, or of one owner. Resumable: what is retired is not met again. */
export async function retireArchives(
  db: Db,
  { sourceId, archiveOf, except, reason }: { sourceId: string; archiveOf?: string; except?: string | null; reason: RemovalReason },
): Promise<void> {
  const { mailboxes } = collectionsOf(db);
  const filter = { sourceId, archiveOf: archiveOf ?? { $type: 'string' as const }, state: { $ne: 'retired' as const } };
  for await (const { _id, mailboxId } of mailboxes.find(filter, { projection: { mailboxId: 1 } })) {
    if (mailboxId === except) continue;
    await hideMailbox(db, { sourceId, mailboxId }, { reason, now: new Date() });
    await mailboxes.updateOne({ _id }, { $set: { state: 'retired', reason } });
  }
}
