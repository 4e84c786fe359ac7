import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './support.ts';

const ORIGIN = { origin: 'https://spa.contoso.example' };

describe('a page of another origin', () => {
  let client: TestEmulator;
  let user: string;
  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 5 } });
    user = `/users/${client.emulator.world.users()[0]!.id}`;
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  const preflight = (path: string, method: string, wanted: string) =>
    client.send('OPTIONS', `${client.url}${path}`, {
      headers: { ...ORIGIN, 'access-control-request-method': method, 'access-control-request-headers': wanted },
    });

  test('is told before its request that Graph takes a token from everywhere', async () => {
    const { status, headers } = await preflight(`/v1.0${user}/messages`, 'POST', 'authorization,content-type');
    expect([status, headers['access-control-allow-origin']]).toEqual([200, '*']);
    expect(headers['access-control-allow-headers']).toBe('authorization,content-type');
    expect(String(headers['access-control-allow-methods'])).toContain('POST');
    expect((await preflight('/oidc/userinfo', 'GET', 'authorization')).status).toBe(200);
  });

  test('may read answers and refusals with the headers that matter', async () => {
    const read = await client.get(user, { headers: ORIGIN });
    expect([read.status, read.headers['access-control-allow-origin']]).toEqual([200, '*']);
    expect(String(read.headers['access-control-expose-headers'])).toContain('Retry-After');
    const refused = await client.get(user, { headers: ORIGIN, token: null });
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, '*']);
  });

  test('learns that a person has no photo, where userinfo said to look', async () => {
    const token = await client.personToken(user.slice('/users/'.length), ['openid', 'profile', 'User.Read']);
    const headers = { ...ORIGIN, authorization: `Bearer ${token}` };
    const { body } = await client.send('GET', `${client.url}/oidc/userinfo`, { headers });
    const picture = await client.send('GET', body.picture, { headers });
    expect([picture.status, picture.body.error.code]).toEqual([404, 'ImageNotFound']);
    expect((await client.get(`${user}/photos/48x48/$value`)).status).toBe(404);
    expect((await client.get('/users/nobody/photo')).body.error.code).toBe('Request_ResourceNotFound');
  });

  test('is not mentioned to clients that are no browsers, nor let into the sign-in pages', async () => {
    expect((await client.get(user)).headers['access-control-allow-origin']).toBeUndefined();
    expect((await client.send('OPTIONS', `${client.url}/v1.0${user}`)).status).toBe(401);
    const page = await client.send('GET', `${client.url}/${client.tenantId}/oauth2/v2.0/authorize`, { headers: ORIGIN });
    expect(page.headers['access-control-allow-origin']).toBeUndefined();
  });
});
