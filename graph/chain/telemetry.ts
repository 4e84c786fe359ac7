import { randomUUID } from 'node:crypto';
import { createStep, headersOf } from './call.ts';

/** One request that was sent; `status` is 0 when no answer came. */
export interface RequestTelemetry {
  operation: string;
  status: number;
  /** From sending to the answer's head. */
  durationMs: number;
}

/** Names each request for a support case and reports it; repeats count as requests of their own. */
export const telemetry = (onRequest: ((request: RequestTelemetry) => void) | undefined) =>
  createStep(async ({ context, call, next }) => {
    headersOf(context)['client-request-id'] = randomUUID();
    const startedMs = performance.now();
    try {
      await next();
    } finally {
      const durationMs = performance.now() - startedMs;
      onRequest?.({ operation: call.operation, status: context.response?.status ?? 0, durationMs });
    }
  });
