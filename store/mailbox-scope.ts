import type { AnyBulkWriteOperation, Db } from 'mongodb';
import { mailboxKey } from '../contract/ids.ts';
import type { Mailbox } from '../contract/mailbox.ts';
import { newMailboxKind } from '../contract/mailbox-class.ts';
import { noCounts } from '../contract/workflow/counts.ts';
import { collectionsOf } from './collections.ts';
import { hideMailbox, showMailbox } from './mailbox-visibility.ts';
import { retireArchives } from './retire-archives.ts';
import type { MailboxAt, MailboxStore, ResolvedUser } from './types.ts';

/** Which mailboxes a source's scope holds: who joins it, who is missing from it, and who leaves it. */
export function createMailboxScope(db: Db): Pick<MailboxStore, 'resolve' | 'countMissing' | 'listMissing' | 'retire'> {
  const { mailboxes } = collectionsOf(db);
  return {
    resolve: async (scope) => resolveUsers(db, scope),

    async countMissing({ sourceId, cycleKey }) {
      const [known, missing] = await Promise.all([
        mailboxes.countDocuments({ sourceId, archiveOf: null, state: { $ne: 'retired' } }),
        mailboxes.countDocuments({ sourceId, archiveOf: null, state: { $ne: 'retired' }, resolvedIn: { $ne: cycleKey } }),
      ]);
      return { missing, known };
    },

    async listMissing({ sourceId, cycleKey, limit }) {
      // The directory does not know archives: they go with their owners.
      const filter = { sourceId, archiveOf: null, state: { $ne: 'retired' as const }, resolvedIn: { $ne: cycleKey } };
      const found = await mailboxes
        .find(filter, { projection: { mailboxId: 1 } })
        .limit(limit)
        .toArray();
      return found.map(({ mailboxId }) => mailboxId);
    },

    async retire({ sourceId, mailboxId, reason }) {
      await retireArchives(db, { sourceId, archiveOf: mailboxId, reason });
      await hideMailbox(db, { sourceId, mailboxId }, { reason, now: new Date() });
      // Last, so that a crash before it leaves the mailbox to be retired again.
      await mailboxes.updateOne({ _id: mailboxKey(sourceId, mailboxId) }, { $set: { state: 'retired', reason } });
    },
  };
}

async function resolveUsers(db: Db, scope: { sourceId: string; cycleKey: string; users: ResolvedUser[] }): Promise<{ joined: number }> {
  if (scope.users.length === 0) return { joined: 0 };
  const { mailboxes } = collectionsOf(db);
  const ids = scope.users.map((user) => mailboxKey(scope.sourceId, user.mailboxId));
  const retired = await mailboxes.find({ _id: { $in: ids }, state: 'retired' }, { projection: { sourceId: 1, mailboxId: 1 } }).toArray();
  for (const { _id, sourceId, mailboxId } of retired) {
    await showMailbox(db, { sourceId, mailboxId }, new Date());
    await mailboxes.updateOne({ _id }, { $set: { state: 'pending', reason: null } });
  }
  const operations = scope.users.map((user): AnyBulkWriteOperation<Mailbox> => {
    const { address, aliases, displayName } = user;
    const set = { address, aliases, displayName, resolvedIn: scope.cycleKey };
    const { _id, ...rest } = newMailbox({ sourceId: scope.sourceId, mailboxId: user.mailboxId });
    return { updateOne: { filter: { _id }, update: { $set: set, $setOnInsert: rest }, upsert: true } };
  });
  const result = await mailboxes.bulkWrite(operations, { ordered: false });
  return { joined: result.upsertedCount + retired.length };
}

/** A mailbox of which nothing was read. */
export function newMailbox(at: MailboxAt): Omit<Mailbox, 'address' | 'aliases' | 'displayName' | 'resolvedIn'> {
  return {
    _id: mailboxKey(at.sourceId, at.mailboxId),
    sourceId: at.sourceId,
    mailboxId: at.mailboxId,
    state: 'pending',
    reason: null,
    closedIn: null,
    pass: 0,
    nextStreamNumber: 1,
    ignoredCalendars: [],
    ...newMailboxKind,
    counts: { ...noCounts },
    lastClosedAt: null,
    createdAt: new Date(),
  };
}
