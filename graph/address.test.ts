import { expect, test } from 'vitest';
import { checkOrigin, checkStoredLink, graphAddress, ownLink } from './address.ts';

const origin = 'https://graph.microsoft.com';

test('ids are encoded and never taken apart', () => {
  expect(graphAddress(origin, ['users', 'u', 'messages', 'AAMk+a/b=', 'attachments', 'x y%2F', '$value'])).toBe(
    'https://graph.microsoft.com/v1.0/users/u/messages/AAMk%2Ba%2Fb%3D/attachments/x%20y%252F/$value',
  );
  expect(graphAddress(origin, ['users', 'guest#EXT#@contoso.com'])).toBe(
    'https://graph.microsoft.com/v1.0/users/guest%23EXT%23%40contoso.com',
  );
});

test('an id that would walk up the path is refused', () => {
  for (const id of ['', '.', '..']) expect(() => graphAddress(origin, ['users', id, 'messages'])).toThrow(TypeError);
});

test('values of the query are encoded, names and lists are not', () => {
  expect(graphAddress(origin, ['users'], { $select: 'id,mail', $filter: "mail eq 'a&b'", $top: 999 })).toBe(
    "https://graph.microsoft.com/v1.0/users?$select=id,mail&$filter=mail%20eq%20'a%26b'&$top=999",
  );
});

test('a link of Graph is used as it is', () => {
  const link = "https://graph.microsoft.com/v1.0/users('u')/mailFolders('f')/messages/delta?$skiptoken=b&$select=id&x=1&x=2";
  expect(ownLink(link, origin)).toBe(link);
  expect(checkStoredLink(link, origin, 'readMessageDelta')).toBe(link);
});

test.each([
  'https://evil.example/v1.0/users',
  'https://graph.microsoft.com.evil.example/v1.0/users',
  'https://graph.microsoft.com:8443/v1.0/users',
  'https://graph.microsoft.com@evil.example/v1.0/users',
  'https://user:pass@graph.microsoft.com/v1.0/users',
  'http://graph.microsoft.com/v1.0/users',
  'https://graph.microsoft.com/beta/users',
  'https://graph.microsoft.com/v1.0/../beta/users',
  'https://graph.microsoft.us/v1.0/users',
  'file:///v1.0/users',
  '//graph.microsoft.com/v1.0/users',
  '/v1.0/users',
  '',
])('the link %j is refused', (link) => {
  expect(ownLink(link, origin)).toBeNull();
  expect(() => checkStoredLink(link, origin, 'listUsers')).toThrow(expect.objectContaining({ code: 'TrawlForeignLink', class: 'resync' }));
});

test('an address of a service is https and nothing but a host and a port', () => {
  expect(checkOrigin('https://localhost:8443/', 'Graph')).toBe('https://localhost:8443');
  expect(checkOrigin('https://Graph.Microsoft.com', 'Graph')).toBe('https://graph.microsoft.com');
  for (const address of ['http://localhost:8443', 'https://graph.microsoft.com/v1.0', 'https://a:b@host', 'graph.microsoft.com', '']) {
    expect(() => checkOrigin(address, 'authority')).toThrow('The authority address must be https://host');
  }
});
