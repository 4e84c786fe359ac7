import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAll, startEmulator, type TestEmulator } from './support.ts';

describe('delta queries of the directory', () => {
  let client: TestEmulator;
  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 12, messagesPerMailbox: 1 } });
    await client.control('PATCH', `/apps/${client.clientId}`, { roles: ['Directory.Read.All'] });
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });
  const round = (link: string, prefer = 'odata.maxpagesize=4') => readAll(client, link, { prefer });

  test('a first round gives everybody once, later ones what changed, deleted and restored', async () => {
    const first = await round('/users/delta?$select=displayName,department');
    expect(first.value.map(({ id }) => id)).toEqual(client.emulator.world.users().map(({ id }) => id));
    const [ann, ben, cat] = first.value;
    await client.control('PATCH', `/users/${ann.id}`, { displayName: 'Renamed' });
    await client.control('PATCH', `/users/${ben.id}`, { jobTitle: 'Not tracked' });
    await client.control('DELETE', `/users/${cat.id}`);
    const added = (await client.control('POST', '/users', { upn: 'new@contoso.example' })).body.id;
    const second = await round(first.deltaLink);
    expect(second.value).toEqual([
      expect.objectContaining({ id: ann.id, displayName: 'Renamed' }),
      { id: cat.id, '@removed': { reason: 'changed' } },
      expect.objectContaining({ id: added }),
    ]);
    const deleted = await client.get('/directory/deletedItems/microsoft.graph.user');
    expect(deleted.body.value).toMatchObject([{ id: cat.id, deletedDateTime: expect.any(String) }]);
    await client.control('POST', `/users/${cat.id}/restore`);
    await client.control('DELETE', `/users/${added}?hard=true`);
    const third = await round(second.deltaLink);
    expect(third.value).toEqual([
      expect.objectContaining({ id: cat.id, department: cat.department }),
      { id: added, '@removed': { reason: 'deleted' } },
    ]);
    expect((await round(third.deltaLink)).value).toEqual([]);
  });

  test('groups tell who came and who left', async () => {
    const [ann, ben] = client.emulator.world.users().map(({ id }) => id);
    const group = (await client.control('POST', '/groups', { displayName: 'Choir', kind: 'security', members: [ann] })).body.id;
    const first = await round('/groups/delta?$select=displayName,members');
    expect(first.value.find(({ id }) => id === group)['members@delta']).toEqual([{ '@odata.type': '#microsoft.graph.user', id: ann }]);
    await client.control('POST', `/groups/${group}/members`, { add: [ben], remove: [ann] });
    const second = await round(first.deltaLink);
    expect(second.value).toMatchObject([
      {
        id: group,
        'members@delta': [
          { id: ann, '@removed': { reason: 'deleted' } },
          { id: ben, '@odata.type': '#microsoft.graph.user' },
        ],
      },
    ]);
    await client.control('DELETE', `/groups/${group}`);
    expect((await round(second.deltaLink)).value).toMatchObject([{ id: group, '@removed': { reason: 'changed' } }]);
  });

  test('a hidden membership is not told to who may not see it', async () => {
    const [ann, ben] = client.emulator.world.users().map(({ id }) => id);
    const fields = { displayName: 'Secret', kind: 'microsoft365', hidden: true, members: [ann] };
    const group = (await client.control('POST', '/groups', fields)).body.id;
    const first = await round('/groups/delta');
    expect(first.value.find(({ id }) => id === group)).not.toHaveProperty('members@delta');
    await client.control('POST', `/groups/${group}/members`, { add: [ben] });
    expect((await round(first.deltaLink)).value.find(({ id }) => id === group)).not.toHaveProperty('members@delta');
  });

  test('a large group comes in several parts', async () => {
    const big = await startEmulator({ seed: { mailboxes: 700, messagesPerMailbox: 0 } });
    await big.control('PATCH', `/apps/${big.clientId}`, { roles: ['Directory.Read.All'] });
    const { value } = await readAll(big, '/groups/delta');
    const parts = value.filter(({ displayName }) => displayName === 'All Employees').map((group) => group['members@delta']);
    expect(parts.length).toBeGreaterThan(1);
    const members = parts.flat().map(({ id }) => id);
    expect(new Set(members).size).toBe(members.length);
    const all = await readAll(big, `/groups/${value.find(({ displayName }) => displayName === 'All Employees').id}/members?$top=999`);
    expect(members).toEqual(all.value.map(({ id }) => id));
    await big.stop();
  });

  test('return=minimal gives of a changed object what changed', async () => {
    const first = await round('/users/delta', 'return=minimal');
    const [user] = first.value;
    await client.control('PATCH', `/users/${user.id}`, { jobTitle: 'Director' });
    const reply = await client.get(first.deltaLink, { prefer: 'return=minimal' });
    expect(reply.headers['preference-applied']).toBe('return=minimal');
    expect(reply.body.value).toEqual([{ id: user.id, jobTitle: 'Director' }]);
  });

  test('a chain may begin now, be held to some ids, and is refused what it cannot do', async () => {
    const [ann, ben] = client.emulator.world.users().map(({ id }) => id);
    const now = await client.get('/users/delta?$deltatoken=latest');
    expect([now.body.value, now.body['@odata.nextLink']]).toEqual([[], undefined]);
    const some = await round(`/users/delta?$filter=id eq '${ann}' or id eq '${ben}'`);
    expect(some.value.map(({ id }) => id)).toEqual([ann, ben]);
    for (const query of [
      '$top=5',
      '$orderby=displayName',
      '$expand=manager',
      "$filter=displayName eq 'x'",
      '$select=nonsense',
      '$deltatoken=x',
      '$skiptoken=x',
    ]) {
      expect([query, (await client.get(`/users/delta?${query}`)).status]).toEqual([query, 400]);
    }
    expect((await client.get(now.body['@odata.deltaLink'].replace('/users/', '/groups/'))).status).toBe(400);
    expect((await client.get('/contacts/delta')).body.value).toHaveLength(4);
  });

  test('a token dies after seven days, and the answer says where to begin anew', async () => {
    const { deltaLink } = await round('/groups/delta');
    await client.control('POST', '/clock', { advanceMs: 6.9 * 24 * 3_600_000 });
    const token = (await client.token()).body.access_token;
    expect((await client.get(deltaLink, { token })).status).toBe(200);
    await client.control('POST', '/clock', { advanceMs: 0.2 * 24 * 3_600_000 });
    const later = (await client.token()).body.access_token;
    const gone = await client.get(deltaLink, { token: later });
    expect([gone.status, gone.body.error.code]).toEqual([410, 'SyncStateNotFound']);
    expect(gone.headers['location']).toBe(`${client.url}/v1.0/groups/delta?$deltatoken=`);
    await client.control('POST', '/clock', { offsetMs: 0 });
  });
});

test('links and the state of the directory survive a restart', async () => {
  const first = await startEmulator({ seed: { mailboxes: 6, messagesPerMailbox: 1 } });
  const { dataDir } = first;
  await first.control('PATCH', `/apps/${first.clientId}`, { roles: ['Directory.Read.All'] });
  const group = (await first.control('POST', '/groups', { displayName: 'Kept', kind: 'security' })).body.id;
  const { deltaLink } = await readAll(first, '/groups/delta');
  const page = (await first.get('/users?$top=3')).body['@odata.nextLink'];
  const user = first.emulator.world.users()[0]!.id;
  await first.control('POST', `/groups/${group}/members`, { add: [user] });
  await first.emulator.stop();
  const second = await startEmulator({ dataDir, seed: { mailboxes: 6, messagesPerMailbox: 1 } });
  const there = (link: string) => link.replace(first.url, second.url);
  expect((await second.get(there(deltaLink))).body.value).toMatchObject([{ id: group, 'members@delta': [{ id: user }] }]);
  expect((await second.get(there(page))).body.value).toHaveLength(3);
  await second.stop();
});
