import type { Filter } from 'mongodb';

/** The filter of a change that is made only under one of these revisions; under any when none are named. */
export function underRevisions<T extends { recordRevision: number }>(revisions: readonly number[] | undefined): Filter<T> {
  return (revisions === undefined ? {} : { recordRevision: { $in: [...revisions] } }) as Filter<T>;
}
