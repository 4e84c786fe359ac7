import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get as httpsGet } from 'node:https';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './support.ts';

const NOBODY = '8d4a2b5e-0000-4000-8000-000000000000';
const FORM = 'application/x-www-form-urlencoded';

describe('Entra', () => {
  let client: TestEmulator;
  const post = (path: string, body: string, type = FORM) =>
    client.send('POST', `${client.url}/${path}`, { body, headers: { 'content-type': type } });
  const get = (path: string) => client.send('GET', `${client.url}${path}`);
  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 1, messagesPerMailbox: 1 } });
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  /** learn.microsoft.com/entra/identity-platform/reference-error-codes, with texts as the service sends them. */
  test.each([
    [{ tenant: NOBODY }, 400, 'invalid_request', 90002, `Tenant '${NOBODY}' not found.`],
    [{ tenant: 'nowhere.example' }, 400, 'invalid_request', 90002, "Tenant 'nowhere.example' not found."],
    [{ tenant: 'no_tenant' }, 400, 'invalid_request', 900023, "Specified tenant identifier 'no_tenant' is neither a valid DNS name"],
    [{ tenant: 'common' }, 400, 'invalid_request', 50059, 'No tenant-identifying information found'],
    [
      { client_id: NOBODY },
      400,
      'unauthorized_client',
      700016,
      `Application with identifier '${NOBODY}' was not found in the directory 'Contoso'.`,
    ],
    [{ client_secret: 'wrong' }, 401, 'invalid_client', 7000215, 'Invalid client secret provided. Ensure the secret being sent'],
    [{ client_secret: '' }, 401, 'invalid_client', 7000218, 'The request body must contain the following parameter:'],
    [{ scope: 'Mail.Read' }, 400, 'invalid_scope', 70011, "The provided value for the input parameter 'scope' is not valid."],
    [{ scope: 'https://graph.microsoft.com/Mail.Read' }, 400, 'invalid_scope', 70011, 'The provided value'],
    [
      { scope: 'https://nowhere.example/.default' },
      400,
      'invalid_resource',
      500011,
      'The resource principal named https://nowhere.example',
    ],
    [{ scope: '' }, 400, 'invalid_request', 900144, "The request body must contain the following parameter: 'scope'."],
    [{ client_id: '' }, 400, 'invalid_request', 900144, "The request body must contain the following parameter: 'client_id'."],
    [{ grant_type: '' }, 400, 'invalid_request', 900144, "The request body must contain the following parameter: 'grant_type'."],
    [{ grant_type: 'magic' }, 400, 'unsupported_grant_type', 70003, 'The app requested an unsupported grant type'],
    [{ resource: 'https://graph.microsoft.com' }, 400, 'invalid_request', 901002, "The 'resource' request parameter is not supported."],
  ] as const)('refuses %j', async (changes, status, error, code, text) => {
    const { headers, body, ...reply } = await client.token(changes as unknown as Record<string, string>);
    expect([reply.status, body.error, body.error_codes]).toEqual([status, error, [code]]);
    expect(body.error_description.startsWith(`AADSTS${code}: ${text}`)).toBe(true);
    const ids = `Trace ID: ${body.trace_id} Correlation ID: ${body.correlation_id} Timestamp: ${body.timestamp}`;
    expect(body.error_description.endsWith(ids)).toBe(true);
    expect(body.timestamp).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
    expect(body.error_uri).toBe(`${client.url}/error?code=${code}`);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  test('refuses other methods, other bodies, doubled parameters and garbage without failing', async () => {
    const path = `${client.tenantId}/oauth2/v2.0/token`;
    expect((await get(`/${path}`)).body.error_codes).toEqual([900561]);
    expect((await post(path, '{"grant_type":"client_credentials"}', 'application/json')).body.error_codes).toEqual([900144]);
    expect((await post(path, 'grant_type=a&grant_type=b')).body.error_codes).toEqual([9000411]);
    expect((await post(path, '%ff%zz&&&=\u0000')).body.error_codes).toEqual([900144]);
    expect((await post(path, `grant_type=${'x'.repeat(1_000_000)}`)).body.error_codes).toEqual([70003]);
    expect((await post('%ff/oauth2/v2.0/token', '')).body.error_codes).toEqual([900023]);
    const device = `${client.tenantId}/oauth2/v2.0/devicecode`;
    expect((await post(device, `client_id=${client.clientId}`)).body.error_codes).toEqual([70002]);
  });

  test('issues nothing for the services of a tenant whose subscription lapsed, until it is renewed', async () => {
    await client.control('PATCH', '/entra', { subscriptionLapsed: true });
    const lapsed = await client.token();
    expect([lapsed.status, lapsed.body.error_description]).toEqual([
      400,
      expect.stringContaining('subscription within the tenant has lapsed'),
    ]);
    await client.control('PATCH', '/entra', { subscriptionLapsed: false });
    expect((await client.token()).status).toBe(200);
  });

  test('gives tokens a lifetime that control fixes', async () => {
    await client.control('PATCH', '/entra', { tokenLifetimeSeconds: 120 });
    expect((await client.token()).body.expires_in).toBe(120);
    expect((await client.control('PATCH', '/entra', { tokenLifetimeSeconds: 0.5 })).status).toBe(400);
    await client.control('PATCH', '/entra', { tokenLifetimeSeconds: null });
    expect((await client.token()).body.expires_in).toBeGreaterThanOrEqual(3_600);
  });

  test('forgets an app that is removed and refuses one that is disabled', async () => {
    await client.control('PATCH', `/apps/${NOBODY}`, { secrets: ['s'], disabled: true });
    const own = { client_id: NOBODY, client_secret: 's' };
    expect((await client.token(own)).body.error_codes).toEqual([7000112]);
    await client.control('PATCH', `/apps/${NOBODY}`, { disabled: false });
    expect((await client.token(own)).status).toBe(200);
    await client.control('DELETE', `/apps/${NOBODY}`);
    expect((await client.token(own)).body.error_codes).toEqual([700016]);
  });

  test('describes itself by id, by domain and for all tenants, in both versions', async () => {
    const { world } = client.emulator;
    const v2 = (await get(`/${world.tenant.domains[0]}/v2.0/.well-known/openid-configuration`)).body;
    const base = `${client.url}/${client.tenantId}`;
    expect(v2).toMatchObject({
      issuer: `${base}/v2.0`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
    });
    const v1 = (await get(`/${client.tenantId}/.well-known/openid-configuration`)).body;
    expect(v1).toMatchObject({ issuer: `https://sts.windows.net/${client.tenantId}/`, token_endpoint: `${base}/oauth2/token` });
    const common = (await get('/common/v2.0/.well-known/openid-configuration')).body;
    expect([common.issuer, common.jwks_uri]).toEqual([`${client.url}/{tenantid}/v2.0`, `${client.url}/common/discovery/v2.0/keys`]);
    for (const { jwks_uri: keys } of [v1, v2, common]) {
      const [key] = (await client.send('GET', keys)).body.keys;
      expect([key.kty, key.kid, key.x5c.length]).toEqual(['RSA', key.x5t, 1]);
    }
    const unknown = await get(`/${NOBODY}/v2.0/.well-known/openid-configuration`);
    expect([unknown.status, unknown.body.error, unknown.body.error_codes]).toEqual([400, 'invalid_tenant', [90002]]);
  });

  test('answers as a cloud of Microsoft under its host, and tells MSAL which hosts it knows', async () => {
    const host = 'login.microsoftonline.us';
    // Another name than the certificate's: the emulator's CONNECT proxy gives its clients one that fits.
    const path = `/${client.tenantId}/v2.0/.well-known/openid-configuration`;
    const options = { host: 'localhost', port: client.port, path, headers: { host }, ca: client.ca, servername: 'localhost' };
    const [incoming] = (await once(httpsGet(options), 'response')) as [IncomingMessage];
    const v2 = (await json(incoming)) as Record<string, string>;
    expect([v2['issuer'], v2['msgraph_host']]).toEqual([`https://${host}/${client.tenantId}/v2.0`, 'graph.microsoft.us']);
    const ask = (endpoint: string) =>
      get(`/common/discovery/instance?api-version=1.1&authorization_endpoint=${encodeURIComponent(endpoint)}`);
    const own = (await ask(`${client.url}/${client.tenantId}/oauth2/v2.0/authorize`)).body;
    expect(own.tenant_discovery_endpoint).toBe(`${client.url}/${client.tenantId}/v2.0/.well-known/openid-configuration`);
    expect(own.metadata[0].aliases).toEqual([new URL(client.url).host]);
    const known = (await ask('https://login.microsoftonline.com/common/oauth2/v2.0/authorize')).body;
    expect(known.metadata[0].aliases).toContain('login.windows.net');
    expect((await ask('https://login.evil.example/common/oauth2/v2.0/authorize')).body).toMatchObject({ error: 'invalid_instance' });
  });

  test('issues v1.0 tokens with numbers as text', async () => {
    const form = { grant_type: 'client_credentials', client_id: client.clientId, client_secret: client.secret };
    const body = new URLSearchParams({ ...form, resource: 'https://graph.microsoft.com' }).toString();
    const reply = await post(`${client.tenantId}/oauth2/token`, body);
    expect([typeof reply.body.expires_in, reply.body.resource]).toEqual(['string', 'https://graph.microsoft.com']);
    expect((await client.get('/users?$top=1', { token: reply.body.access_token })).status).toBe(200);
  });

  describe('lets Graph refuse a token', () => {
    const own = () => createPrivateKey(readFileSync(join(client.dataDir, 'token-key.pem')));
    const signed = (changes: object = {}, key = own()) => {
      const now = Math.floor(Date.now() / 1_000);
      const claims = { aud: 'https://graph.microsoft.com', iss: `https://sts.windows.net/${client.tenantId}/`, tid: client.tenantId };
      const all = { ...claims, appid: client.clientId, roles: ['User.Read.All'], nbf: now - 60, exp: now + 600, ...changes };
      return new SignJWT(all).setProtectedHeader({ alg: 'RS256', typ: 'JWT' }).sign(key);
    };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const reheaded = (token: string, header: object) => `${part(header)}.${token.split('.')[1]}`;

    test.each([
      ['that is expired', () => signed({ exp: 1 }), 'Lifetime validation failed, the token is expired.'],
      ['of later', () => signed({ nbf: Date.now() }), 'Lifetime validation failed, the token is not yet valid.'],
      ['of another tenant', () => signed({ tid: NOBODY }), 'Access token validation failure. Invalid tenant.'],
      ['of another issuer', () => signed({ iss: 'https://sts.example/' }), 'Access token validation failure. Invalid issuer.'],
      ['for another service', () => signed({ aud: 'https://outlook.office365.com' }), 'Access token validation failure. Invalid audience.'],
      ['without an end', () => signed({ exp: 'never' }), 'Access token validation failure.'],
      [
        'signed by another key',
        () => signed({}, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
        'Access token validation failure. Invalid signature.',
      ],
      [
        'without a signature',
        async () => `${reheaded(await signed(), { alg: 'none' })}.`,
        'Access token validation failure. Invalid signature.',
      ],
      [
        'with a MAC under the public key',
        async () => {
          const head = reheaded(await signed(), { alg: 'HS256' });
          const pem = createPublicKey(own()).export({ type: 'spki', format: 'pem' });
          return `${head}.${createHmac('sha256', pem).update(head).digest('base64url')}`;
        },
        'Access token validation failure. Invalid signature.',
      ],
      ['without dots', () => Promise.resolve('token'), 'IDX14100: JWT is not well formed, there are no dots (.).'],
      ['of dots', () => Promise.resolve('..'), 'CompactToken parsing failed with error code: 80049217'],
    ] as const)('%s', async (_name, make, message) => {
      const reply = await client.get('/users', { token: await make() });
      expect([reply.status, reply.body.error.code, reply.body.error.message]).toEqual([401, 'InvalidAuthenticationToken', message]);
      expect(reply.headers['www-authenticate']).toMatch(/^Bearer realm="", authorization_uri=/);
    });

    test('but not its own', async () => {
      expect((await client.get('/users', { token: await signed() })).status).toBe(200);
    });
  });
});
