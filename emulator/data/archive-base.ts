import { EMPTY_ITEMS, type FolderBase, type MailboxBase, type User } from './model.ts';
import { uuidOf } from './random.ts';
import { WELL_KNOWN_FOLDERS } from './well-known-folders.ts';

export function primaryGuid(userId: string): string {
  return uuidOf(`mailbox:${userId}`);
}

export function archiveGuid(userId: string): string {
  return uuidOf(`archive:${userId}`);
}

const OF_ARCHIVES = new Set(['msgfolderroot', 'deleteditems', 'searchfolders']);

/** The folders that an in-place archive has from the start: a root, Deleted Items and Recoverable Items. */
export function archiveFolders(): FolderBase[] {
  return WELL_KNOWN_FOLDERS.filter(({ key, parentKey }) => OF_ARCHIVES.has(key) || `${parentKey ?? key}` === 'recoverableitemsroot').map(
    ({ key, displayName, parentKey, hidden }) => ({
      ...{ key, displayName, parentKey, wellKnown: key, hidden: hidden ?? false, search: null, items: EMPTY_ITEMS },
    }),
  );
}

/** An archive into which nothing was moved yet. */
export function archiveBase(user: User): MailboxBase {
  const events = {
    count: 0,
    keyOf: () => '',
    indexOf: () => -1,
    load: () => {
      throw new RangeError('An archive has no events');
    },
  };
  const owner = { name: user.displayName, address: user.mail ?? user.upn };
  const calendar = {
    key: 'calendar',
    name: 'Calendar',
    isDefault: true,
    owner,
    canEdit: true,
    color: 'auto',
    group: 'mine',
    events,
  } as const;
  return { guid: archiveGuid(user.id), folders: archiveFolders(), calendars: [calendar], locate: () => undefined };
}
