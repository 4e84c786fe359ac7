import type { FolderView } from '../data/folder-view.ts';
import type { ItemView, MailboxState } from '../data/mailbox-state.ts';
import type { FolderState } from '../data/folder-state.ts';
import { subtree } from '../data/folder-state.ts';
import { bytes, json, plainCount, type Answer } from '../http/answer.ts';
import { passes, propertiesOf, type Filter } from '../http/filter.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { checkedFilter, contextUrl, pageSize, parseSelect, selection, skipPage } from '../http/odata.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { attachmentsOf } from './attachments.ts';
import { endsEarly, MAIL_READERS } from './folders.ts';
import { findFolder } from './mail-ids.ts';
import { messageInFolder, preferenceHeader } from './message-in-folder.ts';
import { MESSAGE_TYPE, renderMessage } from './render-message.ts';
import { toMime } from './to-mime.ts';

const FULL_READERS = ['Mail.Read', 'Mail.ReadWrite'];
const MESSAGE_PATHS = ['/users/{user-id}/messages/{message-id}', '/users/{user-id}/mailFolders/{mailFolder-id}/messages/{message-id}'];

export const messageRoutes: readonly GraphRoute[] = [
  mailboxRoute('/users/{user-id}/messages', {
    kind: 'messages.listAll',
    roles: MAIL_READERS,
    handle: (context) => listMessages(context, allFolders(context.mailbox)),
  }),
  mailboxRoute('/users/{user-id}/messages/$count', {
    kind: 'messages.countAll',
    roles: MAIL_READERS,
    handle: (context) => countMessages(context, allFolders(context.mailbox)),
  }),
  mailboxRoute('/users/{user-id}/mailFolders/{mailFolder-id}/messages', {
    kind: 'messages.list',
    roles: MAIL_READERS,
    handle: (context) => listMessages(context, oneFolder(context)),
  }),
  mailboxRoute('/users/{user-id}/mailFolders/{mailFolder-id}/messages/$count', {
    ...{ kind: 'messages.count', roles: MAIL_READERS },
    handle: (context) => countMessages(context, oneFolder(context)),
  }),
  ...MESSAGE_PATHS.map((path) => mailboxRoute(path, { kind: 'messages.get', roles: MAIL_READERS, handle: getMessage })),
  ...MESSAGE_PATHS.map((path) => mailboxRoute(`${path}/$value`, { kind: 'messages.mime', roles: FULL_READERS, handle: getMime })),
];

function oneFolder({ mailbox, params }: MailboxContext): readonly FolderState[] {
  const folder = findFolder(mailbox, params['mailFolder-id']!);
  if (!folder.search) return [folder];
  const { sourceKeys, includeNested } = folder.search;
  const keys = new Set(sourceKeys.flatMap((key) => (includeNested ? subtree(mailbox.folders, key) : [key])));
  return [...keys].flatMap((key) => mailbox.folders.get(key) ?? []);
}

function allFolders(mailbox: MailboxState): readonly FolderState[] {
  return subtree(mailbox.folders, 'msgfolderroot').flatMap((key) => mailbox.folders.get(key) ?? []);
}

/** A list of items by position, newest first unless asked otherwise. */
interface ItemList {
  readonly count: number;
  at(position: number): ItemView;
}

function itemsOf(context: MailboxContext, folders: readonly FolderState[]): ItemList {
  const { mailbox, request } = context;
  const text = request.query.get('$filter') ?? searchFilter(context);
  const filter = text === undefined ? undefined : checkedFilter(text, MESSAGE_TYPE);
  const order = orderOf(request.query.get('$orderby'), filter);
  const views = folders.map((folder) => mailbox.view(folder)).filter((view) => view.count > 0);
  const newestFirst = filter
    ? filteredList(context, { views, filter })
    : views.length === 1
      ? viewList(mailbox, views[0]!)
      : mergedList(mailbox, views);
  if (order === 'newest') return newestFirst;
  return { count: newestFirst.count, at: (position) => newestFirst.at(newestFirst.count - 1 - position) };
}

function searchFilter({ mailbox, params }: MailboxContext): string | undefined {
  const id = params['mailFolder-id'];
  return id === undefined ? undefined : findFolder(mailbox, id).search?.filterQuery;
}

function viewList(mailbox: MailboxState, view: FolderView): ItemList {
  return { count: view.count, at: (position) => mailbox.item(view.keyAt(position))! };
}

/** Several folders as one list by date. The place of a position is found by halving the time, not by walking there. */
function mergedList(mailbox: MailboxState, views: readonly FolderView[]): ItemList {
  const count = views.reduce((sum, view) => sum + view.count, 0);
  const newerThan = (timeMs: number) => views.reduce((sum, view) => sum + view.newerThan(timeMs), 0);
  const at = (position: number): ItemView => {
    let low = 0;
    let high = 8_640_000_000_000;
    // The earliest second with at most `position` items after it is the second of the wanted item.
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (newerThan(middle * 1_000) <= position) high = middle;
      else low = middle + 1;
    }
    const timeMs = low * 1_000;
    let rest = position - newerThan(timeMs);
    for (const view of views) {
      const from = view.newerThan(timeMs);
      const here = view.newerThan(timeMs - 1) - from;
      if (rest < here) return mailbox.item(view.keyAt(from + rest))!;
      rest -= here;
    }
    throw new RangeError(`No message at position ${position}`);
  };
  return { count, at };
}

function filteredList(context: MailboxContext, parts: { views: readonly FolderView[]; filter: Filter }): ItemList {
  const { mailbox, request } = context;
  const range = receivedRange(parts.filter);
  const found: ItemView[] = [];
  for (const view of parts.views) {
    const from = range.beforeMs === undefined ? 0 : view.newerThan(range.beforeMs);
    const upTo = range.sinceMs === undefined ? view.count : view.newerThan(range.sinceMs - 1);
    for (let position = from; position < upTo; position++) {
      const item = mailbox.item(view.keyAt(position))!;
      if (range.isWhole || passes(parts.filter, renderMessage(mailbox, item, { prefer: request.prefer, selected: undefined })))
        found.push(item);
    }
  }
  if (parts.views.length > 1) found.sort((a, b) => b.receivedMs - a.receivedMs);
  return { count: found.length, at: (position) => found[position]! };
}

/** The dates that a filter allows; `isWhole` when it says nothing else. */
function receivedRange(filter: Filter): { sinceMs?: number; beforeMs?: number; isWhole: boolean } {
  const parts = filter.type === 'and' ? filter.parts : [filter];
  const range: { sinceMs?: number; beforeMs?: number; isWhole: boolean } = { isWhole: true };
  for (const part of parts) {
    const timeMs = part.type === 'compare' && part.property === 'receivedDateTime' ? Date.parse(String(part.value)) : Number.NaN;
    if (part.type !== 'compare' || Number.isNaN(timeMs) || part.operator === 'ne' || part.operator === 'eq') {
      range.isWhole = false;
      continue;
    }
    if (part.operator === 'ge') range.sinceMs = Math.max(range.sinceMs ?? 0, timeMs);
    if (part.operator === 'gt') range.sinceMs = Math.max(range.sinceMs ?? 0, timeMs + 1);
    if (part.operator === 'le') range.beforeMs = Math.min(range.beforeMs ?? Infinity, timeMs);
    if (part.operator === 'lt') range.beforeMs = Math.min(range.beforeMs ?? Infinity, timeMs - 1);
  }
  return range;
}

/** learn.microsoft.com/graph/api/user-list-messages: what sorts must also filter, in the same order and first. */
function orderOf(text: string | undefined, filter: Filter | undefined): 'newest' | 'oldest' {
  if (text === undefined) return 'newest';
  const [property = '', direction = 'asc'] = text.trim().split(/\s+/);
  if (!(MESSAGE_TYPE.properties as readonly string[]).includes(property.split('/')[0]!))
    throw PROBLEMS.unknownProperty(property, MESSAGE_TYPE.name);
  const isInefficient = filter !== undefined && propertiesOf(filter)[0] !== property;
  if (isInefficient || property !== 'receivedDateTime') {
    throw problem(400, 'InefficientFilter', 'The restriction or sort order is too complex for this operation.');
  }
  return direction.toLowerCase() === 'desc' ? 'newest' : 'oldest';
}

function listMessages(context: MailboxContext, folders: readonly FolderState[]): Answer {
  const { request, mailbox, user, params } = context;
  const selected = selection(request, MESSAGE_TYPE);
  const expands = expandsAttachments(context);
  const items = itemsOf(context, folders);
  const place = params['mailFolder-id'] === undefined ? '' : `/mailFolders('${params['mailFolder-id']}')`;
  const size = pageSize(request, { fallback: 10, maximum: 1_000 });
  const item = (position: number) => {
    const view = items.at(position);
    const entity = renderMessage(mailbox, view, { prefer: request.prefer, selected });
    return expands ? { ...entity, attachments: attachmentsOf(context, view, undefined) } : entity;
  };
  const fragment = `users('${user.id}')${place}/messages`;
  return json(
    skipPage(request, { count: items.count, size, fragment, item, endsEarly: endsEarly(context, items.count > size) }),
    preferenceHeader(context),
  );
}

function countMessages(context: MailboxContext, folders: readonly FolderState[]): Answer {
  return plainCount(itemsOf(context, folders).count);
}

function getMessage(context: MailboxContext): Answer {
  const { request, mailbox, user, params } = context;
  const item = messageInFolder(context);
  const entity = renderMessage(mailbox, item, {
    prefer: request.prefer,
    selected: parseSelect(request.query.get('$select'), MESSAGE_TYPE),
  });
  const expanded = expandsAttachments(context) ? { attachments: attachmentsOf(context, item, undefined) } : {};
  const place = params['mailFolder-id'] === undefined ? '' : `/mailFolders('${params['mailFolder-id']}')`;
  const fragment = `users('${user.id}')${place}/messages/$entity`;
  return json({ '@odata.context': contextUrl(request, fragment), ...entity, ...expanded }, preferenceHeader(context));
}

function getMime(context: MailboxContext): Answer {
  const content = messageInFolder(context).load();
  return bytes('text/plain', content.mime?.() ?? toMime(content));
}

function expandsAttachments({ request }: MailboxContext): boolean {
  const expand = request.query.get('$expand');
  if (expand === undefined) return false;
  const names = expand.split(',').map((name) => name.trim().replace(/\(.*$/, '').toLowerCase());
  const unknown = names.find(
    (name) => !['attachments', 'singlevalueextendedproperties', 'multivalueextendedproperties', 'extensions'].includes(name),
  );
  if (unknown !== undefined) throw PROBLEMS.unknownProperty(unknown, MESSAGE_TYPE.name);
  return names.includes('attachments');
}
