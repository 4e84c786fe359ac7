import { ApplicationFailure } from '@temporalio/common';
import { findErrorRow } from '../contract/errors.ts';
import { failureTypes } from '../contract/workflow/failures.ts';
import { GraphError } from '../graph/graph-error.ts';
import { SealError } from '../store/sealer.ts';

/** Thrown where waiting any longer would hold a slot for nothing: Temporal tries again after `waitMs`. */
export class WaitLongerError extends Error {
  readonly waitMs: number;
  constructor(what: string, waitMs: number) {
    super(`${what}: to be tried again in ${Math.ceil(waitMs / 1000)} s`);
    this.name = 'WaitLongerError';
    this.waitMs = waitMs;
  }
}

/** Thrown between two pages by work that has held its slot for long while others may wait for one. */
export class GiveWayError extends Error {
  constructor() {
    super('Gave its slot to others that wait; goes on from the page behind');
    this.name = 'GiveWayError';
  }
}

export function notFound(what: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`${what} is not stored (any more)`, failureTypes.notFound);
}

function fromGraph(error: GraphError): ApplicationFailure {
  const row = findErrorRow(error.code, error.status ?? undefined);
  const message = `${error.operation}: ${error.code} (${error.status}), ${row.words}`;
  if (error.class === 'unauthorised')
    return ApplicationFailure.create({ type: failureTypes.credentialRefused, nonRetryable: true, message });
  if (error.class === 'throttled') {
    return ApplicationFailure.create({
      type: failureTypes.throttled,
      message,
      category: 'BENIGN',
      nextRetryDelay: error.retryAfterMs === null ? undefined : Math.ceil(error.retryAfterMs),
    });
  }
  // An answer that was cut off and is not a page of items, as a list of users: there is no smaller page to be asked for.
  const passing = error.class === 'transient' || error.class === 'malformedItem';
  if (passing) return ApplicationFailure.create({ type: failureTypes.transient, message });
  return ApplicationFailure.create({ type: error.code, nonRetryable: true, message });
}

/** A key that this worker lacks blocks the source as a refused secret does; a vault that is away may answer the next time. */
function fromSeal({ code }: SealError): ApplicationFailure {
  const { retry, words } = findErrorRow(code);
  const type = retry ? failureTypes.transient : failureTypes.credentialRefused;
  return ApplicationFailure.create({ type, nonRetryable: !retry, message: `${code}: ${words}` });
}

/**
 * What Temporal is told of a fault: the type decides about retries, the message is safe for histories.
 * Faults that are not ours keep their class name and lose their text, since a driver's message may quote data.
 */
export function toFailure(error: unknown): unknown {
  if (error instanceof ApplicationFailure) return error;
  if (error instanceof GraphError) return fromGraph(error);
  if (error instanceof SealError) return fromSeal(error);
  if (error instanceof GiveWayError) {
    const type = failureTypes.gaveWay;
    return ApplicationFailure.create({ type, message: error.message, category: 'BENIGN', nextRetryDelay: 1 });
  }
  if (error instanceof WaitLongerError) {
    return ApplicationFailure.create({
      type: failureTypes.throttled,
      message: error.message,
      category: 'BENIGN',
      nextRetryDelay: Math.ceil(error.waitMs),
    });
  }
  return error;
}
