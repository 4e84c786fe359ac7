/**
 * The one table of faults: what Graph or Entra says, what it means to a crawl, and what an operator can do.
 * docs/errors.md is the same table in prose; a test compares them.
 */

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
  leadsTo: 'sourceBlocked' | 'mailboxBlocked' | 'mailboxIneligible' | 'streamRestarts' | 'streamEnds' | 'itemSkipped' | 'waits';
  /** For the operator: what it is, and what to do. */
  words: string;
  remedy: string;
}
