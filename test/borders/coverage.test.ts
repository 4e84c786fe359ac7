import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { allRows, rowFiles } from '../coverage-table/all-rows.ts';
import { coveragePage } from '../coverage-table/coverage-page.ts';
import type { CoverageRow } from '../coverage-table/coverage-row.ts';
import { mutated } from '../coverage-table/mutated.ts';
import { filesOf, readText } from './sources.ts';

const rows = await allRows();
const named = (row: CoverageRow) => `${row.area}: ${row.what}`;
const failing = (wrong: (row: CoverageRow) => string | null): string[] =>
  rows.flatMap((row) => {
    const words = wrong(row);
    return words === null ? [] : [`${named(row)}: ${words}`];
  });

/** Texts of a file of tests and of all that it imports of test/. */
function textsOf(file: string, known = new Map<string, string>()): Map<string, string> {
  if (known.has(file)) return known;
  const text = readText(file);
  known.set(file, text);
  for (const [, path = ''] of text.matchAll(/from '(\.[^']+)'/g)) {
    const imported = join(dirname(file), path);
    if (imported.startsWith('test/')) textsOf(imported, known);
  }
  return known;
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
/** What `test.each` and template strings fill in, in an escaped text. */
const filledIn = /\\\$\\\{.*?\\\}|\\\$\w+|%\w/g;
/** First arguments of calls, as tests and describe blocks have them. */
const called = /\(\s*(?:'((?:[^'\\\n]|\\.)+)'|"((?:[^"\\\n]|\\.)+)"|`([^`]+)`),/g;

/** Names of tests in a file and what it imports, as expressions that end a full name. */
const endings = new Map<string, RegExp>();
function endingOf(file: string): RegExp {
  const known = endings.get(file);
  if (known !== undefined) return known;
  const names = [...textsOf(file).values()].flatMap((text) =>
    [...text.matchAll(called)].map(([, one, two, three]) => one ?? two ?? three ?? ''),
  );
  const plain = names.map((name) => escaped(name.replaceAll(/\\(['"])/g, '$1')).replaceAll(filledIn, '.+'));
  const ending = new RegExp(`(^| )(${plain.filter((name) => name !== '.+').join('|')})$`);
  endings.set(file, ending);
  return ending;
}

test('there are rows in every file of rows, and no two say the same', () => {
  expect(rowFiles.length).toBeGreaterThan(0);
  expect(rows.length).toBeGreaterThanOrEqual(rowFiles.length);
  expect(new Set(rows.map(named)).size).toBe(rows.length);
});

test('the test of every row is there', () => {
  const files = new Set(filesOf('{contract,workflows,activities,extract,graph,store,api,worker,stack,settings,test}/**/*.test.ts'));
  expect(
    failing(({ test: { file, name } }) => {
      if (!files.has(file)) return `${file} is no file of tests`;
      return endingOf(file).test(name) ? null : `no test of ${file} is called "${name}"`;
    }),
  ).toEqual([]);
});

test('the mutation of every row is an edit of the product that is still JavaScript', () => {
  const product = /^(contract|settings|workflows|activities|extract|graph|store|api|worker|stack)\/.+(?<!\.test)\.ts$/;
  expect(
    failing(({ mutation }) => {
      if (!product.test(mutation.file)) return `${mutation.file} is not code of the product`;
      try {
        stripTypeScriptTypes(mutated(mutation, readText(mutation.file)));
        return null;
      } catch (error) {
        return (error as Error).message;
      }
    }),
  ).toEqual([]);
});

test('docs/coverage.md is what the rows give: npm run coverage-table', () => {
  expect(readText('docs/coverage.md')).toBe(coveragePage(rows));
});
