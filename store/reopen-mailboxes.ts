import type { Db } from 'mongodb';
import { collectionsOf } from './collections.ts';
import type { MailboxStore } from './types.ts';

/** Has the running cycle take mailboxes up again. */
export function createReopenings(db: Db): Pick<MailboxStore, 'reopen' | 'reopenBlocked'> {
  const { mailboxes } = collectionsOf(db);
  return {
    async reopen({ sourceId, mailboxIds }) {
      if (mailboxIds.length > 0)
        await mailboxes.updateMany({ sourceId, mailboxId: { $in: mailboxIds }, state: { $ne: 'retired' } }, { $set: { closedIn: null } });
    },

    async reopenBlocked(sourceId) {
      await mailboxes.updateMany({ sourceId, state: 'blocked' }, { $set: { closedIn: null } });
    },
  };
}
