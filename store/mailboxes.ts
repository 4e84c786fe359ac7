import type { AnyBulkWriteOperation, Db } from 'mongodb';
import { mailboxKey } from '../contract/ids.ts';
import type { Mailbox } from '../contract/mailbox.ts';
import { noCounts } from '../contract/workflow/counts.ts';
import { collectionsOf } from './collections.ts';
import { hideMailbox, showMailbox } from './mailbox-visibility.ts';
import { RecordNotFoundError } from './store-errors.ts';
import type { MailboxAt, MailboxStore, ResolvedUser } from './types.ts';

const idOf = (at: MailboxAt) => mailboxKey(at.sourceId, at.mailboxId);

/** Mailboxes of a source's scope, and where each is in the current cycle. */
export function createMailboxes(db: Db): MailboxStore {
  const { mailboxes } = collectionsOf(db);

  async function advance(at: MailboxAt, set: Partial<Mailbox>): Promise<Mailbox> {
    const update = { ...(Object.keys(set).length > 0 ? { $set: set } : {}), $inc: { pass: 1 } };
    const opened = await mailboxes.findOneAndUpdate({ _id: idOf(at) }, update, { returnDocument: 'after' });
    if (opened === null) throw new RecordNotFoundError('Mailbox', idOf(at));
    return opened;
  }

  return {
    resolve: async (scope) => resolveUsers(db, scope),

    async countMissing({ sourceId, cycleKey }) {
      const [known, missing] = await Promise.all([
        mailboxes.countDocuments({ sourceId, state: { $ne: 'retired' } }),
        mailboxes.countDocuments({ sourceId, state: { $ne: 'retired' }, resolvedIn: { $ne: cycleKey } }),
      ]);
      return { missing, known };
    },

    async retireMissing({ sourceId, cycleKey }) {
      let retired = 0;
      const found = mailboxes.find({ sourceId, state: { $ne: 'retired' }, resolvedIn: { $ne: cycleKey } }, { projection: { mailboxId: 1 } });
      for await (const { mailboxId } of found) {
        await hideMailbox(db, { sourceId, mailboxId }, new Date());
        // Last, so that a crash before it leaves the mailbox to be retired again.
        await mailboxes.updateOne({ _id: idOf({ sourceId, mailboxId }) }, { $set: { state: 'retired', reason: 'outOfScope' } });
        retired += 1;
      }
      return { retired };
    },

    async nextBatch({ sourceId, cycleKey, after, limit, inFlight }) {
      const filter = {
        sourceId,
        mailboxId: { ...(after === null ? {} : { $gt: after }), $nin: inFlight },
        closedIn: { $ne: cycleKey },
        state: { $ne: 'retired' as const },
      };
      const found = await mailboxes.find(filter, { projection: { _id: 0, mailboxId: 1 } }).sort({ mailboxId: 1 }).limit(limit).toArray();
      return found.map((mailbox) => mailbox.mailboxId);
    },

    get: async (at) => mailboxes.findOne({ _id: idOf(at) }),
    async reopen({ sourceId, mailboxIds }) {
      if (mailboxIds.length > 0) await mailboxes.updateMany({ sourceId, mailboxId: { $in: mailboxIds }, state: { $ne: 'retired' } }, { $set: { closedIn: null } });
    },

    open: async (at) => advance(at, { state: 'running', reason: null }),
    nextPass: async (at) => (await advance(at, {})).pass,

    async setState({ state, reason, ...at }) {
      await mailboxes.updateOne({ _id: idOf(at) }, { $set: { state, reason } });
    },

    async close({ state, reason, cycleKey, counts, ...at }) {
      const closed = cycleKey === null ? {} : { closedIn: cycleKey };
      await mailboxes.updateOne({ _id: idOf(at) }, { $set: { state, reason, counts, lastClosedAt: new Date(), ...closed } });
    },

    async setCalendarsIgnored({ ignored, ...at }) {
      await mailboxes.updateOne({ _id: idOf(at) }, { $set: { ignoredCalendars: ignored } });
    },

    async countByState(sourceId) {
      const groups = await mailboxes.aggregate<{ _id: string; count: number }>([{ $match: { sourceId } }, { $group: { _id: '$state', count: { $sum: 1 } } }]).toArray();
      return Object.fromEntries(groups.map((group) => [group._id, group.count]));
    },

    async list({ sourceId, state, after, limit }) {
      // `_id` begins with the source: ordering by mailbox id within a source is ordering by `_id`, and has an index.
      const start = after === null ? {} : { mailboxId: { $gt: after.slice(sourceId.length + 1) } };
      return mailboxes.find({ sourceId, ...start, ...(state === undefined ? {} : { state }) }).sort({ mailboxId: 1 }).limit(limit).toArray();
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

function newMailbox(at: MailboxAt): Omit<Mailbox, 'address' | 'aliases' | 'displayName' | 'resolvedIn'> {
  return {
    _id: idOf(at),
    sourceId: at.sourceId,
    mailboxId: at.mailboxId,
    state: 'pending',
    reason: null,
    closedIn: null,
    pass: 0,
    nextStreamNumber: 1,
    ignoredCalendars: [],
    hiddenFolders: 0,
    counts: { ...noCounts },
    lastClosedAt: null,
    createdAt: new Date(),
  };
}
