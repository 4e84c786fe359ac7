import { propertiesOf, type Filter } from '../http/filter.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import type { ItemView, MailboxState } from '../data/mailbox-state.ts';
import type { MessageContent } from '../data/model.ts';
import { folderId } from './mail-ids.ts';
import { hasAttachments, MESSAGE_TYPE } from './render-message.ts';

export interface OrderTerm {
  readonly path: string;
  readonly isDescending: boolean;
}

type SortValue = string | number;

/** What Exchange sorts by, and the value it compares. */
const SORT_VALUES: Readonly<Record<string, (item: ItemView, content: MessageContent, mailbox: MailboxState) => SortValue>> = {
  subject: (_item, content) => content.subject.toLowerCase(),
  from: (_item, content) => (content.from?.name ?? '').toLowerCase(),
  'from/emailAddress/name': (_item, content) => (content.from?.name ?? '').toLowerCase(),
  'from/emailAddress/address': (_item, content) => (content.from?.address ?? '').toLowerCase(),
  sender: (_item, content) => (content.sender?.name ?? '').toLowerCase(),
  'sender/emailAddress/name': (_item, content) => (content.sender?.name ?? '').toLowerCase(),
  'sender/emailAddress/address': (_item, content) => (content.sender?.address ?? '').toLowerCase(),
  receivedDateTime: (item) => item.receivedMs,
  createdDateTime: (item) => item.receivedMs,
  sentDateTime: (_item, content) => content.sentMs,
  lastModifiedDateTime: (item) => item.changedMs ?? item.receivedMs,
  importance: (_item, content) => ({ low: 0, normal: 1, high: 2 })[content.importance],
  isRead: (item) => Number(item.isRead),
  isDraft: (_item, content) => Number(content.isDraft),
  hasAttachments: (_item, content) => Number(hasAttachments(content)),
  'flag/flagStatus': (_item, content) => Number(content.flagged),
  internetMessageId: (_item, content) => content.internetMessageId ?? '',
  conversationId: (_item, content) => content.conversation,
  parentFolderId: (item, _content, mailbox) => folderId(mailbox, item.folderKey),
};

const SPELLINGS = new Map(Object.keys(SORT_VALUES).map((path) => [path.toLowerCase(), path]));

/** `$orderby`, checked. Throws Exchange's 400 for what it cannot sort by, and for what a filter makes too complex. */
export function messageOrder(text: string | undefined, filter: Filter | undefined): readonly OrderTerm[] {
  if (text === undefined || text.trim() === '') return [];
  const terms = text.split(',').map((part): OrderTerm => {
    const [name = '', direction = 'asc', ...rest] = part.trim().split(/\s+/);
    if (rest.length > 0 || !/^(asc|desc)$/i.test(direction))
      throw PROBLEMS.badQuery(`Syntax error at position ${part.length} in '${part}'.`);
    const path = SPELLINGS.get(name.toLowerCase());
    if (path === undefined) throw unsortable(name);
    return { path, isDescending: direction.toLowerCase() === 'desc' };
  });
  const filtered = filter ? [...new Set(propertiesOf(filter))] : [];
  // learn.microsoft.com/graph/api/user-list-messages: what sorts must also filter, in the same order and first.
  if (filter && terms.some(({ path }, index) => filtered[index] !== path)) {
    throw problem(400, 'InefficientFilter', 'The restriction or sort order is too complex for this operation.');
  }
  return terms;
}

function unsortable(name: string): Error {
  const isKnown = MESSAGE_TYPE.properties.some((property) => property.toLowerCase() === name.split('/')[0]!.toLowerCase());
  if (!isKnown) return PROBLEMS.unknownProperty(name, MESSAGE_TYPE.name);
  return problem(400, 'ErrorInvalidProperty', `The property '${name}' does not support sorting.`);
}

/** Sorts; items that are equal in all terms keep their places. */
export function sorted(mailbox: MailboxState, items: readonly ItemView[], order: readonly OrderTerm[]): ItemView[] {
  const rows = items.map((item) => {
    const content = item.load();
    return { item, values: order.map(({ path }) => SORT_VALUES[path]!(item, content, mailbox)) };
  });
  rows.sort((a, b) => {
    for (const [index, { isDescending }] of order.entries()) {
      const [left, right] = [a.values[index]!, b.values[index]!];
      if (left !== right) return (left < right ? -1 : 1) * (isDescending ? -1 : 1);
    }
    return 0;
  });
  return rows.map(({ item }) => item);
}
