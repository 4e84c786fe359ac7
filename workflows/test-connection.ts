import { readTestRef, type TestRef } from '../contract/workflow/test-ref.ts';
import { testActivities } from './proxies.ts';
import { readInput } from './read-input.ts';

/** Tests a source's scope once, in seconds. What was found is in the record of the test, and not here. */
export async function testConnection(input: unknown): Promise<TestRef> {
  return readInput(readTestRef, await testActivities().testConnection(readInput(readTestRef, input)));
}
