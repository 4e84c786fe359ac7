import { ApplicationFailure } from '@temporalio/workflow';
import { InvalidInputError } from '../contract/workflow/check.ts';
import { readCallerGroupsRef, type CallerGroupsRef } from '../contract/workflow/caller-groups-input.ts';
import { failureTypes } from '../contract/workflow/failures.ts';
import { callerGroupsActivities } from './proxies.ts';

function read(input: unknown): CallerGroupsRef {
  try {
    return readCallerGroupsRef(input);
  } catch (error) {
    if (error instanceof InvalidInputError) throw ApplicationFailure.nonRetryable(error.message, failureTypes.invalidInput);
    throw error;
  }
}

/** Asks Graph once for the groups of somebody who calls the API. What was found is in MongoDB, and not here. */
export async function readCallerGroups(input: unknown): Promise<void> {
  await callerGroupsActivities().readCallerGroups(read(input));
}
