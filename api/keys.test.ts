import { expect, test } from 'vitest';
import { keyIdOf, keyMatches, mintKey } from './keys.ts';

const mint = () => mintKey({ name: 'x', role: 'reader', groupIds: [], expiresAt: null, now: new Date() });

test('a key names its record and matches it alone; the record does not hold it', () => {
  const [first, second] = [mint(), mint()];
  expect(keyIdOf(first.text)).toBe(first.record._id);
  expect(keyMatches(first.text, first.record)).toBe(true);
  expect(keyMatches(second.text, first.record)).toBe(false);
  expect(JSON.stringify(first.record)).not.toContain(first.text.split('_').slice(2).join('_'));
});

test.each([
  '',
  'trawl_',
  'trawl_x_y',
  'Bearer x',
  `trawl_${'0'.repeat(26)}_${'A'.repeat(42)}`,
  `trawl_${'0'.repeat(26)}_${'A'.repeat(44)}`,
])('%j is no key', (text) => {
  expect(keyIdOf(text)).toBeNull();
});

test('secrets may hold underscores and hyphens', () => {
  expect(keyIdOf(`trawl_${'0'.repeat(26)}_${'_-'.repeat(21)}A`)).toBe('0'.repeat(26));
});
