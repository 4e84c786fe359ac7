import type { FolderState } from '../data/folder-state.ts';
import { json, plainCount } from '../http/answer.ts';
import { passes } from '../http/filter.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { checkedFilter, contextUrl, pageSize, project, skipPage } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import type { GraphRequest } from '../http/request.ts';
import { folderExpander } from './folder-expand.ts';
import { findFolder } from './mail-ids.ts';
import { childrenOf, FOLDER_TYPE, renderFolder, selectFolder } from './render-folder.ts';
import { isBeta } from './version.ts';

export { childrenOf, FOLDER_TYPE, renderFolder } from './render-folder.ts';

export const MAIL_READERS = ['Mail.ReadBasic.All', 'Mail.ReadBasic', 'Mail.Read', 'Mail.ReadWrite'];

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

/** With includeHiddenFolders, v1.0 was seen to leave out what beta lists: microsoft-graph-docs#18609. */
const OF_BETA_ALONE = new Set(['inbox', 'sentitems', 'outbox', 'deleteditems', 'conflicts', 'localfailures', 'serverfailures']);

function passing(context: MailboxContext, parent: string): FolderState[] {
  const { request, mailbox } = context;
  const text = request.query.get('$filter');
  const filter = text === undefined ? undefined : checkedFilter(text, FOLDER_TYPE);
  const all = childrenOf(mailbox, findFolder(mailbox, parent).key, wantsHidden(context));
  const isLacking = wantsHidden(context) && !isBeta(request) && context.plays('hiddenListLacks');
  const children = isLacking ? all.filter((folder) => !OF_BETA_ALONE.has(folder.wellKnown ?? '')) : all;
  return filter ? children.filter((folder) => passes(filter, renderFolder(mailbox, folder))) : children;
}

function inOrder({ request, mailbox }: MailboxContext, folders: FolderState[]): FolderState[] {
  const text = request.query.get('$orderby')?.trim();
  if (text === undefined || text === '') return folders;
  const [wanted = '', direction = 'asc'] = text.split(/\s+/);
  const property = FOLDER_TYPE.properties.find((name) => name.toLowerCase() === wanted.toLowerCase());
  if (property === undefined || !/^(asc|desc)$/i.test(direction)) throw PROBLEMS.unknownProperty(wanted, FOLDER_TYPE.name);
  const valued = folders.map((folder) => ({ folder, value: renderFolder(mailbox, folder)[property] as string | number }));
  const sign = direction.toLowerCase() === 'desc' ? -1 : 1;
  return valued.toSorted((a, b) => (a.value === b.value ? 0 : a.value < b.value ? -1 : 1) * sign).map(({ folder }) => folder);
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

export function endsEarly(context: Pick<MailboxContext, 'plays'>, isMore: boolean): boolean {
  return isMore && context.plays('listEndsEarly');
}
