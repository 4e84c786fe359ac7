import type { ErrorRow } from './error-row.ts';
import { entraRows } from './error-rows-entra.ts';
import { graphRows } from './error-rows-graph.ts';
import { trawlRows } from './error-rows-trawl.ts';

export { errorClasses, type ErrorClass, type ErrorRow } from './error-row.ts';

/**
 * The one table of faults: what Graph or Entra says, what it means to a crawl, and what an operator can do.
 * docs/errors.md is the same table in prose; a test compares them.
 */
export const errorRows: readonly ErrorRow[] = [...entraRows, ...graphRows, ...trawlRows];

const byCode = new Map(errorRows.map((row) => [row.code.toLowerCase(), row]));

/** True when the table has a row for this code. */
export function isKnownCode(code: string): boolean {
  return byCode.has(code.toLowerCase());
}

/** What a status alone says of a code that the table lacks; all else is transient. */
const unknownByStatus: Record<number, Pick<ErrorRow, 'class' | 'retry' | 'leadsTo'>> = {
  401: { class: 'unauthorised', retry: false, leadsTo: 'sourceBlocked' },
  403: { class: 'forbidden', retry: false, leadsTo: 'mailboxBlocked' },
  405: { class: 'badRequest', retry: false, leadsTo: 'itemSkipped' },
  410: { class: 'resync', retry: false, leadsTo: 'streamRestarts' },
  429: { class: 'throttled', retry: true, leadsTo: 'waits' },
};

const unknownRefusal = { class: 'unauthorised', retry: false, leadsTo: 'sourceBlocked' } as const;

/**
 * The row of a code, compared without regard to case. A code that the table lacks gets a row made of `TrawlUnknown`
 * that keeps the code and takes its class from the status: transient for a bounded time unless the status says more.
 * An unknown code of Entra counts as a refusal unless its status is 429 or of the server: a source that is Blocked
 * is probed again by itself.
 */
export function findErrorRow(code: string, status?: number): ErrorRow {
  const known = byCode.get(code.toLowerCase());
  if (known) return known;
  const unknown = byCode.get('trawlunknown')!;
  const ofEntra = /^aadsts\d+$/i.test(code) && (status === undefined || (status < 500 && status !== 429));
  const said = ofEntra ? unknownRefusal : unknownByStatus[status ?? 0];
  return { ...unknown, ...said, code, words: `${unknown.words}: ${code}` };
}
