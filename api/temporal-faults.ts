import { isGrpcServiceError, ServiceError, WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { ProblemError } from './problem.ts';

/** gRPC status codes that are told apart here (https://grpc.io/docs/guides/status-codes/). */
export const grpc = { invalidArgument: 3, deadlineExceeded: 4, notFound: 5, failedPrecondition: 9, aborted: 10, unavailable: 14 } as const;

export function grpcCode(error: unknown): number | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return cause.code;
  }
  return null;
}

function grpcDetails(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return cause.details;
  }
  return error instanceof Error ? error.message : String(error);
}

function unavailable(error: unknown): ProblemError {
  const problem = new ProblemError(
    'temporal-unavailable',
    'Temporal does not answer. The request can be repeated; when this lasts, check TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE and that Temporal runs.',
  );
  problem.cause = error;
  return problem;
}

/** Turns what the client throws into a problem; refusals keep Temporal's words, since they name the setting that is wrong. */
export function toProblem(error: unknown): unknown {
  const code = grpcCode(error);
  if (code === grpc.invalidArgument || code === grpc.failedPrecondition) {
    return new ProblemError(
      'temporal-refused',
      `Temporal refuses: ${grpcDetails(error)}. A worker registers missing search attributes when it starts: start one, then repeat the request.`,
    );
  }
  if (code !== null || error instanceof ServiceError) return unavailable(error);
  return error;
}

/**
 * Whether a command should be sent again: the run that it reached was ending. Around continue-as-new the server answers
 * FAILED_PRECONDITION, ABORTED or "workflow is closing", and an accepted update can end with "completed before".
 */
export function reachedAnEndingRun(error: unknown): boolean {
  if (error instanceof WorkflowUpdateFailedError) {
    const { cause } = error;
    return (
      (cause instanceof ApplicationFailure && cause.type === 'AcceptedUpdateCompletedWorkflow') ||
      /completed before/i.test(cause?.message ?? '')
    );
  }
  const code = grpcCode(error);
  return code === grpc.failedPrecondition || code === grpc.aborted || /closing|completed before/i.test(grpcDetails(error));
}

export function outOfTime(error: unknown): boolean {
  return error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || grpcCode(error) === grpc.deadlineExceeded;
}

export function workerSilent(name: string): ProblemError {
  return new ProblemError(
    'worker-silent',
    `No worker took the command ${name} in time; it may still be carried out. Check that a worker runs and reaches Temporal (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE).`,
  );
}
