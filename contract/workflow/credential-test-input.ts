import { text, versioned } from './check.ts';

/** Input and result of `testCredential`: the record of the test in MongoDB holds all else. */
export interface TestCredentialRef {
  v: 1;
  testId: string;
}

/** Reads what crosses the border of the workflow, either way. Throws InvalidInputError. */
export function readTestCredentialRef(value: unknown): TestCredentialRef {
  const what = 'Reference to a test of a credential';
  const fields = versioned(what, value, 1);
  return { v: 1, testId: text(what, fields, 'testId') };
}
