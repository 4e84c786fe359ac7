import { ClientSecretCredential } from '@azure/identity';
import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './support.ts';

describe('a token', () => {
  let client: TestEmulator;
  const app = () => client.emulator.world.findApp(client.clientId)!;
  const setApp = (fields: object) => client.control('PATCH', `/apps/${client.clientId}`, fields);
  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 5 } });
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('is given to @azure/identity, with its own discovery and our authority', async () => {
    const options = { authorityHost: client.url, disableInstanceDiscovery: true, tlsOptions: { ca: client.ca } };
    const credential = new ClientSecretCredential(client.tenantId, client.clientId, client.secret, options);
    const token = await credential.getToken('https://graph.microsoft.com/.default');
    expect(token.expiresOnTimestamp - Date.now()).toBeGreaterThan(3_500_000);
    expect((await client.get('/users?$top=1', { token: token.token })).status).toBe(200);
  });

  test('is signed by the published key and says who may do what', async () => {
    const { body } = await client.token({ tenant: client.emulator.world.tenant.domains[0]! });
    const agent = new Agent({ connect: { ca: client.ca } });
    const options = { [customFetch]: (url: string) => fetch(url, { dispatcher: agent }) as never };
    const keys = createRemoteJWKSet(new URL(`${client.url}/${client.tenantId}/discovery/v2.0/keys`), options);
    const { payload } = await jwtVerify(body.access_token, keys);
    expect(payload).toMatchObject({
      tid: client.tenantId,
      appid: client.clientId,
      idtyp: 'app',
      roles: app().roles,
      aud: 'https://graph.microsoft.com',
    });
    expect(typeof body.expires_in).toBe('number');
    await agent.close();
  });

  test('is given for HTTP Basic too', async () => {
    const authorization = `Basic ${Buffer.from(`${client.clientId}:${encodeURIComponent(client.secret)}`).toString('base64')}`;
    const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'https://graph.microsoft.com/.default' }).toString();
    const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
    expect((await client.send('POST', `${client.url}/${client.tenantId}/oauth2/v2.0/token`, { body, headers })).status).toBe(200);
  });

  test('is one for Graph when the scope names no resource, as rclone asks', async () => {
    const { status, body } = await client.token({ scope: '.default' });
    expect(status).toBe(200);
    expect((await client.get('/users?$top=1', { token: body.access_token })).status).toBe(200);
  });

  test.each([
    ['an unknown tenant', { tenant: '8d4a2b5e-0000-4000-8000-000000000000' }, 400, 'invalid_request', 90002],
    ['a malformed tenant', { tenant: 'no_tenant' }, 400, 'invalid_request', 900023],
    ['an unknown app', { client_id: '8d4a2b5e-0000-4000-8000-000000000000' }, 400, 'unauthorized_client', 700016],
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client', 7000215],
    ['no secret', { client_secret: '' }, 401, 'invalid_client', 7000218],
    ['a bad scope', { scope: 'Mail.Read' }, 400, 'invalid_scope', 70011],
    ['a missing scope', { scope: '' }, 400, 'invalid_request', 900144],
  ])('is refused to %s', async (_name, changes, status, error, code) => {
    const answer = await client.token(changes);
    expect([answer.status, answer.body.error, answer.body.error_codes]).toEqual([status, error, [code]]);
    expect(answer.body.error_description).toMatch(new RegExp(`^AADSTS${code}: .*Trace ID: .*Correlation ID: .*Timestamp: `));
  });

  test('is refused to an expired secret', async () => {
    await setApp({ secrets: [{ value: 'old', expires: '2024-01-01T00:00:00Z' }, { value: client.secret }] });
    expect((await client.token({ client_secret: 'old' })).body.error_codes).toEqual([7000222]);
    expect((await client.token()).status).toBe(200);
  });

  test('loses roles with consent, and Graph then refuses by layer', async () => {
    const before = app().roles;
    await setApp({ roles: ['User.Read.All'] });
    const { access_token: token } = (await client.token()).body;
    const user = client.emulator.world.users()[0]!.id;
    expect((await client.get(`/users/${user}/mailFolders`, { token })).body.error.code).toBe('ErrorAccessDenied');
    expect((await client.get('/domains', { token })).body.error.code).toBe('Authorization_RequestDenied');
    await setApp({ roles: before });
  });

  test('is asked for by Graph, and refused when expired, foreign or broken', async () => {
    const none = await client.get('/users', { token: null });
    expect([none.status, none.body.error.code, none.body.error.message]).toEqual([
      401,
      'InvalidAuthenticationToken',
      'Access token is empty.',
    ]);
    expect(none.headers['www-authenticate']).toContain('Bearer realm=""');
    expect((await client.get('/users', { token: 'a.b.c' })).status).toBe(401);
    const { access_token: token } = (await client.token()).body;
    await client.control('POST', '/clock', { advanceMs: 2 * 3_600_000 });
    expect((await client.get('/users', { token })).body.error.message).toBe('Lifetime validation failed, the token is expired.');
    await client.control('POST', '/clock', { offsetMs: 0 });
    expect((await client.get('/users', { token })).status).toBe(200);
  });
});
