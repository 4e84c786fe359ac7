import { ApplicationFailure } from '@temporalio/workflow';
import { InvalidInputError } from '../contract/workflow/check.ts';
import { failureTypes } from '../contract/workflow/failures.ts';

/** Reads what crosses a workflow's border; what `read` refuses by InvalidInputError ends the workflow with the reason. */
export function readInput<T>(read: (input: unknown) => T, input: unknown): T {
  try {
    return read(input);
  } catch (error) {
    if (error instanceof InvalidInputError) throw ApplicationFailure.nonRetryable(error.message, failureTypes.invalidInput);
    throw error;
  }
}
