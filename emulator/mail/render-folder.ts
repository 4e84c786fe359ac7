import type { FolderState } from '../data/folder-state.ts';
import type { MailboxState } from '../data/mailbox-state.ts';
import { parseSelect } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import type { GraphRequest } from '../http/request.ts';
import { folderId } from './mail-ids.ts';
import { searchCounts } from './search-folders.ts';
import { isBeta } from './version.ts';

export const FOLDER_TYPE = {
  name: 'Microsoft.OutlookServices.MailFolder',
  properties: ['id', 'displayName', 'parentFolderId', 'childFolderCount', 'unreadItemCount', 'totalItemCount', 'isHidden'],
} as const;

const SEARCH_PROPERTIES = ['isSupported', 'includeNestedFolders', 'sourceFolderIds', 'filterQuery'];

export function childrenOf(mailbox: MailboxState, parentKey: string, includeHidden: boolean): FolderState[] {
  return [...mailbox.folders.values()].filter((folder) => folder.parentKey === parentKey && (includeHidden || !folder.hidden));
}

/** `wellKnownName` is of beta alone. */
export function renderFolder(
  mailbox: MailboxState,
  folder: FolderState,
  options: { readonly isBeta?: boolean } = {},
): Record<string, unknown> {
  const search = folder.search && {
    '@odata.type': '#microsoft.graph.mailSearchFolder',
    ...{
      isSupported: true,
      includeNestedFolders: folder.search.includeNested ?? false,
      sourceFolderIds: folder.search.sourceKeys.map((key) => folderId(mailbox, key)),
    },
    filterQuery: folder.search.filterQuery,
  };
  const counts = folder.search
    ? searchCounts(mailbox, folder.key, folder.search)
    : { total: mailbox.view(folder).count, unread: folder.unread };
  return {
    ...search,
    id: folderId(mailbox, folder.key),
    displayName: folder.displayName,
    // The roots' own parent is outside of what Graph shows, yet it is named.
    parentFolderId: folderId(mailbox, folder.parentKey ?? 'root'),
    childFolderCount: childrenOf(mailbox, folder.key, true).length,
    unreadItemCount: counts.unread,
    totalItemCount: counts.total,
    isHidden: folder.hidden,
    ...(options.isBeta ? { wellKnownName: folder.wellKnown } : {}),
  };
}

/** The names of `$select`; a search folder's own have to be named with its type. */
export function selectFolder(request: GraphRequest, text: string | undefined): ReadonlySet<string> | undefined {
  const own = [...FOLDER_TYPE.properties, ...(isBeta(request) ? ['wellKnownName'] : [])];
  const selected = parseSelect(text, { name: FOLDER_TYPE.name, properties: [...own, ...SEARCH_PROPERTIES] });
  const plain = (text ?? '').split(',').map((name) => name.trim().toLowerCase());
  const uncast = SEARCH_PROPERTIES.find((name) => plain.includes(name.toLowerCase()));
  if (selected && uncast !== undefined) throw PROBLEMS.unknownProperty(uncast, FOLDER_TYPE.name);
  return selected;
}
