import { readCallerGroupsRef } from '../contract/workflow/caller-groups-input.ts';
import { callerGroupsActivities } from './proxies.ts';
import { readInput } from './read-input.ts';

/** Asks Graph once for the groups of somebody who calls the API. What was found is in MongoDB, and not here. */
export async function readCallerGroups(input: unknown): Promise<void> {
  await callerGroupsActivities().readCallerGroups(readInput(readCallerGroupsRef, input));
}
