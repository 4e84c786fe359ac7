/** What a fault means to a crawl. */
export const errorClasses = [
  'throttled',
  'transient',
  'unauthorised',
  'forbidden',
  'notFound',
  'resync',
  'overQuota',
  'malformedItem',
  'badRequest',
  'ineligible',
] as const;
export type ErrorClass = (typeof errorClasses)[number];

export interface ErrorRow {
  /** Code as Graph or Entra writes it; compared without regard to case. */
  code: string;
  class: ErrorClass;
  /** Whether a later attempt of the same request may succeed. */
  retry: boolean;
  /** What it leads to when it lasts. */
  leadsTo: 'sourceBlocked' | 'mailboxBlocked' | 'mailboxIneligible' | 'streamRestarts' | 'streamEnds' | 'itemSkipped' | 'waits' | 'noted';
  /** For the operator: what it is, and what to do. */
  words: string;
  remedy: string;
}

/** Rows of one meaning: the codes with their words, and what they share. */
export function rowsOf(shared: Omit<ErrorRow, 'code' | 'words'>, wordsByCode: Record<string, string>): ErrorRow[] {
  return Object.entries(wordsByCode).map(([code, words]) => ({ code, ...shared, words }));
}
