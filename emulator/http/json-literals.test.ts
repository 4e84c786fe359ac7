import { expect, test } from 'vitest';
import { booleanLiteral, wholeNumberLiteral } from './json-literals.ts';

test.each([
  ['true', true],
  [' False ', false],
  [true, true],
  ['yes', 'yes'],
  ['', ''],
  [1, 1],
  [null, null],
])('%j as a Boolean is %j', (given, read) => expect(booleanLiteral(given)).toBe(read));

test.each([
  ['15', 15],
  [' -3 ', -3],
  [15, 15],
  ['1e3', '1e3'],
  ['0x10', '0x10'],
  ['1.5', '1.5'],
  ['', ''],
  [true, true],
])('%j as a whole number is %j', (given, read) => expect(wholeNumberLiteral(given)).toBe(read));
