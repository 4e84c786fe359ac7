import type { ErrorClass } from '../contract/errors.ts';
import { findErrorRow } from '../contract/errors.ts';

export interface GraphFault {
  operation: string;
  code: string;
  /** HTTP status; null when there was no answer. */
  status: number | null;
  class?: ErrorClass;
  retryAfterMs?: number | null;
  requestId?: string | null;
  /** A system error's code or the name of a field; never a value of the answer. */
  detail?: string | null;
}

/**
 * A request that Graph, Entra or the network refused. The message has codes and ids only, so that it may be logged and
 * kept in histories: no address, query, token or body.
 */
export class GraphError extends Error {
  override readonly name: string = 'GraphError';
  readonly operation: string;
  /** Code of contract/errors.ts, or one that the table lacks, as the service wrote it. */
  readonly code: string;
  readonly class: ErrorClass;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** How long the service asks to wait; null when it does not say. */
  readonly retryAfterMs: number | null;
  readonly requestId: string | null;

  constructor(fault: GraphFault) {
    super(describeFault(fault));
    this.operation = fault.operation;
    this.code = fault.code;
    this.class = fault.class ?? findErrorRow(fault.code, fault.status ?? undefined).class;
    this.status = fault.status;
    this.retryAfterMs = fault.retryAfterMs ?? null;
    this.requestId = fault.requestId ?? null;
  }
}

/** The answer has more bytes than the caller is ready to read. */
export class AnswerTooLargeError extends GraphError {
  override readonly name = 'AnswerTooLargeError';
  readonly maxBytes: number;

  constructor(fault: { operation: string; status: number; maxBytes: number; requestId?: string | null }) {
    const { maxBytes, ...rest } = fault;
    super({ ...rest, code: 'TrawlAnswerTooLarge', detail: `more than ${maxBytes} bytes` });
    this.maxBytes = maxBytes;
  }
}

function describeFault(fault: GraphFault): string {
  const parts = [
    fault.status === null ? null : `HTTP ${fault.status}`,
    fault.detail ?? null,
    fault.requestId ? `request-id ${fault.requestId}` : null,
  ].filter((part) => part !== null);
  return `${fault.operation} failed with ${fault.code}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}
