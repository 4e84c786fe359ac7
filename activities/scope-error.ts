import { findErrorRow } from '../contract/errors.ts';
import type { ScopeCode } from '../contract/workflow/scope-codes.ts';
import { GraphError } from '../graph/graph-error.ts';

/** A scope that cannot be taken as it is. The words may hold addresses: they go to MongoDB for operators, never into a history or a log. */
export class ScopeError extends Error {
  override readonly name = 'ScopeError';
  readonly code: ScopeCode;

  constructor(code: ScopeCode, words: string) {
    super(words);
    this.code = code;
  }
}

/** What a fault says of the scope, for the source's record; null when it says nothing of it: then it passes, or is the credential's. */
export function scopeProblem(error: unknown): { code: string; words: string } | null {
  if (error instanceof ScopeError) return { code: error.code, words: error.message };
  if (!(error instanceof GraphError)) return null;
  if (error.class === 'transient' || error.class === 'throttled' || error.class === 'unauthorised') return null;
  // What vanished between two requests, or what Graph refuses to look up: asked again later, nothing is concluded from it.
  const row = findErrorRow(error.code, error.status ?? undefined);
  return { code: error.code, words: `Graph refuses ${error.operation}: ${row.words}.` };
}
