import { expect, test } from 'vitest';
import { appOf, appProblems } from './app-registration-file.ts';

test('what is not given of an app stays as it was', () => {
  const first = appOf('0A', { name: 'Reader', secrets: ['s'], roles: ['Mail.Read'], redirectUris: ['https://a.example/'] });
  const second = appOf('0A', { roles: [], groupClaims: 'all' }, first);
  expect(second).toEqual({ ...first, roles: [], groupClaims: 'all' });
  expect(second.redirectUris).toEqual([{ uri: 'https://a.example/', platform: 'web' }]);
});

test('what is wrong with an app is named by field', () => {
  expect(appProblems({ certificates: ['-----BEGIN'] })).toEqual(['certificates/0 must be a certificate in PEM']);
  expect(appProblems({ groupClaims: 'some', secrets: 'one' })).toEqual([
    expect.stringContaining('secrets must be array'),
    expect.stringContaining('groupClaims must be equal to one of the allowed values'),
  ]);
});
