import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAll, startEmulator, type TestEmulator } from './support.ts';

const ROLES = ['Files.Read.All', 'Sites.FullControl.All', 'User.Read.All'];
let client: TestEmulator;
let site: any;

beforeAll(async () => {
  client = await startEmulator({ seed: { mailboxes: 5, messagesPerMailbox: 5 } });
  await client.control('PATCH', `/apps/${client.clientId}`, { roles: ROLES });
  site = (await client.get('/sites/contoso.sharepoint.com:/sites/teamA')).body;
});

afterAll(async () => {
  expect(client.failures).toEqual([]);
  await client.stop();
});

test('a site is found by id, by path, and from the root', async () => {
  const ids = site.id.split(',');
  const paths = [
    `/sites/${site.id}`,
    `/sites/${ids[1]},${ids[2]}`,
    "/sites/root/getByPath(path='/sites/teamA')",
    "/sites/contoso.sharepoint.com/getByPath(path='sites%2FteamA')",
  ];
  for (const path of [...paths, '/sites/contoso.sharepoint.com:/sites/teamA:']) expect((await client.get(path)).body.id).toBe(site.id);
  expect((await client.get('/sites/root')).body.siteCollection.root).toEqual({});
  expect((await client.get('/sites/contoso.sharepoint.com:/sites/none')).body.error.code).toBe('itemNotFound');
  expect((await client.get('/sites/elsewhere.sharepoint.com')).status).toBe(400);
  const subsites = (await client.get(`/sites/${site.id}/sites`)).body.value;
  expect(subsites.map((entry: any) => entry.name)).toEqual(['archive']);
});

test('all sites are listed for applications, personal ones too, page by page', async () => {
  const all = await readAll(client, '/sites/getAllSites?$top=2');
  const people = client.emulator.world.users().filter((user) => user.class === 'user' || user.class === 'onPremises');
  expect(all.value.filter((entry) => entry.isPersonalSite)).toHaveLength(people.length);
  const teams = await readAll(client, '/sites');
  expect(teams.value.some((entry) => entry.isPersonalSite)).toBe(false);
  expect((await client.get('/sites?search=team b')).body.value.map((entry: any) => entry.name)).toEqual(['teamB']);
  const token = await client.personToken(people[0]!.id, ['Sites.Read.All']);
  expect((await client.get('/sites/getAllSites', { token })).status).toBe(403);
  const personal = all.value.find((entry) => entry.isPersonalSite);
  expect((await client.get(`/sites/${personal.id}/drive`)).body.driveType).toBe('business');
});

test('delta of sites tells of those that came', async () => {
  const { deltaLink, value } = await readAll(client, '/sites/delta');
  expect(value.length).toBeGreaterThan(5);
  expect((await client.get(deltaLink)).body.value).toEqual([]);
  const added = (await client.control('POST', '/users', { upn: 'site.owner@contoso.example' })).body;
  expect((await client.get(deltaLink)).body.value).toMatchObject([{ isPersonalSite: true }]);
  await client.control('DELETE', `/users/${added.id}`);
});

test('a site that goes while a round of delta goes on hides no other one', async () => {
  const { length } = (await readAll(client, '/sites')).value;
  const gone = client.emulator.world.users().find((user) => user.class === 'user')!;
  const first = (await client.get(`/sites/delta?$top=${length + 1}`)).body;
  expect(first.value.at(-1).displayName).toBe(gone.displayName);
  await client.control('DELETE', `/users/${gone.id}`);
  const rest = await readAll(client, first['@odata.nextLink']);
  const { value } = await readAll(client, '/sites/delta');
  const ids = (sites: readonly any[]) => sites.map(({ id }) => id);
  expect(ids([...first.value.slice(0, -1), ...rest.value]).slice(0, value.length)).toEqual(ids(value));
  expect(rest.value.at(-1)['@removed']).toEqual({ reason: 'deleted' });
});

test('lists and their rows are read by id and by title, with the fields that were asked for', async () => {
  const lists = (await client.get(`/sites/${site.id}/lists`)).body.value;
  expect(lists.map((list: any) => list.list.template)).toEqual(['documentLibrary', 'genericList']);
  const inventory = lists[1];
  expect((await client.get(`/sites/${site.id}/lists/inventory`)).body.id).toBe(inventory.id);
  const rows = await readAll(client, `/sites/${site.id}/lists/${inventory.id}/items?$top=2&expand=fields(select=Color,Quantity)`);
  expect(rows.value.length).toBeGreaterThan(2);
  for (const row of rows.value) expect(Object.keys(row.fields)).toEqual(['Color', 'Quantity']);
  const plain = await readAll(client, `/sites/${site.id}/lists/${inventory.id}/items`);
  expect(plain.value[0].fields).toBeUndefined();
  expect((await client.get(`/sites/${site.id}/lists/${inventory.id}/items/1/fields`)).body.Color).toBeTypeOf('string');
  expect((await client.get(`/sites/${site.id}/lists/${inventory.id}/items/99999`)).status).toBe(404);
});

test('a library’s list holds its files, and its delta tells of changes', async () => {
  const path = `/sites/${site.id}/lists/Documents/items`;
  const { deltaLink } = await readAll(client, `${path}/delta`);
  const made = (await client.control('POST', '/drives/sites%2FteamA/items', { path: 'report.txt', content: 'Report' })).body;
  const changed = (await client.get(deltaLink)).body.value;
  expect(changed).toHaveLength(1);
  expect((await client.get(`${path}/${changed[0].id}/driveItem`)).body.id).toBe(made.id);
  const drive = (await client.get(`/sites/${site.id}/drive`)).body;
  expect((await client.get(`/drives/${drive.id}/list/items/${changed[0].id}/fields`)).body.FileLeafRef).toBe('report.txt');
  await client.control('DELETE', `/drives/sites%2FteamA/items/${made.id}`);
  expect((await client.get(deltaLink)).body.value).toMatchObject([{ deleted: { state: 'deleted' } }]);
});

test('permissions of a site need full control', async () => {
  expect((await client.get(`/sites/${site.id}/permissions`)).body.value).toHaveLength(2);
  const user = client.emulator.world.users().find((known) => known.class === 'user')!;
  const token = await client.personToken(user.id, ['Sites.Read.All']);
  expect((await client.get(`/sites/${site.id}/permissions`, { token })).body.error.code).toBe('accessDenied');
});

test('a list’s delta tells what changed between the pages of a round in the next one', async () => {
  const path = `/sites/${site.id}/lists/Documents/items/delta`;
  const first = (await client.get(`${path}?$top=1&$expand=fields`)).body;
  const row = first.value[0];
  const item = (await client.get(`/sites/${site.id}/lists/Documents/items/${row.id}/driveItem`)).body;
  const driveId = (await client.get(`/sites/${site.id}/drive`)).body.id;
  const changed = await client.control('PATCH', `/drives/${driveId}/items/${item.id}`, { name: 'renamed between pages' });
  expect(changed.status).toBe(200);
  const rest = await readAll(client, first['@odata.nextLink']);
  expect((await readAll(client, rest.deltaLink)).value.map(({ id }) => id)).toEqual([row.id]);
});
