import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Group } from '../../emulator/data/directory-model.ts';
import { readAll, startEmulator, type TestEmulator } from './support.ts';

const READER = ['User.Read.All', 'Group.Read.All', 'Directory.Read.All', 'OrgContact.Read.All'];
const eventual = { headers: { consistencylevel: 'eventual' } };

describe('groups', () => {
  let client: TestEmulator;
  const groups = new Map<string, any>();
  /** A token with these permissions; the app has them from then on. */
  const as = async (roles: readonly string[]) => {
    await client.control('PATCH', `/apps/${client.clientId}`, { roles });
    return (await client.token()).body.access_token as string;
  };
  let reader: string;
  const get = (path: string, token = reader, headers = {}) => client.get(path, { token, headers });
  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 24, messagesPerMailbox: 1 } });
    reader = await as(READER);
    for (const group of (await get('/groups')).body.value) groups.set(group.displayName, group);
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test.each([
    ['Sales Team', { groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false, visibility: 'Public' }],
    ['Dynamic Sales', { groupTypes: ['Unified', 'DynamicMembership'], membershipRuleProcessingState: 'On' }],
    ['All Employees', { groupTypes: ['DynamicMembership'], mailEnabled: false, securityEnabled: true, mail: null }],
    ['Partners', { groupTypes: [], mailEnabled: false, securityEnabled: true }],
    ['Approvers', { groupTypes: [], mailEnabled: true, securityEnabled: true }],
    ['All Staff', { groupTypes: [], mailEnabled: true, securityEnabled: false }],
    ['Works Council', { visibility: 'HiddenMembership' }],
  ])('%s has the flags of its kind', (name, flags) => {
    expect(groups.get(name)).toMatchObject(flags);
  });

  test('members are direct and tell their type; transitive members are flat, once each, and end in a loop', async () => {
    const north = groups.get('Circle North').id;
    const direct = (await get(`/groups/${north}/members`)).body.value;
    expect(direct.map((member: any) => member['@odata.type']).toSorted()).toEqual([
      '#microsoft.graph.group',
      '#microsoft.graph.user',
      '#microsoft.graph.user',
    ]);
    const all = (await get(`/groups/${north}/transitiveMembers`)).body.value;
    const names = all.map((member: any) => member.displayName);
    expect(names).toEqual(expect.arrayContaining(['Circle South', 'Partners', 'Nicole Wagner', 'DESK-0001']));
    expect(names).not.toContain('Circle North');
    expect(new Set(all.map((member: any) => member.id)).size).toBe(all.length);
    const types = new Set(all.map((member: any) => member['@odata.type'].split('.').at(-1)));
    expect(types).toEqual(new Set(['user', 'group', 'orgContact', 'device']));
  });

  test('a cast is an advanced query and leaves one type, whose pages hold everybody once', async () => {
    const path = `/groups/${groups.get('Circle North').id}/transitiveMembers/microsoft.graph.user?$count=true&$top=2`;
    expect((await get(path)).status).toBe(400);
    const first = (await get(path, reader, eventual.headers)).body;
    expect(first.value[0]['@odata.type']).toBeUndefined();
    const all = [...first.value];
    for (let next = first['@odata.nextLink']; next;) {
      const { body } = await get(next, reader, eventual.headers);
      expect(body['@odata.count']).toBeUndefined();
      all.push(...body.value);
      next = body['@odata.nextLink'];
    }
    expect(new Set(all.map(({ id }) => id)).size).toBe(first['@odata.count']);
    expect((await get(`/groups/${groups.get('Circle North').id}/transitiveMembers/graph.user/$count`, reader, eventual.headers)).body).toBe(
      String(first['@odata.count']),
    );
  });

  test('a hidden membership needs Member.Read.Hidden; a member sees it as well', async () => {
    const council = groups.get('Works Council').id;
    expect((await get(`/groups/${council}/members`)).body.error.code).toBe('Authorization_RequestDenied');
    const member = client.emulator.world.directory.get(council)!.value as Group;
    expect((await get(`/users/${member.memberIds[0]}/memberOf`)).body.value.map((group: any) => group.id)).not.toContain(council);
    const seer = await as([...READER, 'Member.Read.Hidden']);
    expect((await get(`/groups/${council}/members`, seer)).body.value).toHaveLength(3);
    const person = await client.personToken(member.memberIds[0]!, ['GroupMember.Read.All', 'User.Read.All']);
    expect((await get(`/groups/${council}/members`, person)).body.value).toHaveLength(3);
    const stranger = await client.personToken(client.emulator.world.users().at(-1)!.id, ['GroupMember.Read.All', 'User.Read.All']);
    expect((await get(`/groups/${council}/members`, stranger)).status).toBe(403);
  });

  test('a nested hidden membership that one caller may see is not shown to the next', async () => {
    const [insider, outsider] = client.emulator.world.users().filter((user) => user.class === 'user');
    const make = async (fields: object) => (await client.control('POST', '/groups', { kind: 'security', ...fields })).body.id as string;
    const inner = await make({ displayName: 'Hidden inside', hidden: true, members: [insider!.upn] });
    await make({ displayName: 'Hidden elsewhere', hidden: true });
    const outer = await make({ displayName: 'Open outside', members: [inner] });
    const found = async (userId: string) => {
      const token = await client.personToken(userId, ['GroupMember.Read.All', 'User.Read.All']);
      return (await get(`/groups/${outer}/transitiveMembers`, token)).body.value.map((member: any) => member.id);
    };
    expect((await found(insider!.id)).toSorted()).toEqual([inner, insider!.id].toSorted());
    expect(await found(outsider!.id)).toEqual([inner]);
  });

  test('an expansion shows no groups of others, and nothing of an object without permission, as the paths do', async () => {
    const member = (client.emulator.world.directory.get(groups.get('Approvers').id)!.value as Group).memberIds[0]!;
    const people = await as(['User.Read.All', 'GroupMember.Read.All']);
    expect((await get(`/users/${member}/memberOf`, people)).status).toBe(403);
    for (const relation of ['memberOf', 'transitiveMemberOf']) {
      expect((await get(`/users/${member}?$expand=${relation}`, people)).body[relation]).toEqual([]);
    }
    const managed = client.emulator.world.users().find((user) => user.managerId)!;
    const holder = client.emulator.world.directory.membership.groupsOf(managed.id).find(({ value }) => !value.hidden)!;
    const path = `/groups/${holder.id}/members/${managed.id}?$expand=manager`;
    expect((await get(path)).body.manager.id).toBe(managed.managerId);
    expect((await get(path, await as(['GroupMember.Read.All']))).body).not.toHaveProperty('manager');
    reader = await as(READER);
    expect((await get(`/users/${member}?$expand=memberOf`)).body.memberOf.length).toBeGreaterThan(0);
  });

  test('objects of types without permission come with type and id alone', async () => {
    const partial = await as(['GroupMember.Read.All']);
    const { value } = (await get(`/groups/${groups.get('Circle South').id}/members`, partial)).body;
    const user = value.find((member: any) => member['@odata.type'] === '#microsoft.graph.user');
    expect(Object.keys(user).toSorted()).toEqual(['@odata.type', 'id']);
    expect(value.find((member: any) => member['@odata.type'] === '#microsoft.graph.group').displayName).toBeTypeOf('string');
  });

  test('a dynamic group follows its rule when people change', async () => {
    const before = (await get(`/groups/${groups.get('Dynamic Sales').id}/members`)).body.value.map((member: any) => member.id);
    const mover = client.emulator.world.users().find((user) => user.class === 'user' && user.department !== 'Sales')!.id;
    expect(before).not.toContain(mover);
    await client.control('PATCH', `/users/${mover}`, { department: 'Sales' });
    expect((await get(`/groups/${groups.get('Dynamic Sales').id}/members`)).body.value.map((member: any) => member.id)).toContain(mover);
    const refused = await client.control('POST', '/groups', { displayName: 'x', kind: 'dynamic', membershipRule: 'user.x -like "a"' });
    expect([refused.status, refused.body.error.message]).toEqual([400, expect.stringContaining('membershipRule')]);
  });

  test('memberships are asked upwards, checked and listed by functions', async () => {
    const { memberIds } = client.emulator.world.directory.get(groups.get('Approvers').id)!.value as Group;
    const user = memberIds[0]!;
    const post = (path: string, body: unknown) =>
      client.send('POST', `${client.url}/v1.0${path}`, {
        headers: { authorization: `Bearer ${reader}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const all = (await post(`/users/${user}/getMemberGroups`, { securityEnabledOnly: false })).body.value as string[];
    const up = await readAll({ get: (path) => get(path) }, `/users/${user}/transitiveMemberOf`);
    expect(all.toSorted()).toEqual(up.value.map(({ id }) => id).toSorted());
    const secure = (await post(`/users/${user}/getMemberGroups`, { securityEnabledOnly: true })).body.value;
    expect(secure.length).toBeLessThan(all.length);
    const groupIds = [groups.get('Approvers').id, groups.get('All Staff').id, '11111111-2222-3333-4444-555555555555'];
    expect((await post(`/directoryObjects/${user}/checkMemberGroups`, { groupIds })).body.value).toContain(groups.get('Approvers').id);
    const ids = [user, groups.get('Partners').id, '11111111-2222-3333-4444-555555555555'];
    expect((await post('/directoryObjects/getByIds', { ids })).body.value).toHaveLength(2);
    expect((await post('/directoryObjects/microsoft.graph.getByIds', { ids, types: ['group'] })).body.value).toHaveLength(1);
    for (const body of [{ ids: Array.from({ length: 1_001 }, () => user) }, { ids: 'x' }, { ids: [1] }, { ids, types: ['cat'] }, {}]) {
      expect((await post('/directoryObjects/getByIds', body)).status).toBe(400);
    }
  });

  test('an expansion holds at most twenty objects', async () => {
    const group = (await get(`/groups/${groups.get('All Employees').id}?$expand=members($select=id)`)).body;
    expect(group.members.length).toBeLessThanOrEqual(20);
    expect(group.members.length).toBeGreaterThan(10);
    expect((await get('/groups?$expand=nonsense')).status).toBe(400);
    expect((await get('/users?$expand=photo')).body.error).toMatchObject({
      code: 'ExpandNotSupported',
      message: "Expand is not allowed for property 'Photo' according to the entity schema.",
    });
    const report = client.emulator.world.users().find((user) => user.managerId)!;
    expect((await get(`/users/${report.id}?$expand=manager($select=displayName)`)).body.manager.id).toBe(report.managerId);
    expect((await get(`/users/${report.id}/manager`)).body.id).toBe(report.managerId);
  });
});
