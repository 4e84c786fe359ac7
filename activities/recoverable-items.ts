import type { Mailbox } from '../contract/mailbox.ts';
import { GraphError } from '../graph/graph-error.ts';
import type { RecoverableRoot } from './folder-tree.ts';
import { listFolders } from './list-folders.ts';
import type { MailboxWork } from './mailbox-work.ts';
import { wellKnownIds } from './well-known-folders.ts';

const rootName = 'recoverableitemsroot';

/** What is known of Recoverable Items after a look; `note` is a code of contract/errors.ts when they cannot be read. */
export interface RecoverableItems {
  root: RecoverableRoot | null;
  note: string | null;
  changed: boolean;
}

/**
 * Brings the folders of Recoverable Items up to date, where the policy wants them. They are not in the delta of the folder
 * tree, so that they are listed in each cycle; without the policy nothing is asked, and what is known of them is left out.
 */
export async function syncRecoverableItems(
  mailbox: MailboxWork,
  { record, treeChanged }: { record: Mailbox; treeChanged: boolean },
): Promise<RecoverableItems> {
  if (!mailbox.policy.recoverableItems) {
    const id = record.wellKnownFolders[rootName] ?? null;
    return { root: id === null ? null : { id, read: false }, note: null, changed: false };
  }
  try {
    const ids = await wellKnownIds(mailbox, { names: [rootName], record, treeChanged, isThere: () => true });
    const id = ids.get(rootName) ?? null;
    if (id === null) return { root: null, note: 'TrawlNoRecoverableItems', changed: false };
    return { root: { id, read: true }, note: null, changed: await listFolders(mailbox, id) };
  } catch (error) {
    // Exchange may keep an app from this part of a mailbox alone: the rest is read all the same, and what is known stays.
    if (!(error instanceof GraphError) || error.class !== 'forbidden') throw error;
    const id = record.wellKnownFolders[rootName] ?? null;
    return { root: id === null ? null : { id, read: true }, note: 'TrawlNoRecoverableItems', changed: false };
  }
}
