import type { DocumentContent } from '../contract/document.ts';
import type { GraphBody, GraphDateTime, GraphPerson } from '../graph/types.ts';
import type { Person } from '../contract/schema.ts';
import { gatherLinks } from './find-links.ts';
import { htmlToText, tidy } from './html-text.ts';

/** Search takes no more of a text than this. */
const textMaxBytes = 1024 * 1024;

/** `undefined` stays undefined (not told), everything else is mapped. */
export function told<T, R>(value: T | undefined, map: (value: T) => R): R | undefined {
  return value === undefined ? undefined : map(value);
}

export function toPerson(person: GraphPerson | null): Person | null {
  const email = person?.emailAddress;
  if (email === undefined || email === null) return null;
  return { name: email.name ?? null, address: email.address ?? null };
}

export function toPeople(people: GraphPerson[] | null): Person[] {
  return (people ?? []).map(toPerson).filter((person) => person !== null);
}

/** Graph's times in UTC; null for one that cannot be read, which must not stop a crawl. */
export function toDate(text: string | null): Date | null {
  if (text === null) return null;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** Outlook's times are in UTC unless another zone is asked for (learn.microsoft.com/graph/api/event-get); the texts have no offset. */
export function toInstant(value: GraphDateTime | null): Date | null {
  if (value === null) return null;
  return toDate(/(Z|[+-]\d\d:?\d\d)$/i.test(value.dateTime) ? value.dateTime : `${value.dateTime}Z`);
}

function cut(text: string): { text: string; truncated: boolean } {
  // A unit of a string has three bytes at most.
  if (text.length * 3 <= textMaxBytes) return { text, truncated: false };
  const bytes = Buffer.from(text);
  if (bytes.length <= textMaxBytes) return { text, truncated: false };
  // A character cut in two becomes U+FFFD at the end, which is dropped.
  return {
    text: bytes
      .subarray(0, textMaxBytes)
      .toString()
      .replace(/\uFFFD+$/, ''),
    truncated: true,
  };
}

type BodyFields = Pick<DocumentContent, 'body' | 'text' | 'textTruncated' | 'links' | 'linksTruncated'>;

export function mapBody(body: GraphBody | null | undefined): BodyFields {
  if (body === undefined) return {};
  const content = body?.content ?? '';
  const html = body?.contentType?.toLowerCase() === 'html';
  const links = gatherLinks();
  const { text, truncated } = cut(html ? htmlToText(content, links.add) : tidy(content));
  links.addFrom(text);
  return {
    body: body === null ? null : { contentType: html ? 'html' : 'text', content, fileId: null, bytes: Buffer.byteLength(content) },
    text,
    textTruncated: truncated,
    ...links.found(),
  };
}

/** Drops what was not told, so that merging leaves stored values alone. */
export function withoutUndefined<T extends object>(fields: T): T {
  const given: Partial<T> = {};
  for (const name of Object.keys(fields) as (keyof T)[]) if (fields[name] !== undefined) given[name] = fields[name];
  return given as T;
}
