import { ApplicationFailure } from '@temporalio/workflow';
import { InvalidInputError } from '../contract/workflow/check.ts';
import { failureTypes } from '../contract/workflow/failures.ts';
import { readTestRef, type TestRef } from '../contract/workflow/test-ref.ts';

/** Reads what crosses the border of a test's workflow; what is not one ends the workflow with the reason. */
export function readTestRefOrFail(input: unknown): TestRef {
  try {
    return readTestRef(input);
  } catch (error) {
    if (error instanceof InvalidInputError) throw ApplicationFailure.nonRetryable(error.message, failureTypes.invalidInput);
    throw error;
  }
}
