import type { Db } from 'mongodb';
import { mailboxKey } from '../contract/ids.ts';
import type { Mailbox } from '../contract/mailbox.ts';
import { createArchives } from './archives.ts';
import { collectionsOf } from './collections.ts';
import { createMailboxCounts } from './mailbox-counts.ts';
import { createMailboxScope } from './mailbox-scope.ts';
import { followReceivedFrom } from './received-policy.ts';
import { createReopenings } from './reopen-mailboxes.ts';
import { RecordNotFoundError } from './store-errors.ts';
import type { MailboxAt, MailboxStore } from './types.ts';

const idOf = (at: MailboxAt) => mailboxKey(at.sourceId, at.mailboxId);

/** Mailboxes of a source's scope, and where each is in the current cycle. */
export function createMailboxes(db: Db): MailboxStore {
  const { mailboxes } = collectionsOf(db);

  async function advance(at: MailboxAt, set: Partial<Mailbox>): Promise<Mailbox> {
    const update = { ...(Object.keys(set).length > 0 ? { $set: set } : {}), $inc: { pass: 1 } };
    const opened =
      (await mailboxes.findOneAndUpdate({ _id: idOf(at), state: { $ne: 'retired' } }, update, { returnDocument: 'after' })) ??
      (await mailboxes.findOne({ _id: idOf(at) }));
    if (opened === null) throw new RecordNotFoundError('Mailbox', idOf(at));
    return opened;
  }

  return {
    ...createMailboxScope(db),
    ...createArchives(db),
    ...createMailboxCounts(db),
    ...createReopenings(db),

    async nextBatch({ sourceId, cycleKey, after, limit, inFlight }) {
      const filter = {
        sourceId,
        mailboxId: { ...(after === null ? {} : { $gt: after }), $nin: inFlight },
        closedIn: { $ne: cycleKey },
        state: { $ne: 'retired' as const },
      };
      const found = await mailboxes
        .find(filter, { projection: { _id: 0, mailboxId: 1 } })
        .sort({ mailboxId: 1 })
        .limit(limit)
        .toArray();
      return found.map((mailbox) => mailbox.mailboxId);
    },

    get: async (at) => mailboxes.findOne({ _id: idOf(at) }),
    open: async (at) => advance(at, { state: 'running', reason: null }),
    nextPass: async (at) => (await advance(at, {})).pass,

    async setState({ state, reason, ...at }) {
      await mailboxes.updateOne({ _id: idOf(at) }, { $set: { state, reason } });
    },

    followReceivedFrom: async (change) => followReceivedFrom(db, change),

    async close({ state, reason, cycleKey, counts, completeness = null, reasons = {}, ...at }) {
      const closed = cycleKey === null ? {} : { closedIn: cycleKey };
      const set = { state, reason, counts, completeness, reasons, lastClosedAt: new Date(), ...closed };
      // One that was retired in flight stays so.
      await mailboxes.updateOne({ _id: idOf(at), state: { $ne: 'retired' as const } }, { $set: set });
    },

    async setCalendarsIgnored({ ignored, ownerless, ...at }) {
      await mailboxes.updateOne({ _id: idOf(at) }, { $set: { ignoredCalendars: ignored, ownerlessCalendars: ownerless } });
    },

    async setKind({ kind, ...at }) {
      if (Object.keys(kind).length > 0) await mailboxes.updateOne({ _id: idOf(at) }, { $set: kind });
    },

    async list({ sourceId, state, class: wanted, after, limit }) {
      // `_id` begins with the source: ordering by mailbox id within a source is ordering by `_id`, and has an index.
      const start = after === null ? {} : { mailboxId: { $gt: after.slice(sourceId.length + 1) } };
      return mailboxes
        .find({ sourceId, ...start, ...(state === undefined ? {} : { state }), ...(wanted === undefined ? {} : { class: wanted }) })
        .sort({ mailboxId: 1 })
        .limit(limit)
        .toArray();
    },
  };
}
