import { subtree, type FolderState } from '../data/folder-state.ts';
import type { MailboxState } from '../data/mailbox-state.ts';
import { propertiesOf } from '../http/filter.ts';
import type { MailboxContext } from '../http/graph-context.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { findFolder } from './mail-ids.ts';
import { filterTest, messageFilter, receivedRange } from './message-filter.ts';
import { newestFirst, plainList, testedList, turnedList, type ItemList } from './message-list.ts';
import { messageOrder, sorted } from './message-order.ts';
import { MOST_FOUND, parseSearch } from './message-search.ts';
import { NOT_BASIC } from './render-message.ts';
import { searchedFolders } from './search-folders.ts';

/** The items that the request's folder, filter, search and order ask for. */
export function itemsOf(context: MailboxContext): ItemList {
  const { mailbox, request } = context;
  const folders = foldersOf(context);
  const views = folders.map((folder) => mailbox.view(folder)).filter((view) => view.count > 0);
  const search = request.query.get('$search');
  if (search !== undefined) {
    refuseWithSearch(context);
    const passes = parseSearch(search);
    return kept(mailbox, `search ${keyOf(folders)} ${search}`, () =>
      testedList(newestFirst(mailbox, views), (item) => passes(item, item.load()), MOST_FOUND),
    );
  }
  const text = filterText(context);
  const filter = text === undefined ? undefined : messageFilter(text);
  const order = messageOrder(request.query.get('$orderby'), filter);
  if (context.roles.size > 0 && isBasicReader(context))
    refuseHidden([...(filter ? propertiesOf(filter) : []), ...order.map(({ path }) => path)]);
  const range = filter ? receivedRange(filter) : { isWhole: true };
  const isByDate = order.length === 0 || (order.length === 1 && order[0]!.path === 'receivedDateTime');
  if (range.isWhole && isByDate) return plainList(mailbox, views, { ...range, isOldestFirst: order[0]?.isDescending === false });
  const all = () =>
    range.isWhole || !filter
      ? plainList(mailbox, views, range)
      : testedList(newestFirst(mailbox, views, range), filterTest(mailbox, filter, request.prefer));
  const { immutableIds, textBodies, unsafeHtml } = request.prefer;
  const key = JSON.stringify([keyOf(folders), text, order, immutableIds, textBodies, unsafeHtml]);
  const isNewestFirst = order.length === 0 || (isByDate && order[0]!.isDescending);
  return kept(mailbox, `list ${key}`, () => (isNewestFirst ? all() : turnedList(all(), (items) => sorted(mailbox, items, order))));
}

export function foldersOf({ mailbox, params }: MailboxContext): readonly FolderState[] {
  const id = params['mailFolder-id'];
  if (id === undefined) return subtree(mailbox.folders, 'msgfolderroot').flatMap((key) => mailbox.folders.get(key) ?? []);
  const folder = findFolder(mailbox, id);
  return folder.search ? searchedFolders(mailbox, folder.search) : [folder];
}

/** A search folder shows what passes its own filter as well. */
function filterText({ request, mailbox, params }: MailboxContext): string | undefined {
  const id = params['mailFolder-id'];
  const parts = [request.query.get('$filter'), id === undefined ? undefined : findFolder(mailbox, id).search?.filterQuery];
  const texts = parts.filter((text) => text !== undefined && text.trim() !== '');
  return texts.length > 1 ? texts.map((text) => `(${text})`).join(' and ') : texts[0];
}

/** The two go together with nothing: learn.microsoft.com/graph/search-query-parameter. */
function refuseWithSearch(context: MailboxContext): void {
  const { query } = context.request;
  if (isBasicReader(context)) throw PROBLEMS.mailDenied();
  if (query.has('$filter')) throw problem(400, 'SearchWithFilter', "The query parameter '$filter' is not supported with '$search'.");
  if (query.has('$orderby')) throw problem(400, 'SearchWithOrderBy', "The query parameter '$orderby' is not supported with '$search'.");
}

const FULL_READERS = ['Mail.Read', 'Mail.ReadWrite'];

/** Mail.ReadBasic alone: no bodies, attachments, extended properties, extensions or search. */
export function isBasicReader({ roles }: Pick<MailboxContext, 'roles'>): boolean {
  return !FULL_READERS.some((role) => roles.has(role));
}

export function refuseHidden(paths: readonly string[]): void {
  if (paths.some((path) => NOT_BASIC.has(path.split('/')[0]!))) throw PROBLEMS.mailDenied();
}

function keyOf(folders: readonly FolderState[]): string {
  return folders.map(({ key }) => key).join(',');
}

/** Lists that had to be walked, so that the next page does not begin anew. */
const walked = new WeakMap<MailboxState, { seq: number; lists: Map<string, ItemList> }>();
const LISTS_KEPT = 4;

function kept(mailbox: MailboxState, key: string, make: () => ItemList): ItemList {
  let known = walked.get(mailbox);
  if (known?.seq !== mailbox.seq) walked.set(mailbox, (known = { seq: mailbox.seq, lists: new Map() }));
  const list = known.lists.get(key) ?? make();
  known.lists.delete(key);
  known.lists.set(key, list);
  if (known.lists.size > LISTS_KEPT) known.lists.delete(known.lists.keys().next().value!);
  return list;
}
