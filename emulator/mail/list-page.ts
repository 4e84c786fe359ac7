import type { ItemView } from '../data/mailbox-state.ts';
import { GRAPH_JSON, json, type Answer } from '../http/answer.ts';
import type { MailboxContext } from '../http/graph-context.ts';
import { contextUrl, pageSize, skipped } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import { folderId } from './mail-ids.ts';
import { findFolder } from './mail-ids.ts';
import { spoiledPage, spoilsPage } from './item-faults.ts';
import type { ItemList } from './message-list.ts';
import { preferenceHeader } from './message-in-folder.ts';

/** learn.microsoft.com/graph/api/user-list-messages: ten by default, a thousand at most. */
const PAGE = { fallback: 10, maximum: 1_000 };

/** One page of messages with its link, and whatever Exchange shall do to it. */
export async function messagePage(
  context: MailboxContext,
  parts: {
    readonly list: ItemList;
    readonly fragment: string;
    readonly selected: ReadonlySet<string> | undefined;
    render(item: ItemView): object;
  },
): Promise<Answer> {
  const { request, mailbox } = context;
  const asked = pageSize(request, PAGE);
  const size = asked > 1 && context.plays('shortPages') ? Math.ceil(asked / 2) : asked;
  const jump = jumpOf(request.query.get('$skiptoken'));
  const from = Math.max(0, skipped(request) - jump);
  const { items, isMore } = await parts.list.slice(from, size);
  const head = { '@odata.context': contextUrl(request, parts.fragment) };
  if (items.some((item) => spoilsPage(mailbox, item.key, parts.selected))) {
    if (context.plays('cutJson200')) return cutPage(head);
    throw spoiledPage();
  }
  const count = request.query.get('$count')?.toLowerCase() === 'true' ? { '@odata.count': await parts.list.count() } : {};
  const goesOn = isMore && !context.plays('listEndsEarly');
  const shown = !isMore && items.length > 0 && context.plays('totalsDiffer') ? withoutOne(items) : items;
  const link = goesOn ? { '@odata.nextLink': nextLink(context, from + items.length) } : {};
  return json({ ...head, ...count, ...link, value: shown.map(parts.render) }, preferenceHeader(context));
}

/** What a list answers that breaks off at an item it cannot make: a 200 that is no JSON. */
export function cutPage(head: object): Answer {
  return { status: 200, headers: { 'Content-Type': GRAPH_JSON }, body: `${JSON.stringify(head).slice(0, -1)},"value":[` };
}

let walks = 0;

/** Another one with each walk, so that no two walks count the same. */
function withoutOne<T>(items: readonly T[]): readonly T[] {
  const left = walks++ % items.length;
  return items.filter((_, index) => index !== left);
}

/** A link's `$skip` may run ahead of what was given, as Exchange counts what is no message too; the token tells by how much. */
function jumpOf(token: string | undefined): number {
  if (token === undefined || token === '') return 0;
  const found = /^j(\d{1,6})$/.exec(token);
  if (!found) throw PROBLEMS.badQuery(`Invalid value '${token.slice(0, 100)}' for $skiptoken query option found.`);
  return Number(found[1]);
}

function nextLink(context: MailboxContext, position: number): string {
  const { request } = context;
  const jump = context.plays('skipJumps') ? 7 + position : 0;
  const kept = request.query.entries.filter(([name]) => !['$skip', '$skiptoken'].includes(name.toLowerCase()));
  const options = [...kept, ['$skip', String(position + jump)], ...(jump > 0 ? [['$skiptoken', `j${jump}`]] : [])];
  const query = options.map(([name, value]) => `${name}=${encodeURIComponent(value!)}`).join('&');
  return `${request.serviceRoot}${linkPath(context)}?${query}`;
}

function linkPath(context: MailboxContext): string {
  const { params, request, user, mailbox } = context;
  if (!context.plays('parenthesisLinks')) return request.path;
  const folder = params['mailFolder-id'];
  const place = folder === undefined ? '' : `/mailFolders('${folderId(mailbox, findFolder(mailbox, folder).key)}')`;
  return `/users('${user.id}')${place}/messages`;
}
