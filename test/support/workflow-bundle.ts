import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { inject } from 'vitest';
import { failureFileOf } from './begin-bundle.ts';
import { waitFor } from './wait-for.ts';

/** The file of this run's bundle, when it is made. Throws an Error with the words of its maker when it cannot be. */
export async function workflowBundle(): Promise<string> {
  const file = inject('workflowBundle');
  const failure = failureFileOf(file);
  await waitFor('the bundle of the workflows', () => existsSync(file) || existsSync(failure), { timeoutMs: 90_000 });
  if (existsSync(file)) return file;
  throw new Error(`The workflows could not be bundled: ${await readFile(failure, 'utf8')}`);
}
