import type { Db } from 'mongodb';
import { mailboxKey } from '../contract/ids.ts';
import { collectionsOf } from './collections.ts';
import { newMailbox } from './mailbox-scope.ts';
import { showMailbox } from './mailbox-visibility.ts';
import { retireArchives } from './retire-archives.ts';
import type { MailboxAt, MailboxStore } from './types.ts';

/** In-place archives: mailboxes of their own that come and go with their owners. */
export function createArchives(db: Db): Pick<MailboxStore, 'setArchive' | 'retireArchives'> {
  return {
    async setArchive({ owner, archiveId, cycleKey }) {
      const { sourceId, mailboxId: archiveOf, address, aliases, displayName } = owner;
      await retireArchives(db, { sourceId, archiveOf, except: archiveId, reason: 'mailboxGone' });
      if (archiveId === null) return;
      const { mailboxes } = collectionsOf(db);
      const at = { sourceId, mailboxId: archiveId };
      const _id = mailboxKey(sourceId, archiveId);
      if ((await mailboxes.findOne({ _id, state: 'retired' }, { projection: { _id: 1 } })) !== null) await show(db, at);
      const set = { address, aliases, displayName, archiveOf, class: 'archive' as const, resolvedIn: cycleKey };
      const { _id: _key, archiveOf: _owner, class: _class, ...rest } = newMailbox(at);
      await mailboxes.updateOne({ _id }, { $set: set, $setOnInsert: rest }, { upsert: true });
    },

    retireArchives: async ({ sourceId }) => retireArchives(db, { sourceId, reason: 'outOfScope' }),
  };
}

async function show(db: Db, at: MailboxAt): Promise<void> {
  const now = new Date();
  await showMailbox(db, at, now);
  await collectionsOf(db).mailboxes.updateOne({ _id: mailboxKey(at.sourceId, at.mailboxId) }, { $set: { state: 'pending', reason: null } });
}
