import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { pageRows } from '../test/support/page-rows.ts';
import { problemKinds } from './problem.ts';

test('docs/problems.md and the kinds in code say the same, row by row, and what to do', async () => {
  const page = await readFile(new URL('../docs/problems.md', import.meta.url), 'utf8');
  const rows = pageRows(page);
  expect(rows.map(([kind, status, title]) => [kind, status, title])).toEqual(
    Object.entries(problemKinds).map(([kind, { status, title }]) => [`\`${kind}\``, String(status), title]),
  );
  expect(rows.filter(([, , , remedy]) => !/^[A-Z`].*[^.]$/.test(remedy ?? ''))).toEqual([]);
});
