import type { DeleteSourceInput } from './activities.ts';
import { text, versioned } from './check.ts';

/** Reads the input of `deleteSource`. Throws InvalidInputError. */
export function readDeleteSourceInput(value: unknown): DeleteSourceInput {
  const what = 'Input of deleteSource';
  const fields = versioned(what, value, 1);
  return { v: 1, sourceId: text(what, fields, 'sourceId') };
}
