import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAll, startEmulator, type TestEmulator } from './support.ts';

const eventual = { headers: { consistencylevel: 'eventual' } };

describe('queries of the directory', () => {
  let client: TestEmulator;
  let user: { id: string; upn: string; displayName: string };
  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 24, messagesPerMailbox: 1 } });
    await client.control('PATCH', `/apps/${client.clientId}`, { roles: ['Directory.Read.All', 'MailboxSettings.Read', 'Mail.Read'] });
    user = client.emulator.world.users()[0]!;
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test.each([
    ["/users?$filter=startsWith(displayName,'a')", true],
    ["/users?$filter=mail ne 'x'", false],
    ["/users?$filter=not startsWith(mail,'x')", false],
    ["/users?$filter=endsWith(mail,'.example')", false],
    ["/users?$filter=proxyAddresses/any(p:startsWith(p,'smtp:'))", true],
    ["/users?$filter=proxyAddresses/any(p:endsWith(p,'.example'))", false],
    ['/users?$filter=assignedLicenses/$count eq 0', false],
    ['/users?$filter=accountEnabled eq true&$orderby=displayName', false],
    ['/users?$orderby=displayName', true],
    ['/users?$orderby=createdDateTime', false],
    ["/groups?$filter=groupTypes/any(c:c eq 'Unified')", true],
    ["/groups?$filter=NOT groupTypes/any(c:c eq 'Unified')", false],
    ['/groups?$filter=mailEnabled eq true and securityEnabled eq true', true],
    ["/users?$filter=userType in ('Guest','Member')", true],
  ])('%s without the advanced headers: %s', async (path, isBasic) => {
    const plain = await client.get(path);
    expect(plain.status).toBe(isBasic ? 200 : 400);
    if (!isBasic) expect(plain.body.error.code).toMatch(/^Request_/);
    const advanced = await client.get(`${path}&$count=true`, eventual);
    expect([advanced.status, advanced.body['@odata.count'] > 0]).toEqual([200, true]);
  });

  test.each([
    "$filter=endsWith(displayName,'x')",
    "$filter=contains(displayName,'x')",
    "$filter=accountEnabled eq 'yes'",
    "$filter=proxyAddresses eq 'x'",
    "$filter=displayName/any(x:x eq 'a')",
    "$filter=aboutMe eq 'x'",
    '$filter=nothing eq 1',
    '$orderby=proxyAddresses',
    '$orderby=displayName sideways',
    '$search=displayName:x',
    '$search="nothing:x"',
    '$search="displayName:x" XOR "mail:y"',
    '$top=0',
    '$top=1000',
    '$top=x',
    '$skip=1',
    '$skiptoken=garbage',
    '$expand=manager,memberOf',
  ])('/users?%s is refused with or without the headers', async (query) => {
    const { status, body } = await client.get(`/users?${query}&$count=true`, eventual);
    expect([status, body.error.code]).toEqual([400, expect.stringMatching(/^(Request_|BadRequest|Directory_)/)]);
  });

  test('search takes words from names and beginnings of addresses', async () => {
    await client.control('PATCH', `/users/${user.id}`, { displayName: 'Oscar van Ward-Meyer' });
    const found = async (search: string) => {
      const { body } = await client.get(`/users?$count=true&$search=${encodeURIComponent(search)}`, eventual);
      return body.value.some(({ id }: any) => id === user.id);
    };
    expect(await Promise.all(['"displayName:war"', '"displayName:oscar meyer"', '"displayName:ard"'].map(found))).toEqual([
      true,
      true,
      false,
    ]);
    expect(await found(`"mail:${user.upn.slice(0, 6)}" AND "displayName:ward"`)).toBe(true);
    expect(await found('"displayName:nobody" OR "displayName:ward"')).toBe(true);
    expect((await client.get('/users?$search="displayName:x"')).body.error.code).toBe('Request_UnsupportedQuery');
  });

  test('pages go on after the last one given, whoever comes or goes', async () => {
    const path = '/users?$top=4&$orderby=displayName&$select=displayName';
    const first = (await client.get(path)).body;
    await client.control('DELETE', `/users/${first.value[3].id}`);
    await client.control('POST', '/users', { upn: 'aaa@contoso.example', displayName: 'AAA First' });
    const rest = await readAll(client, first['@odata.nextLink']);
    const names = client.emulator.world
      .users()
      .map((entry) => entry.displayName)
      .filter((name) => name !== 'AAA First')
      .toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
    expect([...first.value.slice(0, 3), ...rest.value].map(({ displayName }: any) => displayName)).toEqual(names);
    await client.control('POST', `/users/${first.value[3].id}/restore`);
  });

  test('a user goes by id and principal name, not by an alias; a name with a dollar stands in parentheses', async () => {
    const withAlias = (await client.control('POST', '/users', { upn: '$odd@contoso.example', aliases: ['alias@contoso.example'] })).body;
    expect((await client.get("/users('$odd@contoso.example')")).body.id).toBe(withAlias.id);
    expect((await client.get('/users/$odd@contoso.example')).status).toBe(400);
    expect((await client.get('/users/alias@contoso.example')).body.error.code).toBe('Request_ResourceNotFound');
    const guest = client.emulator.world.users().find((entry) => entry.class === 'guest')!;
    expect((await client.get(`/users/${encodeURIComponent(guest.upn)}`)).body.id).toBe(guest.id);
    expect((await client.get('/groups/nonsense')).body.error.code).toBe('Request_BadRequest');
    expect((await client.get('/groups/11111111-2222-3333-4444-555555555555')).body.error.code).toBe('Request_ResourceNotFound');
  });

  test('each class of user answers for its mailbox as Exchange does', async () => {
    const answers: Record<string, unknown> = {};
    for (const userClass of ['user', 'linked', 'shared', 'room', 'equipment', 'guest', 'unlicensed', 'onPremises', 'softDeleted']) {
      await client.control('PATCH', `/users/${user.id}`, { class: userClass });
      const { status, body } = await client.get(`/users/${user.id}/mailboxSettings?$select=userPurpose`);
      answers[userClass] = status === 200 ? body.userPurpose : `${status} ${body.error.code}`;
    }
    await client.control('PATCH', `/users/${user.id}`, { class: 'user' });
    expect(answers).toEqual({
      ...{ user: 'user', linked: 'linked', shared: 'shared', room: 'room', equipment: 'equipment' },
      guest: '404 ResourceNotFound',
      unlicensed: '404 MailboxNotEnabledForRESTAPI',
      onPremises: '404 MailboxNotEnabledForRESTAPI',
      softDeleted: '404 MailboxNotEnabledForRESTAPI',
    });
  });

  test('a person with User.Read reads the own account and nobody else’s', async () => {
    const [me, other] = client.emulator.world.users();
    const token = await client.personToken(me!.id, ['User.Read']);
    expect((await client.get('/me?$select=id,displayName', { token })).body.id).toBe(me!.id);
    expect((await client.get(`/users/${other!.id}`, { token })).body.error.code).toBe('Authorization_RequestDenied');
    expect((await client.get('/users', { token })).status).toBe(403);
    expect((await client.get('/me/licenseDetails', { token })).body.value[0].skuPartNumber).toBeTypeOf('string');
    const basic = await client.personToken(me!.id, ['User.Read', 'User.ReadBasic.All']);
    expect((await client.get(`/users/${other!.id}?$select=id,department,displayName`, { token: basic })).body).not.toHaveProperty(
      'department',
    );
  });

  test('domains tell whether they are verified, licences who uses them', async () => {
    await client.control('PATCH', '/domains/new.example', { isVerified: false });
    const domains = (await client.get('/domains')).body.value;
    expect(domains.find(({ id }: any) => id === 'new.example').isVerified).toBe(false);
    const organization = (await client.get('/organization')).body.value[0];
    expect(organization.verifiedDomains.map(({ name }: any) => name)).not.toContain('new.example');
    expect((await client.get(`/organization/${organization.id}`)).body.displayName).toBe('Contoso');
    expect((await client.get('/domains/research.contoso.example/domainNameReferences')).body.value.length).toBeGreaterThan(0);
    const skus = (await client.get('/subscribedSkus')).body.value;
    const licensed = await client.get(`/users/$count?$filter=assignedLicenses/any(u:u/skuId eq ${skus[0].skuId})`, eventual);
    expect(licensed.body).toBe(String(skus[0].consumedUnits));
    expect((await client.get(`/subscribedSkus/${skus[1].id}`)).body.skuId).toBe(skus[1].skuId);
  });

  test('hostile requests are answered with 4xx', async () => {
    const group = client.emulator.world.directory.list('group')[0]!.id;
    const paths = [
      '/users',
      '/groups',
      `/groups/${group}/members`,
      '/users/delta',
      '/directoryObjects',
      '/contacts',
      '/organization',
      '/domains',
    ];
    const queries = ['$filter=', '$filter=((((', `$filter=${'not '.repeat(500)}id eq 1`, `$search=${'('.repeat(500)}`, '$select=,,', '$select=%00', '$orderby=,', '$expand=((', '$expand=manager($select=)', '$top=1e9', '$top=-1', `$top=${'9'.repeat(400)}`, '$skiptoken=%ff', '$deltatoken=AAAAAAAAe30', '$filter=id eq null', '$filter=identities/any(i:i/a/b/c eq 1)']; // prettier-ignore
    for (const path of paths) {
      for (const query of queries) {
        const { status } = await client.get(`${path}?${query}`, eventual);
        expect([path, query.slice(0, 40), status < 500]).toEqual([path, query.slice(0, 40), true]);
      }
    }
  });
});
