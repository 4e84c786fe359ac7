import { expect, test } from 'vitest';
import { countryCodes, countryName } from './countries.ts';

test('the list holds the 249 countries of ISO 3166-1, each with a name', () => {
  expect(countryCodes.size).toBe(249);
  const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  expect([...countryCodes].filter((code) => names.of(code) === undefined)).toEqual([]);
});

test.each(['XX', 'ZZ', 'EU', 'UK', 'XK', 'SU', 'de', ''])('%j is no country', (code) => {
  expect(countryCodes.has(code)).toBe(false);
});

test('names are in English', () => {
  expect(countryName('DE')).toBe('Germany');
});
