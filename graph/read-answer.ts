import { GraphError } from './graph-error.ts';
import { ownLink } from './address.ts';
import { shapes, type Shape } from './schemas.ts';
import type { DeltaItem, DeltaPage, ListPage } from './types.ts';

/** Where an answer came from: for errors, and to check the links in it. */
export interface AnswerOrigin {
  operation: string;
  graphOrigin: string;
}

type Malformed = ListPage<unknown>['malformed'];

/** Reads an answer that is one thing; throws TrawlMalformedItem when it does not have the shape. */
export function readItem<T>(answer: unknown, shape: Shape, operation: string): T {
  const reason = shape.Check(answer) ? null : describeMismatch(answer, shape);
  if (reason !== null) throw new GraphError({ operation, code: 'TrawlMalformedItem', status: 200, detail: reason });
  return answer as T;
}

/** Reads the answer to `$count`, which is a number as plain text. */
export function readCount(text: string, operation: string): number {
  const digits = text.replace(/^\uFEFF/, '').trim();
  if (!/^\d{1,15}$/.test(digits)) throw new GraphError({ operation, code: 'TrawlUnreadableAnswer', status: 200, detail: 'not a number' });
  return Number(digits);
}

/** Reads a page of a list. Items without the shape are named, not thrown: one of them must not hold the others up. */
export function readListPage<T>(answer: unknown, shape: Shape, origin: AnswerOrigin): ListPage<T> {
  const page = readPage(answer, origin);
  const malformed: Malformed = [];
  const items = page.value.filter((item) => keepShaped(item, shape, malformed)) as T[];
  return { items, next: readLink(page['@odata.nextLink'], origin), malformed };
}

/** Reads a page of a delta round, which ends in exactly one of the two links. */
export function readDeltaPage<T>(answer: unknown, shape: Shape, origin: AnswerOrigin): DeltaPage<T> {
  const page = readPage(answer, origin);
  const malformed: Malformed = [];
  const items: DeltaItem<T>[] = [];
  for (const item of page.value) {
    if (isRemoved(item)) items.push({ gone: true, id: item.id });
    else if (keepShaped(item, shape, malformed)) items.push({ gone: false, item: item as T });
  }
  const next = readLink(page['@odata.nextLink'], origin);
  const delta = readLink(page['@odata.deltaLink'], origin);
  if ((next === null) === (delta === null)) throw unreadable(origin, 'not exactly one of nextLink and deltaLink');
  return { items, next, delta, malformed };
}

interface Page {
  value: unknown[];
  '@odata.nextLink'?: string;
  '@odata.deltaLink'?: string;
}

function readPage(answer: unknown, origin: AnswerOrigin): Page {
  if (!shapes.page.Check(answer)) throw unreadable(origin, describeMismatch(answer, shapes.page));
  return answer;
}

function readLink(link: string | undefined, origin: AnswerOrigin): string | null {
  if (link === undefined) return null;
  const own = ownLink(link, origin.graphOrigin);
  if (own === null) throw unreadable(origin, 'a link to another host');
  return own;
}

function unreadable(origin: AnswerOrigin, detail: string): GraphError {
  return new GraphError({ operation: origin.operation, code: 'TrawlUnreadableAnswer', status: 200, detail });
}

function keepShaped(item: unknown, shape: Shape, malformed: Malformed): boolean {
  if (shape.Check(item)) return true;
  malformed.push({ id: idOf(item), reason: describeMismatch(item, shape) });
  return false;
}

/** Graph marks what has gone with `@removed` (learn.microsoft.com/graph/delta-query-overview). */
function isRemoved(item: unknown): item is { id: string } {
  return typeof item === 'object' && item !== null && '@removed' in item && idOf(item) !== null;
}

function idOf(item: unknown): string | null {
  return shapes.identified.Check(item) ? item.id : null;
}

/** Names the field and what is expected of it, never a value. The deepest field says most. */
function describeMismatch(value: unknown, shape: Shape): string {
  const errors = shape.Errors(value);
  const depth = (path: string) => path.split('/').length;
  const deepest = errors.reduce((found, error) => (depth(error.instancePath) > depth(found.instancePath) ? error : found), errors[0]!);
  return `${deepest.instancePath === '' ? 'the answer' : deepest.instancePath.slice(1)} ${deepest.message}`;
}
