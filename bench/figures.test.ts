import { expect, test } from 'vitest';
import { median, round } from './figures.ts';

test('the median of an odd number of values is the one in the middle', () => {
  expect(median([9, 1, 5])).toBe(5);
});

test('the median of an even number of values is the mean of the two in the middle', () => {
  expect(median([1, 100, 3, 5])).toBe(4);
});

test('no value has no median', () => {
  expect(() => median([])).toThrow(RangeError);
});

test('a number is rounded to the digits asked for', () => {
  expect([round(1.005_1, 2), round(12.34, 0)]).toEqual([1.01, 12]);
});
