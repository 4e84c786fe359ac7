/** The folders that every mailbox has: learn.microsoft.com/graph/api/resources/mailfolder. */
export interface WellKnownFolder {
  /** The well-known name, which is also the folder's key. */
  readonly key: string;
  readonly displayName: string;
  readonly parentKey: string | null;
  readonly hidden?: true;
}

export const ROOT_KEY = 'msgfolderroot';

export const WELL_KNOWN_FOLDERS: readonly WellKnownFolder[] = [
  { key: ROOT_KEY, displayName: 'Top of Information Store', parentKey: null },
  { key: 'inbox', displayName: 'Inbox', parentKey: ROOT_KEY },
  { key: 'sentitems', displayName: 'Sent Items', parentKey: ROOT_KEY },
  { key: 'drafts', displayName: 'Drafts', parentKey: ROOT_KEY },
  { key: 'deleteditems', displayName: 'Deleted Items', parentKey: ROOT_KEY },
  { key: 'archive', displayName: 'Archive', parentKey: ROOT_KEY },
  { key: 'junkemail', displayName: 'Junk Email', parentKey: ROOT_KEY },
  { key: 'outbox', displayName: 'Outbox', parentKey: ROOT_KEY },
  { key: 'conversationhistory', displayName: 'Conversation History', parentKey: ROOT_KEY },
  { key: 'syncissues', displayName: 'Sync Issues', parentKey: ROOT_KEY, hidden: true },
  { key: 'clutter', displayName: 'Clutter', parentKey: ROOT_KEY, hidden: true },
  { key: 'scheduled', displayName: 'Scheduled', parentKey: ROOT_KEY, hidden: true },
  { key: 'conflicts', displayName: 'Conflicts', parentKey: 'syncissues', hidden: true },
  { key: 'localfailures', displayName: 'Local Failures', parentKey: 'syncissues', hidden: true },
  { key: 'serverfailures', displayName: 'Server Failures', parentKey: 'syncissues', hidden: true },
  { key: 'searchfolders', displayName: 'Search Folders', parentKey: null },
  { key: 'recoverableitemsroot', displayName: 'Recoverable Items', parentKey: null },
  { key: 'recoverableitemsdeletions', displayName: 'Deletions', parentKey: 'recoverableitemsroot' },
  { key: 'recoverableitemspurges', displayName: 'Purges', parentKey: 'recoverableitemsroot' },
  { key: 'recoverableitemsversions', displayName: 'Versions', parentKey: 'recoverableitemsroot' },
  { key: 'recoverableitemsdiscoveryholds', displayName: 'DiscoveryHolds', parentKey: 'recoverableitemsroot' },
  { key: 'recoverableitemssubstrateholds', displayName: 'SubstrateHolds', parentKey: 'recoverableitemsroot' },
  { key: 'calendarlogging', displayName: 'Calendar Logging', parentKey: 'recoverableitemsroot' },
];
