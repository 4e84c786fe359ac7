import { text, versioned } from './check.ts';

/** Input of `readCallerGroups`: whose groups, and the credential to ask Graph with. What was found is in MongoDB. */
export interface CallerGroupsRef {
  v: 1;
  userId: string;
  credentialId: string;
}

/** Reads what crosses the border of the workflow. Throws InvalidInputError. */
export function readCallerGroupsRef(value: unknown): CallerGroupsRef {
  const what = 'Reference to the groups of a caller';
  const fields = versioned(what, value, 1);
  return { v: 1, userId: text(what, fields, 'userId'), credentialId: text(what, fields, 'credentialId') };
}
