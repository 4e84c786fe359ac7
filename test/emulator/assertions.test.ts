import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate, type TestCertificate } from '../support/make-certificate.ts';
import { startEmulator, type TestEmulator } from './support.ts';

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const now = () => Math.floor(Date.now() / 1_000);

describe('an assertion', () => {
  let client: TestEmulator;
  let certificate: TestCertificate;
  let other: TestCertificate;
  let old: TestCertificate;
  const tokenUrl = () => `${client.url}/${client.tenantId}/oauth2/v2.0/token`;
  const signed = (changes: { claims?: object; header?: object; with?: TestCertificate; alg?: string } = {}) => {
    const { with: by = certificate, alg = 'PS256' } = changes;
    const claims = { aud: tokenUrl(), iss: client.clientId, sub: client.clientId, jti: randomUUID(), nbf: now(), exp: now() + 300 };
    const header = changes.header ?? { 'x5t#S256': by.x5tS256 };
    return new SignJWT({ ...claims, ...changes.claims }).setProtectedHeader({ alg, typ: 'JWT', ...header }).sign(by.key);
  };
  const answer = (assertion: string, changes: Record<string, string> = {}) =>
    client.token({ client_secret: '', client_assertion_type: TYPE, client_assertion: assertion, ...changes });
  beforeAll(async () => {
    [certificate, other, old] = await Promise.all([makeCertificate(), makeCertificate(), makeCertificate(new Date(Date.now() - 1_000))]);
    client = await startEmulator({ seed: { mailboxes: 1, messagesPerMailbox: 1 } });
    const set = await client.control('PATCH', `/apps/${client.clientId}`, { certificates: [old.pem, certificate.pem] });
    expect(set.status).toBe(200);
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('signed by a registered certificate is a credential, PS256 or RS256, named by either thumbprint', async () => {
    for (const [alg, header] of [
      ['PS256', { 'x5t#S256': certificate.x5tS256 }],
      ['RS256', { x5t: certificate.x5t }],
    ] as const) {
      const reply = await answer(await signed({ alg, header }));
      expect([reply.status, reply.body.token_type]).toEqual([200, 'Bearer']);
      expect((await client.get('/users?$top=1', { token: reply.body.access_token })).status).toBe(200);
    }
    const claims = { aud: `${client.url}/${client.emulator.world.tenant.domains[0]}/oauth2/v2.0/token` };
    expect((await answer(await signed({ claims }))).status).toBe(200);
  });

  test.each([
    ['an unregistered certificate', () => signed({ with: other }), 401, 'invalid_client', 700027],
    ['another key than it names', () => signed({ with: other, header: { x5t: certificate.x5t } }), 401, 'invalid_client', 700027],
    ['an expired certificate', () => signed({ with: old }), 401, 'invalid_client', 700027],
    ['no key named', () => signed({ header: {} }), 401, 'invalid_client', 700027],
    ['a foreign audience', () => signed({ claims: { aud: 'https://example.com/token' } }), 401, 'invalid_client', 700023],
    ['another issuer', () => signed({ claims: { iss: randomUUID() } }), 401, 'invalid_client', 700021],
    ['another subject', () => signed({ claims: { sub: randomUUID() } }), 401, 'invalid_client', 700021],
    ['a time that is over', () => signed({ claims: { exp: now() - 1 } }), 401, 'invalid_client', 700024],
    ['a time to come', () => signed({ claims: { nbf: now() + 900, exp: now() + 1_800 } }), 401, 'invalid_client', 700024],
    ['no end', () => signed({ claims: { exp: undefined } }), 400, 'invalid_request', 50027],
    ['a jti that is no text', () => signed({ claims: { jti: 7 } }), 400, 'invalid_request', 50027],
    ['no JWT', () => Promise.resolve('a.b.c'), 400, 'invalid_request', 50027],
    ['times out of bounds', () => signed({ claims: { exp: 1e300 } }), 400, 'invalid_request', 50027],
  ] as const)('with %s is refused', async (_name, make, status, error, code) => {
    const reply = await answer(await make());
    expect([reply.status, reply.body.error, reply.body.error_codes]).toEqual([status, error, [code]]);
  });

  test('needs its type named', async () => {
    const assertion = await signed();
    expect((await answer(assertion, { client_assertion_type: '' })).body.error_codes).toEqual([900144]);
    expect((await answer(assertion, { client_assertion_type: 'urn:other' })).body.error_codes).toEqual([90100]);
  });

  test('of the second of two certificates stays good when the first is taken away', async () => {
    await client.control('PATCH', `/apps/${client.clientId}`, { certificates: [certificate.pem] });
    expect((await answer(await signed())).status).toBe(200);
    const bad = await client.control('PATCH', `/apps/${client.clientId}`, { certificates: ['nothing'] });
    expect([bad.status, bad.body.error.message]).toEqual([400, 'certificates/0 must be a certificate in PEM']);
  });

  describe('of another identity provider', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    let issuer: string;
    let server: Server;
    beforeAll(async () => {
      const jwk = { ...(await exportJWK(publicKey)), kid: 'one', use: 'sig', alg: 'RS256' };
      server = createServer((request, response) => {
        const body = request.url === '/keys' ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/keys` };
        response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const known = { subject: 'repo:contoso/app', audience: 'api://AzureADTokenExchange' };
      const inline = { issuer: 'https://idp.contoso.example', ...known, jwks: { keys: [jwk] } };
      await client.control('PATCH', `/apps/${client.clientId}`, {
        federatedCredentials: [{ issuer, ...known }, inline, { issuer: 'http://127.0.0.1:1', ...known }],
      });
    });
    afterAll(() => void server.close());
    const foreign = (claims: object = {}, kid = 'one') =>
      new SignJWT({ iss: issuer, sub: 'repo:contoso/app', aud: 'api://AzureADTokenExchange', exp: now() + 300, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid })
        .sign(privateKey);

    test('is a credential when issuer, audience and subject are registered', async () => {
      expect((await answer(await foreign())).status).toBe(200);
      expect((await answer(await foreign({ iss: 'https://idp.contoso.example' }))).status).toBe(200);
    });

    test.each([
      ['an issuer', { iss: 'https://other.example' }, 'one', 700211],
      ['an audience', { aud: 'other' }, 'one', 700212],
      ['a subject', { sub: 'repo:contoso/App' }, 'one', 700213],
      ['a key', {}, 'two', 700027],
      ['a time', { exp: now() - 10 }, 'one', 700024],
      ['an address', { iss: 'http://127.0.0.1:1' }, 'one', 90061],
    ] as const)('is refused for %s that does not fit', async (_name, claims, kid, code) => {
      expect((await answer(await foreign(claims, kid))).body.error_codes).toEqual([code]);
    });
  });
});
