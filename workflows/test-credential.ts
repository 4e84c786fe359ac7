import { ApplicationFailure } from '@temporalio/workflow';
import { InvalidInputError } from '../contract/workflow/check.ts';
import { readTestCredentialRef, type TestCredentialRef } from '../contract/workflow/credential-test-input.ts';
import { failureTypes } from '../contract/workflow/failures.ts';
import { testActivities } from './proxies.ts';

function read(input: unknown): TestCredentialRef {
  try {
    return readTestCredentialRef(input);
  } catch (error) {
    if (error instanceof InvalidInputError) throw ApplicationFailure.nonRetryable(error.message, failureTypes.invalidInput);
    throw error;
  }
}

/** Tests a credential once, in seconds. What was found is in the record of the test, and not here. */
export async function testCredential(input: unknown): Promise<TestCredentialRef> {
  return read(await testActivities().testCredential(read(input)));
}
