import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadOrganisation } from '../../emulator/data/folder/organisation.ts';
import { ENTITY_TYPES } from '../../emulator/directory/entity-types.ts';
import { startEmulator } from './support.ts';

test('every property that can be selected has the form that Microsoft’s schema says', async () => {
  const client = await startEmulator({ seed: { mailboxes: 12, messagesPerMailbox: 1 } });
  await client.control('PATCH', `/apps/${client.clientId}`, { roles: ['Directory.Read.All'] });
  for (const type of Object.values(ENTITY_TYPES)) {
    // Exchange answers for these, where there is a mailbox.
    const properties = type.properties.filter((name) => name !== 'mailboxSettings');
    for (const { id } of client.emulator.world.directory.list(type.kind)) {
      const reply = await client.get(`/${type.set}/${id}?$select=${properties.join(',')}`);
      expect([type.name, reply.status, Object.keys(reply.body)]).toEqual([type.name, 200, expect.arrayContaining(properties)]);
    }
    const listed = type.properties.filter((name) => !type.singleOnly.has(name));
    expect((await client.get(`/${type.set}?$select=${listed.join(',')}`)).status).toBe(200);
    expect((await client.get(`/${type.set}?$expand=memberOf`)).status).toBe(200);
  }
  expect(client.failures).toEqual([]);
  await client.stop();
});

test('an organisation of files has its groups and contacts; members that nobody is are named and left out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trawl-organisation-'));
  mkdirSync(join(folder, 'mailboxes'));
  const organisation = {
    version: 1,
    tenant: { name: 'Small', domains: ['small.example'] },
    users: [
      { upn: 'ann@small.example', department: 'Sales', properties: { city: 'Utrecht' } },
      { upn: 'ben@small.example', manager: 'ann@small.example', class: 'linked' },
    ],
    contacts: [{ mail: 'carla@elsewhere.example', companyName: 'Elsewhere' }],
    groups: [
      { displayName: 'Inner', kind: 'security', members: ['ann@small.example', 'carla@elsewhere.example', 'Outer'] },
      { displayName: 'Outer', kind: 'distribution', mail: 'outer@small.example', members: ['Inner', 'nobody@small.example'] },
      { displayName: 'Sellers', kind: 'dynamic', membershipRule: 'user.city -eq "Utrecht"' },
    ],
  };
  writeFileSync(join(folder, 'organisation.json'), JSON.stringify(organisation));
  const client = await startEmulator({ organisation: await loadOrganisation(folder) });
  await client.control('PATCH', `/apps/${client.clientId}`, { roles: ['Directory.Read.All'] });
  expect((await client.control('GET', '/problems')).body.problems).toMatchObject([{ field: '/groups/1/members/1', outcome: 'left out' }]);
  const outer = (await client.get("/groups?$filter=mail eq 'outer@small.example'")).body.value[0];
  const names = (await client.get(`/groups/${outer.id}/transitiveMembers`)).body.value.map((member: any) => member.displayName);
  expect(names.toSorted()).toEqual(['Inner', 'ann', 'carla@elsewhere.example']);
  const sellers = (await client.get("/groups?$filter=displayName eq 'Sellers'&$expand=members")).body.value[0];
  expect(sellers.members).toMatchObject([{ userPrincipalName: 'ann@small.example' }]);
  expect((await client.get('/users/ben@small.example/manager')).body.userPrincipalName).toBe('ann@small.example');
  expect(client.failures).toEqual([]);
  await client.stop();
  rmSync(folder, { recursive: true });
});

test('what cannot be in a directory is refused by the control interface, by field', async () => {
  const client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 1 } });
  const user = client.emulator.world.users()[0]!.id;
  const refusals = [
    ['POST', '/groups', { displayName: 'x', kind: 'circle' }, 'kind'],
    ['POST', '/groups', { displayName: 'x', kind: 'security', members: ['nobody'] }, 'members'],
    ['POST', '/groups', { displayName: 'x', kind: 'dynamic' }, 'membershipRule'],
    ['POST', '/groups', { displayName: 'x', kind: 'security', colour: 'red' }, 'colour'],
    ['PATCH', `/users/${user}`, { nonsense: 1 }, 'nonsense'],
    ['PATCH', `/users/${user}`, { class: 'ghost' }, 'class'],
    ['PATCH', `/users/${user}`, { manager: 'nobody' }, 'manager'],
    ['POST', '/contacts', {}, 'mail'],
    ['POST', '/users', { upn: 'x@contoso.example', id: 'no-uuid' }, 'id'],
    ['PATCH', '/domains/x.example', { colour: 'red' }, 'colour'],
  ] as const;
  for (const [method, path, body, field] of refusals) {
    const reply = await client.control(method, path, body);
    expect([path, reply.status, reply.body.error.message]).toEqual([path, 400, expect.stringContaining(field)]);
  }
  expect((await client.control('DELETE', '/groups/nobody')).status).toBe(404);
  expect((await client.control('DELETE', '/groups/All%20Staff')).status).toBe(200);
  await client.stop();
});
