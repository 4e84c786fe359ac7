import { createHash } from 'node:crypto';
import { isoSeconds } from '../data/clock.ts';
import type { ItemView } from '../data/mailbox-state.ts';
import type { MessageContent, Person } from '../data/model.ts';
import { parseFilter, type Filter } from '../http/filter.ts';
import { problem } from '../http/problem.ts';
import { messageClassOf } from './event-message.ts';
import { headersOf } from './message-headers.ts';
import { hasAttachments } from './render-message.ts';

export interface ExtendedProperty {
  readonly id: string;
  readonly value: string;
}

/** As Graph writes the id of a tagged property: "Integer 0xe08". Undefined for other text; named properties keep theirs. */
export function propertyId(text: string): string | undefined {
  const tagged = /^\s*(\w+)\s+0x([0-9a-f]{1,8})\s*$/i.exec(text);
  if (tagged) return `${tagged[1]} 0x${Number.parseInt(tagged[2]!, 16).toString(16)}`;
  return /^\s*\w+\s+\{[0-9a-f-]{36}\}\s+(Name\s+\S.*|Id\s+0x[0-9a-f]{1,8})$/i.test(text) ? text.trim() : undefined;
}

/** The ids that the expansion's `$filter=id eq '…' or id eq '…'` asks for. Throws Exchange's 400. */
export function askedProperties(filter: string | undefined): string[] {
  if (filter === undefined) return [];
  let parsed: Filter;
  try {
    parsed = parseFilter(filter);
  } catch {
    throw invalidFilter();
  }
  const parts = parsed.type === 'or' ? parsed.parts : [parsed];
  return parts.map((part) => {
    const isId = part.type === 'compare' && part.property.toLowerCase() === 'id' && part.operator === 'eq';
    const id = isId && typeof part.value === 'string' ? propertyId(part.value) : undefined;
    if (id === undefined) throw invalidFilter();
    return id;
  });
}

export function invalidFilter(): Error {
  return problem(400, 'ErrorInvalidUrlQueryFilter', 'The query filter contains one or more invalid nodes.');
}

const names = (people: readonly Person[]) => people.map((person) => person.name).join('; ');

/** By property tag (MS-OXPROPS), whatever type is asked for: Exchange gives the value in the type of the id. */
const VALUES: Readonly<Record<string, (item: ItemView, content: MessageContent) => string | null>> = {
  '0x1a': (_item, content) => messageClassOf(content),
  '0x17': (_item, content) => ({ low: '0', normal: '1', high: '2' })[content.importance],
  '0x37': (_item, content) => content.subject,
  '0x39': (_item, content) => isoSeconds(content.sentMs),
  '0x42': (_item, content) => content.from?.name ?? null,
  '0x70': (_item, content) => withoutPrefix(content.subject),
  '0x7d': (_item, content) =>
    headersOf(content)
      .map(({ name, value }) => `${name}: ${value}\r\n`)
      .join('') || null,
  '0xc1a': (_item, content) => content.sender?.name ?? null,
  '0xc1f': (_item, content) => content.sender?.address ?? null,
  '0x5d01': (_item, content) => content.sender?.address ?? null,
  '0x5d02': (_item, content) => content.from?.address ?? null,
  '0xe02': (_item, content) => names(content.bcc),
  '0xe03': (_item, content) => names(content.cc),
  '0xe04': (_item, content) => names(content.to),
  '0xe06': (_item, content) => isoSeconds(content.receivedMs),
  '0xe07': (_item, content) => String((content.isRead ? 1 : 0) | (content.isDraft ? 8 : 0) | (hasAttachments(content) ? 16 : 0)),
  '0xe08': (_item, content) => String(sizeOf(content)),
  '0xe1b': (_item, content) => String(hasAttachments(content)),
  '0xe1d': (_item, content) => withoutPrefix(content.subject),
  '0x1035': (_item, content) => content.internetMessageId,
  '0x1090': (_item, content) => (content.flagged ? '2' : null),
  '0x300b': (item) => createHash('md5').update(item.key).digest('base64'),
  '0x3007': (_item, content) => isoSeconds(content.receivedMs),
  '0x3008': (item, content) => isoSeconds(item.changedMs ?? content.receivedMs),
};

/** Those of the asked properties that the message has. */
export function extendedProperties(item: ItemView, asked: readonly string[]): ExtendedProperty[] {
  const content = item.load();
  return asked.flatMap((id) => {
    const own = content.singleValueExtendedProperties?.find((property) => propertyId(property.id)?.toLowerCase() === id.toLowerCase());
    const value = typeof own?.value === 'string' ? own.value : (VALUES[id.slice(id.indexOf(' ') + 1)]?.(item, content) ?? null);
    return value === null ? [] : [{ id, value }];
  });
}

/** What Exchange keeps of a message: its words, and attachments with their overhead. */
export function sizeOf(content: MessageContent): number {
  const attachments = content.attachments.reduce((sum, attachment) => {
    if (attachment.kind === 'file') return sum + attachment.bytes().length + 600;
    return sum + (attachment.kind === 'item' ? sizeOf(attachment.message) : attachment.size);
  }, 0);
  return Buffer.byteLength(content.body.content) + Buffer.byteLength(content.subject) * 2 + 6_000 + attachments;
}

/** Those of the asked properties with several values that were set on the message. */
export function multiValueProperties(item: ItemView, asked: readonly string[]): { id: string; value: readonly string[] }[] {
  const own = item.load().multiValueExtendedProperties ?? [];
  return asked.flatMap((id) => {
    const value = own.find((property) => propertyId(property.id)?.toLowerCase() === id.toLowerCase())?.value;
    return Array.isArray(value) ? [{ id, value: value as readonly string[] }] : [];
  });
}

function withoutPrefix(subject: string): string {
  return subject.replace(/^(\w{1,3}: )+/, '');
}
