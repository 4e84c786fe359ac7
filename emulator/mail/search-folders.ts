import { subtree, type FolderState } from '../data/folder-state.ts';
import type { ItemView, MailboxState } from '../data/mailbox-state.ts';
import type { FolderBase } from '../data/model.ts';
import { filterTest, messageFilter } from './message-filter.ts';
import { newestFirst } from './message-list.ts';

type Search = NonNullable<FolderBase['search']>;

/** The folders that a search folder looks into. */
export function searchedFolders(mailbox: MailboxState, { sourceKeys, includeNested }: Search): FolderState[] {
  const keys = new Set(sourceKeys.flatMap((key) => (includeNested ? subtree(mailbox.folders, key) : [key])));
  return [...keys].flatMap((key) => mailbox.folders.get(key) ?? []);
}

export interface SearchCounts {
  readonly total: number;
  readonly unread: number;
}

/** Items whose share stands for that of all: a folder of a million is not walked for a count. */
const SAMPLE = 2_000;
const UNREAD = /^\s*isRead\s+eq\s+false\s*$/i;
const DEFAULTS = { immutableIds: false, textBodies: false, unsafeHtml: false, maxPageSize: undefined, timeZone: undefined, applied: [] };

const known = new WeakMap<MailboxState, { seq: number; counts: Map<string, SearchCounts> }>();

/** How many messages a search folder shows; beyond a sample it is an estimate. */
export function searchCounts(mailbox: MailboxState, key: string, search: Search): SearchCounts {
  let kept = known.get(mailbox);
  if (kept?.seq !== mailbox.seq) known.set(mailbox, (kept = { seq: mailbox.seq, counts: new Map() }));
  const counts = kept.counts.get(key) ?? counted(mailbox, search);
  kept.counts.set(key, counts);
  return counts;
}

function counted(mailbox: MailboxState, search: Search): SearchCounts {
  const folders = searchedFolders(mailbox, search);
  if (UNREAD.test(search.filterQuery)) {
    const unread = folders.reduce((sum, folder) => sum + folder.unread, 0);
    return { total: unread, unread };
  }
  const views = folders.map((folder) => mailbox.view(folder));
  const all = views.reduce((sum, view) => sum + view.count, 0);
  const passes = filterTest(mailbox, messageFilter(search.filterQuery), DEFAULTS);
  const found: ItemView[] = [];
  let looked = 0;
  for (const item of newestFirst(mailbox, views)) {
    if (looked++ >= SAMPLE) break;
    if (passes(item)) found.push(item);
  }
  const scale = all > SAMPLE ? all / SAMPLE : 1;
  const unread = found.filter((item) => !item.isRead).length;
  return { total: Math.round(found.length * scale), unread: Math.round(unread * scale) };
}
