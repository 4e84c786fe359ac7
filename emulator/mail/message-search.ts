import { isoSeconds } from '../data/clock.ts';
import type { ItemView } from '../data/mailbox-state.ts';
import type { MessageContent, Person } from '../data/model.ts';
import { PROBLEMS } from '../http/problem.ts';
import { sizeOf } from './extended-properties.ts';
import { htmlToText } from './html.ts';
import { hasAttachments } from './render-message.ts';

/** No search gives more: learn.microsoft.com/graph/search-query-parameter. */
export const MOST_FOUND = 1_000;

type Test = (item: ItemView, content: MessageContent) => boolean;

const MAX_TERMS = 100;

/** A KQL query over messages: words, "phrases", property:value, AND, OR, NOT and parentheses. Throws Graph's 400. */
export function parseSearch(text: string): Test {
  const trimmed = text.trim();
  const quoted = /^"([\s\S]*)"$/.exec(trimmed)?.[1];
  if (quoted === undefined) {
    const bad = /[:"()<>=]/.exec(trimmed);
    if (bad) throw PROBLEMS.badQuery(`Syntax error: character '${bad[0]}' is not valid at position ${bad.index} in '${trimmed}'.`);
  }
  const query = (quoted ?? trimmed).replaceAll('\\"', '"');
  const tokens = query.match(/\w+(?:[:=]|[<>]=?)"[^"]*"|\w+(?:[:=]|[<>]=?)\([^)]*\)|"[^"]*"|[()]|[^\s()"]+/g) ?? [];
  if (tokens.length === 0 || tokens.length > MAX_TERMS) throw PROBLEMS.badQuery(`Syntax error in the search '${query.slice(0, 200)}'.`);
  const cursor = { tokens, at: 0 };
  const test = parseOr(cursor);
  if (cursor.at < tokens.length) throw PROBLEMS.badQuery(`Syntax error in the search '${query.slice(0, 200)}'.`);
  return test;
}

interface Cursor {
  readonly tokens: readonly string[];
  at: number;
}

function parseOr(cursor: Cursor): Test {
  const parts = [parseAnd(cursor)];
  while (cursor.tokens[cursor.at] === 'OR') {
    cursor.at++;
    parts.push(parseAnd(cursor));
  }
  return (item, content) => parts.some((part) => part(item, content));
}

/** Terms side by side must all be met. */
function parseAnd(cursor: Cursor): Test {
  const parts: Test[] = [];
  for (let token = cursor.tokens[cursor.at]; token !== undefined && token !== 'OR' && token !== ')'; token = cursor.tokens[cursor.at]) {
    if (token === 'AND') cursor.at++;
    else parts.push(parseTerm(cursor));
  }
  if (parts.length === 0) throw PROBLEMS.badQuery('Syntax error: an operator of the search has nothing beside it.');
  return (item, content) => parts.every((part) => part(item, content));
}

function parseTerm(cursor: Cursor): Test {
  const token = cursor.tokens[cursor.at++];
  if (token === undefined) throw PROBLEMS.badQuery('Syntax error: an operator of the search has nothing beside it.');
  if (token === 'NOT') {
    const part = parseTerm(cursor);
    return (item, content) => !part(item, content);
  }
  if (token === '(') {
    const inner = parseOr(cursor);
    if (cursor.tokens[cursor.at++] !== ')') throw PROBLEMS.badQuery('Syntax error: a parenthesis of the search is not closed.');
    return inner;
  }
  const [, name, operator, value] = /^(\w+)(:|=|[<>]=?)([\s\S]*)$/.exec(token) ?? [];
  if (name === undefined) return anywhere(plain(token));
  const property = PROPERTIES[name.toLowerCase()];
  return property ? property(plain(value!), operator!) : anywhere(plain(token));
}

function plain(token: string): string {
  return token.replaceAll(/^["(]|[")]$/g, '').toLowerCase();
}

/** Words are found at their beginning; a star at the end says the same. */
function has(text: string, wanted: string): boolean {
  const word = wanted.replace(/\*$/, '');
  const low = text.toLowerCase();
  for (let at = low.indexOf(word); at >= 0; at = low.indexOf(word, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(low[at - 1]!)) return true;
  }
  return word === '';
}

const named = (people: readonly (Person | null)[], wanted: string) =>
  people.some((person) => person !== null && (has(person.name, wanted) || has(person.address, wanted)));
const bodyText = ({ body }: MessageContent) => (body.contentType === 'html' ? htmlToText(body.content) : body.content);

/** Without a property: from, subject and body, as the page on $search says. */
function anywhere(wanted: string): Test {
  return (_item, content) => has(content.subject, wanted) || named([content.from], wanted) || has(bodyText(content), wanted);
}

const ofContent =
  (test: (content: MessageContent, wanted: string) => boolean) =>
  (wanted: string): Test =>
  (_item, content) =>
    test(content, wanted);

const PROPERTIES: Readonly<Record<string, ((wanted: string, operator: string) => Test) | undefined>> = Object.assign(
  Object.create(null) as Record<string, never>,
  {
    attachment: ofContent((content, wanted) => content.attachments.some(({ name }) => has(name, wanted))),
    bcc: ofContent((content, wanted) => named(content.bcc, wanted)),
    body: ofContent((content, wanted) => has(bodyText(content), wanted)),
    cc: ofContent((content, wanted) => named(content.cc, wanted)),
    from: ofContent((content, wanted) => named([content.from], wanted)),
    hasattachment: ofContent((content, wanted) => hasAttachments(content) === /^(true|yes|1)$/.test(wanted)),
    hasattachments: ofContent((content, wanted) => hasAttachments(content) === /^(true|yes|1)$/.test(wanted)),
    importance: ofContent((content, wanted) => content.importance === (wanted === 'medium' ? 'normal' : wanted)),
    isread: ofContent((content, wanted) => content.isRead === /^(true|yes|1)$/.test(wanted)),
    kind: ofContent((content, wanted) => wanted === (content.meeting ? 'meetings' : 'email')),
    participants: ofContent((content, wanted) => named([content.from, ...content.to, ...content.cc, ...content.bcc], wanted)),
    recipients: ofContent((content, wanted) => named([...content.to, ...content.cc, ...content.bcc], wanted)),
    subject: ofContent((content, wanted) => has(content.subject, wanted)),
    to: ofContent((content, wanted) => named(content.to, wanted)),
    received:
      (wanted: string, operator: string): Test =>
      (item) =>
        inTime(item.receivedMs, wanted, operator),
    sent:
      (wanted: string, operator: string): Test =>
      (_item, content) =>
        inTime(content.sentMs, wanted, operator),
    size:
      (wanted: string, operator: string): Test =>
      (_item, content) =>
        inSize(sizeOf(content), wanted, operator),
  },
);

/** A day, compared with the message's; `a..b` is both ends and what lies between. */
function inTime(timeMs: number, wanted: string, operator: string): boolean {
  const day = isoSeconds(timeMs).slice(0, 10);
  const [from = '', upTo] = wanted.split('..').map((part) => isoDay(part.trim()));
  if (upTo !== undefined) return day >= from && day <= upTo;
  return compared(day, from, operator);
}

function isoDay(text: string): string {
  const american = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  return american ? `${american[3]}-${american[1]!.padStart(2, '0')}-${american[2]!.padStart(2, '0')}` : text.slice(0, 10);
}

function inSize(size: number, wanted: string, operator: string): boolean {
  const [from = Number.NaN, upTo] = wanted.split('..').map(Number);
  return upTo === undefined ? compared(size, from, operator) : size >= from && size <= upTo;
}

function compared<T extends string | number>(value: T, wanted: T, operator: string): boolean {
  if (operator === '>') return value > wanted;
  if (operator === '>=') return value >= wanted;
  if (operator === '<') return value < wanted;
  return operator === '<=' ? value <= wanted : value === wanted;
}
