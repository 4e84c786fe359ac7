import { expect, test } from 'vitest';
import { parseQuery } from '../http/request.ts';
import { directoryUnits, driveUnits } from './resource-units.ts';

const units = (method: string, template: string, query = '') => directoryUnits(template, { method, query: parseQuery(query) });
const drive = (method: string, template: string, query = '') => driveUnits(template, { method, query: parseQuery(query) });

test('a request to the directory costs what Microsoft’s table says, whatever its parameters and casts are called', () => {
  expect(units('GET', '/users')).toBe(2);
  expect(units('GET', '/users/{user-id}')).toBe(1);
  expect(units('GET', '/groups/{group-id}/members')).toBe(3);
  expect(units('GET', '/groups/{group-id}/transitiveMembers/graph.user')).toBe(5);
  expect(units('POST', '/directoryObjects/microsoft.graph.getByIds')).toBe(3);
  expect(units('GET', '/users/{id}/memberOf')).toBe(2);
  expect(units('GET', '/users/{id}/licenseDetails')).toBe(2);
  expect(units('GET', '/subscribedSkus')).toBe(3);
  expect(units('GET', '/domains/{domain-id}/domainNameReferences')).toBe(4);
  expect(units('PATCH', '/users/{user-id}')).toBe(1);
});

test('a selection and a small page make it cheaper, an expansion dearer, and nothing is free', () => {
  const members = (query: string) => units('GET', '/groups/{group-id}/members', query);
  expect([members('$select=id'), members('$top=19'), members('$top=20'), members('$expand=owners')]).toEqual([2, 2, 3, 4]);
  expect(members('$select=id&$top=5&$expand=owners')).toBe(2);
  expect(units('GET', '/users/{user-id}', '$select=id&$top=1')).toBe(1);
});

test('a request to a drive or site costs one for an item, two for a list or write, five for permissions; others cost nothing there', () => {
  expect(drive('GET', '/drives/{drive-id}/items/{driveItem-id}')).toBe(1);
  expect(drive('GET', '/drives/{drive-id}/root/children')).toBe(2);
  expect(drive('GET', '/drives/{drive-id}/root/delta()')).toBe(2);
  expect(drive('GET', '/drives/{drive-id}/root/delta()', 'token=abc')).toBe(1);
  expect(drive('GET', '/drives/{drive-id}/items/{driveItem-id}/permissions')).toBe(5);
  expect(drive('PATCH', '/drives/{drive-id}/items/{driveItem-id}')).toBe(2);
  expect(drive('GET', '/users/{user-id}/drive')).toBe(1);
  expect(drive('GET', '/users/{user-id}/messages')).toBeUndefined();
});
