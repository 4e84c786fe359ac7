import { BSON } from 'mongodb';
import { expect, test } from 'vitest';
import { sizeBound } from './size-bound.ts';

test.each([
  ['nothing', {}],
  ['ASCII', { subject: 'Plans', text: 'a'.repeat(10_000) }],
  ['characters of two, three and four bytes', { ä: 'ß'.repeat(500), text: '漢'.repeat(500), '😀': '😀'.repeat(500) }],
  ['small values', { a: 1, b: 1.5, c: null, d: true, e: new Date(0), f: 2 ** 40, g: undefined }],
  ['nesting', { seenIn: { '12': { generation: 1, present: true, asOf: new Date() } }, to: [{ name: 'A', address: 'a@b' }, {}, []] }],
  ['many small entries', { list: Array.from({ length: 20_000 }, (_, n) => n) }],
])('a size is never above its bound: %s', (_, value) => {
  expect(sizeBound(value)).toBeGreaterThanOrEqual(BSON.calculateObjectSize(value));
});
