import type { MailboxState } from '../data/mailbox-state.ts';
import type { FolderState } from '../data/folder-state.ts';
import { json, plainCount } from '../http/answer.ts';
import { passes } from '../http/filter.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { checkedFilter, contextUrl, pageSize, project, selection, skipPage } from '../http/odata.ts';
import { findFolder, folderId } from './mail-ids.ts';

export const MAIL_READERS = ['Mail.ReadBasic.All', 'Mail.Read', 'Mail.ReadWrite'];

export const FOLDER_TYPE = {
  name: 'Microsoft.OutlookServices.MailFolder',
  properties: ['id', 'displayName', 'parentFolderId', 'childFolderCount', 'unreadItemCount', 'totalItemCount', 'isHidden'],
} as const;

export const folderRoutes: readonly GraphRoute[] = [
  mailboxRoute('/users/{user-id}/mailFolders', {
    kind: 'mailFolders.list',
    roles: MAIL_READERS,
    handle: (context) => listChildren(context, 'msgfolderroot'),
  }),
  mailboxRoute('/users/{user-id}/mailFolders/$count', {
    kind: 'mailFolders.count',
    roles: MAIL_READERS,
    handle: (context) => countChildren(context, 'msgfolderroot'),
  }),
  mailboxRoute('/users/{user-id}/mailFolders/{mailFolder-id}', { kind: 'mailFolders.get', roles: MAIL_READERS, handle: getFolder }),
  mailboxRoute('/users/{user-id}/mailFolders/{mailFolder-id}/childFolders', {
    ...{ kind: 'mailFolders.childFolders', roles: MAIL_READERS },
    handle: (context) => listChildren(context, context.params['mailFolder-id']!),
  }),
  mailboxRoute('/users/{user-id}/mailFolders/{mailFolder-id}/childFolders/$count', {
    ...{ kind: 'mailFolders.childFolders.count', roles: MAIL_READERS },
    handle: (context) => countChildren(context, context.params['mailFolder-id']!),
  }),
];

export function childrenOf(mailbox: MailboxState, parentKey: string, includeHidden: boolean): FolderState[] {
  return [...mailbox.folders.values()].filter((folder) => folder.parentKey === parentKey && (includeHidden || !folder.hidden));
}

export function renderFolder(mailbox: MailboxState, folder: FolderState): Record<string, unknown> {
  const search = folder.search && {
    '@odata.type': '#microsoft.graph.mailSearchFolder',
    ...{
      isSupported: true,
      includeNestedFolders: folder.search.includeNested ?? false,
      sourceFolderIds: folder.search.sourceKeys.map((key) => folderId(mailbox, key)),
    },
    filterQuery: folder.search.filterQuery,
  };
  return {
    ...search,
    id: folderId(mailbox, folder.key),
    displayName: folder.displayName,
    // The roots' own parent is outside of what Graph shows, yet it is named.
    parentFolderId: folderId(mailbox, folder.parentKey ?? 'root'),
    childFolderCount: childrenOf(mailbox, folder.key, false).length,
    unreadItemCount: folder.unread,
    totalItemCount: mailbox.view(folder).count,
    isHidden: folder.hidden,
  };
}

function listChildren(context: MailboxContext, parent: string) {
  const { request, mailbox, user } = context;
  const selected = selection(request, FOLDER_TYPE);
  const text = request.query.get('$filter');
  const filter = text === undefined ? undefined : checkedFilter(text, FOLDER_TYPE);
  const children = childrenOf(mailbox, findFolder(mailbox, parent).key, wantsHidden(context));
  const folders = filter ? children.filter((folder) => passes(filter, renderFolder(mailbox, folder))) : children;
  const fragment = `users('${user.id}')/mailFolders${parent === 'msgfolderroot' ? '' : `('${parent}')/childFolders`}`;
  const size = pageSize(request, { fallback: 10, maximum: 1_000 });
  const item = (position: number) => project(renderFolder(mailbox, folders[position]!), selected);
  return json(skipPage(request, { count: folders.length, size, fragment, item, endsEarly: endsEarly(context, folders.length > size) }));
}

export function endsEarly(context: MailboxContext, isMore: boolean): boolean {
  return isMore && context.plays('listEndsEarly');
}

function countChildren(context: MailboxContext, parent: string) {
  return plainCount(childrenOf(context.mailbox, findFolder(context.mailbox, parent).key, wantsHidden(context)).length);
}

function getFolder(context: MailboxContext) {
  const { request, mailbox, user, params } = context;
  const folder = renderFolder(mailbox, findFolder(mailbox, params['mailFolder-id']!));
  return json({
    '@odata.context': contextUrl(request, `users('${user.id}')/mailFolders/$entity`),
    ...project(folder, selection(request, FOLDER_TYPE)),
  });
}

function wantsHidden({ request }: MailboxContext): boolean {
  return request.query.get('includeHiddenFolders')?.toLowerCase() === 'true';
}
