import { hash } from 'node:crypto';
import { DocumentContent } from '../contract/document.ts';

/** Names of all fields that an item's content may have. */
export const contentFields = Object.keys(DocumentContent.properties) as (keyof DocumentContent)[];

/** Text beyond this is cut: it is for searching, and MongoDB holds no document over 16 MB. */
export const textLimitBytes = 1_000_000;

/** The given fields of a content, without foreign ones and without undefined, which MongoDB would store as null. */
export function givenContent(content: DocumentContent): DocumentContent {
  const given: Record<string, unknown> = {};
  for (const field of contentFields) if (content[field] !== undefined) given[field] = content[field];
  return cutText(given as DocumentContent);
}

function cutText(content: DocumentContent): DocumentContent {
  const { text } = content;
  if (typeof text !== 'string' || text.length * 3 <= textLimitBytes || Buffer.byteLength(text) <= textLimitBytes) return content;
  const bytes = Buffer.from(text).subarray(0, textLimitBytes);
  // A character of several bytes may be cut in its middle; what remains of it is dropped.
  return { ...content, text: new TextDecoder().decode(bytes, { stream: true }), textTruncated: true };
}

/** A hash of some fields that does not depend on their order. */
export function hashFields(fields: object): string {
  return hash('sha256', JSON.stringify(sorted(fields)), 'hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, sorted(entry)]));
}

/** Of an erased item's content its dates remain; ids, folder and reason are kept with the document itself. */
export const rememberedFields: ReadonlySet<string> = new Set(['sentAt', 'receivedAt', 'createdAt', 'startAt', 'endAt']);
