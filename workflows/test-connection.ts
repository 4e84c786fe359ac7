import type { TestRef } from '../contract/workflow/test-ref.ts';
import { testActivities } from './proxies.ts';
import { readTestRefOrFail } from './read-test-ref.ts';

/** Tests a source's scope once, in seconds. What was found is in the record of the test, and not here. */
export async function testConnection(input: unknown): Promise<TestRef> {
  return readTestRefOrFail(await testActivities().testConnection(readTestRefOrFail(input)));
}
