import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeGraph } from './support/make-graph.ts';
import { startScriptedMicrosoft, type Reply, type ScriptedMicrosoft } from './support/scripted-microsoft.ts';
import type { Graph } from './types.ts';

let microsoft: ScriptedMicrosoft;
let graph: Graph;
beforeAll(async () => {
  microsoft = await startScriptedMicrosoft();
});
afterAll(() => microsoft.close());
beforeEach(() => {
  ({ graph } = makeGraph(microsoft));
  return () => graph.close();
});

const page = (value: unknown[], more: object = {}): Reply => ({ body: { '@odata.context': 'x', value, ...more } });
const link = (rest: string) => `${microsoft.origin}/v1.0${rest}`;
const asked = () => microsoft.graphRequests.map(({ url }) => decodeURIComponent(url.replace('/v1.0', '')));
const select = '$select=id,displayName,mail,userPrincipalName,proxyAddresses,userType,accountEnabled';

test('users of a domain are an advanced query over every kind of address, whose header goes with every page', async () => {
  const next = link('/users?$skiptoken=x');
  microsoft.script(page([{ id: 'u1' }], { '@odata.nextLink': next, '@odata.count': 2 }), page([{ id: 'u2' }]));
  const first = await graph.listDomainUsers({ domain: 'contoso.com', link: null }, {});
  expect(first).toEqual({ items: [{ id: 'u1' }], next, malformed: [] });
  expect((await graph.listDomainUsers({ domain: 'contoso.com', link: next }, {})).items).toEqual([{ id: 'u2' }]);
  const filter =
    "endsWith(mail,'@contoso.com') or endsWith(userPrincipalName,'@contoso.com') or proxyAddresses/any(p:endsWith(p,'@contoso.com'))";
  expect(asked()).toEqual([`/users?$filter=${filter}&$count=true&${select}&$top=999`, '/users?$skiptoken=x']);
  expect(microsoft.graphRequests.map(({ headers }) => headers['consistencylevel'])).toEqual(['eventual', 'eventual']);
});

test('domains come from all pages, verified or not', async () => {
  const next = link('/domains?$skiptoken=x');
  microsoft.script(
    page([{ id: 'a.example', isVerified: true }], { '@odata.nextLink': next }),
    page([{ id: 'b.example', isVerified: false }]),
  );
  expect(await graph.listDomains({})).toEqual([
    { id: 'a.example', isVerified: true },
    { id: 'b.example', isVerified: false },
  ]);
});

test('users and groups are found by mail and alias, with an apostrophe doubled', async () => {
  microsoft.script(page([{ id: 'u' }]), page([{ id: 'g', groupTypes: ['Unified'] }]), page([{ id: 'a' }]));
  expect(await graph.findUsers({ address: "o'neil@x.example" }, {})).toEqual([{ id: 'u' }]);
  expect(await graph.findGroups({ address: 'team@x.example' }, {})).toEqual([{ id: 'g', groupTypes: ['Unified'] }]);
  expect(await graph.listUsersById({ userIds: ['a', 'b'] }, {})).toEqual([{ id: 'a' }]);
  expect(asked()).toEqual([
    `/users?$filter=mail eq 'o''neil@x.example' or userPrincipalName eq 'o''neil@x.example' or proxyAddresses/any(p:p eq 'smtp:o''neil@x.example')&${select}`,
    "/groups?$filter=mail eq 'team@x.example' or proxyAddresses/any(p:p eq 'smtp:team@x.example')&$select=id,displayName,mail,mailEnabled,securityEnabled,groupTypes,visibility",
    `/users?$filter=id in ('a','b')&${select}`,
  ]);
});

describe('members of a group', () => {
  test('are of any kind, told by type, and one without a type is named as malformed', async () => {
    const members = [
      { '@odata.type': '#microsoft.graph.user', id: 'u', mail: 'u@x.example' },
      { '@odata.type': '#microsoft.graph.device', id: 'd' },
    ];
    const next = link('/groups/g/transitiveMembers?$skiptoken=x');
    microsoft.script(page([...members, { id: 'untyped' }], { '@odata.nextLink': next }), page([]));
    const first = await graph.listTransitiveMembers({ groupId: 'g', link: null }, {});
    expect(first).toMatchObject({ items: members, next, malformed: [{ id: 'untyped' }] });
    expect((await graph.listTransitiveMembers({ groupId: 'g', link: next }, {})).items).toEqual([]);
    expect(asked()).toEqual([`/groups/g/transitiveMembers?${select},visibility&$top=999`, '/groups/g/transitiveMembers?$skiptoken=x']);
  });

  test('that are hidden from the app are refused or not there', async () => {
    microsoft.script(page([{ id: 'u' }]), page([]), {
      status: 403,
      body: { error: { code: 'Authorization_RequestDenied', message: 'Insufficient privileges to complete the operation.' } },
    });
    expect(await graph.hasMembers({ groupId: 'g' }, {})).toBe(true);
    expect(await graph.hasMembers({ groupId: 'g' }, {})).toBe(false);
    await expect(graph.hasMembers({ groupId: 'g' }, {})).rejects.toMatchObject({ class: 'forbidden' });
    expect(asked()[0]).toBe('/groups/g/members?$select=id&$top=1');
  });
});
