import { expect, test } from 'vitest';
import { readStartOptions } from './start-options.ts';

const read = (...args: string[]) => readStartOptions(args, { INIT_CWD: '/where/the/user/stands' });

test('nothing asked for is a continuous start with the sample as it is', () => {
  expect(read()).toEqual({ once: false, reset: false, verbose: false, help: false, sample: null });
});

test('a size of the sample is completed by the default', () => {
  expect(read('--once', '--users', '3').sample).toEqual({ kind: 'seed', users: 3, messages: 2500 });
});

test('a folder is meant from where the user stands', () => {
  expect(read('--folder', 'org').sample).toEqual({ kind: 'folder', path: '/where/the/user/stands/org' });
});

test.each([
  [['--onse'], /--onse/],
  [['--users', 'many'], /--users must be a whole number/],
  [['--users', '0'], /--users must be a whole number/],
  [['--folder', 'a', '--users', '3'], /--folder does not go with/],
  [['extra'], /extra/],
])('%j is refused with the usage and exit code 2', (args, words) => {
  expect(() => read(...args)).toThrow(words);
  expect(() => read(...args)).toThrow(/usage: npm start/);
  expect(() => read(...args)).toThrow(expect.objectContaining({ exitCode: 2 }));
});
