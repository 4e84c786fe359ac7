import { text, versioned } from './check.ts';

/** Input and result of the workflows that test something: the record of the test in MongoDB holds all else. */
export interface TestRef {
  v: 1;
  testId: string;
}

/** Reads what crosses the border of such a workflow, either way. Throws InvalidInputError. */
export function readTestRef(value: unknown): TestRef {
  const what = 'Reference to a test';
  const fields = versioned(what, value, 1);
  return { v: 1, testId: text(what, fields, 'testId') };
}
