import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestedCredential, statesOf, type TestedCredential } from '../support/tested-credential.ts';

let tested: TestedCredential;
beforeAll(async () => {
  tested = await startTestedCredential({ seed: { mailboxes: 6, messagesPerMailbox: 30 } });
});
afterAll(() => tested?.stop());

test('a credential with all that it needs', async () => {
  const answer = await tested.test();
  console.log(JSON.stringify(answer, null, 1));
  console.log(statesOf(answer), await tested.tenant.stats());
  expect(answer.signedIn).toBe(true);
});
