import { expect, test } from 'vitest';
import { spread, waiting } from '../support/slow-first.ts';
import { filesOf } from './sources.ts';

test('files that are named as slow are there', () => {
  const files = new Set(filesOf('test/**/*.test.ts'));
  expect(waiting.filter((file) => !files.has(file))).toEqual([]);
});

test('slow files are spread among the others, and none is lost', () => {
  expect(spread(['A', 'B'], ['1', '2', '3', '4', '5', '6', '7'])).toEqual(['A', '1', '2', 'B', '3', '4', '5', '6', '7']);
  expect(spread(['A', 'B', 'C'], ['1'])).toEqual(['A', '1', 'B', 'C']);
  expect(spread([], ['1', '2'])).toEqual(['1', '2']);
});
