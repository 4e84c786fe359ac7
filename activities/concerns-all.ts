import { GraphError } from '../graph/graph-error.ts';

/** Faults of the mailbox or the credential end the lane; every other one concerns the thing that was asked for alone. */
export const concernsAll = (error: unknown): boolean =>
  !(error instanceof GraphError) || error.class === 'unauthorised' || error.class === 'throttled' || error.class === 'ineligible';
