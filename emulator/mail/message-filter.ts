import type { ItemView, MailboxState } from '../data/mailbox-state.ts';
import { passes, propertiesOf, type Filter } from '../http/filter.ts';
import { checkedFilter } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import type { Preferences } from '../http/request.ts';
import { extendedProperties, invalidFilter, propertyId } from './extended-properties.ts';
import { MESSAGE_TYPE, messageValues } from './render-message.ts';

const DATES = ['receivedDateTime', 'sentDateTime', 'createdDateTime', 'lastModifiedDateTime'];
const FLAGS = ['isRead', 'isDraft', 'hasAttachments', 'isReadReceiptRequested', 'isDeliveryReceiptRequested'];
const TEXTS = [
  ...['id', 'subject', 'bodyPreview', 'internetMessageId', 'conversationId', 'conversationIndex', 'parentFolderId', 'changeKey'],
  ...['importance', 'inferenceClassification'],
];
const PEOPLE = ['from', 'sender'].flatMap((name) => [name, `${name}/emailAddress/address`, `${name}/emailAddress/name`]);
const PATHS = [...DATES, ...FLAGS, ...TEXTS, ...PEOPLE, 'body/content', 'body/contentType', 'flag/flagStatus'];
/** Exchange takes any() over these lists alone; over recipients it answers ErrorInvalidUrlQueryFilter. */
const LISTS = ['categories', 'singleValueExtendedProperties'];
const FILTER_TYPE = { name: MESSAGE_TYPE.name, properties: [...MESSAGE_TYPE.properties, 'singleValueExtendedProperties', 'attachments'] };

/** A `$filter` over messages as Exchange takes it, names in their own spelling. Throws its 400. */
export function messageFilter(text: string): Filter {
  const filter = checkedFilter(spelled(text), FILTER_TYPE);
  check(filter);
  return filter;
}

/** Names are matched without regard to case. */
function spelled(text: string): string {
  const roots = new Map(FILTER_TYPE.properties.map((name) => [name.toLowerCase(), name]));
  const parts = new Map(
    ['emailAddress', 'address', 'name', 'content', 'contentType', 'flagStatus'].map((name) => [name.toLowerCase(), name]),
  );
  return text.replaceAll(/'(?:[^']|'')*'|[A-Za-z][\w/]*/g, (word) => {
    if (word.startsWith("'")) return word;
    const [root = '', ...rest] = word.split('/');
    return [roots.get(root.toLowerCase()) ?? root, ...rest.map((part) => parts.get(part.toLowerCase()) ?? part)].join('/');
  });
}

function check(filter: Filter): void {
  switch (filter.type) {
    case 'and':
    case 'or':
      return filter.parts.forEach(check);
    case 'not':
      return check(filter.part);
    case 'any':
      if (!LISTS.includes(filter.property)) throw invalidFilter();
      return;
    case 'function':
      checkPath(filter.property);
      if (filter.name === 'endswith' || DATES.includes(filter.property) || FLAGS.includes(filter.property)) throw invalidFilter();
      return;
    case 'in':
      return checkPath(filter.property);
    case 'compare':
      checkPath(filter.property);
      checkValue(filter);
  }
}

function checkPath(path: string): void {
  if (!PATHS.includes(path)) throw invalidFilter();
}

function checkValue({ property, operator, value }: Extract<Filter, { type: 'compare' }>): void {
  const [kind, fits] = DATES.includes(property)
    ? ['DateTimeOffset', isDate(value)]
    : FLAGS.includes(property)
      ? ['Boolean', typeof value === 'boolean']
      : ['String', typeof value === 'string'];
  if (fits || (value === null && (operator === 'eq' || operator === 'ne'))) return;
  const given = typeof value === 'string' ? 'String' : typeof value === 'boolean' ? 'Boolean' : value === null ? 'Null' : 'Int32';
  throw PROBLEMS.badQuery(
    `A binary operator with incompatible types was detected. Found operand types 'Edm.${kind}' and 'Edm.${given}' for operator kind '${operator}'.`,
  );
}

function isDate(value: unknown): boolean {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value));
}

/** A test of items that makes no more of them than the filter names. */
export function filterTest(mailbox: MailboxState, filter: Filter, prefer: Preferences): (item: ItemView) => boolean {
  const roots = new Set(propertiesOf(filter).map((path) => path.split('/')[0]!));
  const asked = roots.has('singleValueExtendedProperties') ? askedIds(filter) : [];
  return (item) => {
    const values = messageValues(mailbox, item, prefer);
    const entity = Object.fromEntries([...roots].map((name) => [name, values[name]?.()]));
    const extended = asked.length > 0 ? { singleValueExtendedProperties: extendedProperties(item, asked) } : {};
    return passes(filter, { ...entity, ...extended });
  };
}

/** The property ids that `singleValueExtendedProperties/any(p: p/id eq '…' and p/value eq '…')` names, as Graph writes them. */
function askedIds(filter: Filter): string[] {
  if ('parts' in filter) return filter.parts.flatMap(askedIds);
  if ('part' in filter) return askedIds(filter.part);
  const id = filter.type === 'compare' && typeof filter.value === 'string' ? propertyId(filter.value) : undefined;
  if (id === undefined || filter.type !== 'compare' || !filter.property.endsWith('/id')) return [];
  Object.assign(filter, { value: id });
  return [id];
}

/** The dates that a filter allows; `isWhole` when it says nothing else. */
export function receivedRange(filter: Filter): { sinceMs?: number; beforeMs?: number; isWhole: boolean } {
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
