import { Client, Connection } from '@temporalio/client';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { trustAuthorities } from '../../api/trust-authorities.ts';
import { temporalHoldings } from '../support/canary.ts';
import { startOrganisation, type Organisation } from '../support/organisation.ts';
import { apiRegistration, signIn } from '../support/sign-in.ts';

const apiId = '6a3f1f86-5d0e-4cf4-9f53-5a8f2f5f9e44';
/** More than a token holds: learn.microsoft.com/entra/identity-platform/id-token-claims-reference#groups-overage-claim */
const overage = 201;
let organisation: Organisation;
let people: [string, string, string];
let lastGroupId: string;

const grant = (roles: string[]) => organisation.tenant.control('PATCH', `/apps/${organisation.emulator.answer.clientId}`, { roles });
const crawling = ['User.Read.All', 'Mail.Read', 'Calendars.Read'];

beforeAll(async () => {
  organisation = await startOrganisation({ tenant: { mailboxes: 4, messagesPerMailbox: 2, seed: 'entra-callers' } });
  const { tenant, emulator, api, env, client, credentialId } = organisation;
  trustAuthorities(emulator.answer.caFile);
  const { users } = await tenant.control<{ users: { id: string; class: string }[] }>('GET', '/users');
  const [first, second, third] = users.filter(({ class: kind }) => kind === 'user').map(({ id }) => id);
  people = [first!, second!, third!];
  const userRoles = Object.fromEntries(people.map((id) => [id, ['Trawl.Reader']]));
  await tenant.control('PATCH', `/apps/${apiId}`, apiRegistration({ userRoles }));
  for (let number = 0; number < overage; number += 1) {
    const group = await tenant.control<{ id: string }>('POST', '/groups', { displayName: `G${number}`, kind: 'security', members: people });
    lastGroupId = group.id;
  }
  await client.call('POST', '/v1/datasets', { name: 'Theirs', groups: [{ id: lastGroupId.toUpperCase() }] });
  await grant(crawling);
  Object.assign(env, {
    TRAWL_OIDC_TENANT_ID: emulator.answer.tenantId,
    TRAWL_OIDC_CLIENT_ID: apiId,
    TRAWL_OIDC_AUTHORITY: emulator.answer.origin,
    TRAWL_OIDC_GROUPS_CREDENTIAL: credentialId,
  });
  await api.stop();
  await api.start();
});
afterAll(() => organisation?.stop());

async function tokenOf(user: string): Promise<string> {
  const { origin: authority, tenantId } = organisation.emulator.answer;
  return (await signIn({ authority, tenantId, clientId: apiId, user })).access_token;
}

async function ask(path: string, token: string): Promise<{ status: number; body: any }> {
  const answer = await fetch(`${organisation.api.answer}${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { status: answer.status, body: await answer.json() };
}

test('where Graph does not tell them nothing is shown, and the answer says what to do', async () => {
  const token = await tokenOf(people[1]);
  for (const path of ['/v1/datasets', '/v1/documents', '/v1/geography']) {
    const { status, body } = await ask(path, token);
    expect([status, body.type]).toEqual([503, 'urn:trawl:problem:groups-unavailable']);
    expect(body.detail).toContain('Authorization_RequestDenied');
    expect(body.detail).toContain('Directory.Read.All');
  }
});

test('groups that a token has no room for are asked of Graph, for some minutes once', async () => {
  await grant([...crawling, 'Directory.Read.All']);
  // Another revision of the credential: the token that the worker has knows nothing of the new permission.
  const { secret } = organisation.emulator.answer;
  await organisation.client.call('PUT', `/v1/credentials/${organisation.credentialId}/secret`, { secret });
  const token = await tokenOf(people[0]);
  expect(decodeJwt(token)).not.toHaveProperty('groups');
  const seen = await ask('/v1/datasets', token);
  expect([seen.status, seen.body.items.map(({ name }: { name: string }) => name)]).toEqual([200, ['Theirs']]);
  const before = (await organisation.tenant.stats()).requests;
  const again = await Promise.all(Array.from({ length: 5 }, () => ask('/v1/datasets', token)));
  expect(again.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect((await organisation.tenant.stats()).requests).toBe(before);
});

test('who asks several times at once has Graph asked once', async () => {
  const token = await tokenOf(people[2]);
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask('/v1/datasets', token)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  const connection = await Connection.connect({ address: organisation.temporal.answer });
  const looks = [...(await temporalHoldings(new Client({ connection }))).keys()].filter((name) =>
    name.startsWith(`caller-groups/${people[2]}`),
  );
  await connection.close();
  expect(looks).toHaveLength(1);
});

test('no process says who they are, and no token is said or stored', async () => {
  const tokens = await Promise.all(people.map(tokenOf));
  await Promise.all(tokens.map((token) => ask('/v1/datasets', token)));
  const words = tokens.flatMap((token) => {
    const { preferred_username: address, name } = decodeJwt(token) as Record<string, string>;
    return [token, token.split('.')[2]!, address!, name!];
  });
  const said = [...organisation.api.lines, ...organisation.worker.lines].join('\n');
  const stored = JSON.stringify(await organisation.db.collection('callerGroups').find().toArray());
  for (const word of words) expect(said.includes(word) || stored.includes(word)).toBe(false);
});
