import type { FolderState } from '../data/folder-state.ts';
import type { MailboxState } from '../data/mailbox-state.ts';
import { json, plainCount } from '../http/answer.ts';
import { passes } from '../http/filter.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { checkedFilter, contextUrl, pageSize, parseSelect, project, skipPage } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import type { GraphRequest } from '../http/request.ts';
import { folderExpander } from './folder-expand.ts';
import { findFolder, folderId } from './mail-ids.ts';
import { isBeta } from './version.ts';

export const MAIL_READERS = ['Mail.ReadBasic.All', 'Mail.ReadBasic', 'Mail.Read', 'Mail.ReadWrite'];

export const FOLDER_TYPE = {
  name: 'Microsoft.OutlookServices.MailFolder',
  properties: ['id', 'displayName', 'parentFolderId', 'childFolderCount', 'unreadItemCount', 'totalItemCount', 'isHidden'],
} as const;

const SEARCH_PROPERTIES = ['isSupported', 'includeNestedFolders', 'sourceFolderIds', 'filterQuery'];
const PAGE = { fallback: 10, maximum: 1_000 };

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

/** `wellKnownName` is of beta alone. */
export function renderFolder(
  mailbox: MailboxState,
  folder: FolderState,
  options: { readonly isBeta?: boolean } = {},
): Record<string, unknown> {
  const search = folder.search && {
    '@odata.type': '#microsoft.graph.mailSearchFolder',
    ...{ isSupported: true, includeNestedFolders: false, sourceFolderIds: folder.search.sourceKeys.map((key) => folderId(mailbox, key)) },
    filterQuery: folder.search.filterQuery,
  };
  const sources = folder.search?.sourceKeys.flatMap((key) => mailbox.folders.get(key) ?? []) ?? [];
  return {
    ...search,
    id: folderId(mailbox, folder.key),
    displayName: folder.displayName,
    // The roots' own parent is outside of what Graph shows, yet it is named.
    parentFolderId: folderId(mailbox, folder.parentKey ?? 'root'),
    childFolderCount: childrenOf(mailbox, folder.key, false).length,
    // Search folders here show what is unread.
    unreadItemCount: folder.search ? sources.reduce((sum, source) => sum + source.unread, 0) : folder.unread,
    totalItemCount: folder.search ? sources.reduce((sum, source) => sum + source.unread, 0) : mailbox.view(folder).count,
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

/** How the request wants folders to look. */
function renderer(context: MailboxContext): (folder: FolderState) => Record<string, unknown> {
  const { request, mailbox } = context;
  const selected = selectFolder(request, request.query.get('$select'));
  const expand = folderExpander(context);
  return (folder) => ({ ...project(renderFolder(mailbox, folder, { isBeta: isBeta(request) }), selected), ...expand(folder) });
}

function listChildren(context: MailboxContext, parent: string) {
  const { request, user } = context;
  const render = renderer(context);
  const folders = inOrder(context, passing(context, parent));
  const fragment = `users('${user.id}')/mailFolders${parent === 'msgfolderroot' ? '' : `('${encodeURIComponent(parent)}')/childFolders`}`;
  const size = pageSize(request, PAGE);
  const item = (position: number) => render(folders[position]!);
  const page = { count: folders.length, size, fragment: `${fragment}${selectedNames(request)}`, item };
  return json(skipPage(request, { ...page, endsEarly: endsEarly(context, folders.length > size) }));
}

function passing(context: MailboxContext, parent: string): FolderState[] {
  const { request, mailbox } = context;
  const text = request.query.get('$filter');
  const filter = text === undefined ? undefined : checkedFilter(text, FOLDER_TYPE);
  const children = childrenOf(mailbox, findFolder(mailbox, parent).key, wantsHidden(context));
  return filter ? children.filter((folder) => passes(filter, renderFolder(mailbox, folder))) : children;
}

function inOrder({ request, mailbox }: MailboxContext, folders: FolderState[]): FolderState[] {
  const text = request.query.get('$orderby')?.trim();
  if (text === undefined || text === '') return folders;
  const [wanted = '', direction = 'asc'] = text.split(/\s+/);
  const property = FOLDER_TYPE.properties.find((name) => name.toLowerCase() === wanted.toLowerCase());
  if (property === undefined || !/^(asc|desc)$/i.test(direction)) throw PROBLEMS.unknownProperty(wanted, FOLDER_TYPE.name);
  const value = (folder: FolderState) => renderFolder(mailbox, folder)[property] as string | number;
  const sign = direction.toLowerCase() === 'desc' ? -1 : 1;
  return folders.toSorted((a, b) => (value(a) === value(b) ? 0 : value(a) < value(b) ? -1 : 1) * sign);
}

export function selectedNames(request: GraphRequest): string {
  const names = (request.query.get('$select') ?? '').split(',').map((name) => name.trim());
  return names.some((name) => name !== '') ? `(${names.map(encodeURIComponent).join(',')})` : '';
}

function countChildren(context: MailboxContext, parent: string) {
  return plainCount(passing(context, parent).length);
}

function getFolder(context: MailboxContext) {
  const { request, mailbox, user, params } = context;
  const folder = renderer(context)(findFolder(mailbox, params['mailFolder-id']!));
  return json({ '@odata.context': contextUrl(request, `users('${user.id}')/mailFolders${selectedNames(request)}/$entity`), ...folder });
}

function wantsHidden({ request }: MailboxContext): boolean {
  return request.query.get('includeHiddenFolders')?.toLowerCase() === 'true';
}

export function endsEarly(context: MailboxContext, isMore: boolean): boolean {
  return isMore && context.plays('listEndsEarly');
}
