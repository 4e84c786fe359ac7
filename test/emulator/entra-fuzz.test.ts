import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './support.ts';

let client: TestEmulator;
beforeAll(async () => {
  client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 1 } });
  await client.control('PATCH', `/apps/${client.clientId}`, { redirectUris: [{ uri: 'http://localhost', platform: 'public' }] });
});
afterAll(async () => {
  await client.stop();
});

const PLACES = [
  ...[
    'oauth2/v2.0/token',
    'oauth2/token',
    'oauth2/v2.0/authorize',
    'oauth2/authorize',
    'oauth2/v2.0/logout',
    'oauth2/v2.0/devicecode',
    'login',
  ],
  ...[
    'adminconsent',
    'v2.0/adminconsent',
    'v2.0/.well-known/openid-configuration',
    'discovery/instance',
    'discovery/v2.0/keys',
    'openid/userinfo',
  ],
];
const NAMES = [
  ...[
    'grant_type',
    'client_id',
    'client_secret',
    'scope',
    'resource',
    'code',
    'code_verifier',
    'redirect_uri',
    'refresh_token',
    'username',
  ],
  ...[
    'password',
    'client_assertion',
    'client_assertion_type',
    'response_type',
    'response_mode',
    'prompt',
    'state',
    'nonce',
    'login_hint',
    'request',
  ],
  ...['user', 'find', 'cancel', 'accept', 'code_challenge', 'code_challenge_method', 'post_logout_redirect_uri', 'id_token_hint'],
  ...['authorization_endpoint', 'api-version'],
];

test('no request to Entra makes the emulator fail', async () => {
  const sensible = () => [
    ...[
      client.clientId,
      client.secret,
      'client_credentials',
      'authorization_code',
      'refresh_token',
      'password',
      'code',
      'code id_token',
      'S256',
    ],
    ...[
      'http://localhost',
      'http://localhost:1',
      'https://graph.microsoft.com/.default',
      'openid',
      'openid Mail.Read',
      'none',
      'eyJhbGciOiJub25lIn0.e30.',
    ],
    ...['urn:ietf:params:oauth:client-assertion-type:jwt-bearer', 'fragment', 'form_post', 'x'.repeat(43), '1', '1.AAAA'],
  ];
  const value = fc.oneof(fc.constantFrom(...sensible()), fc.string({ unit: 'binary', maxLength: 60 }));
  const fields = fc.array(fc.tuple(fc.constantFrom(...NAMES), value), { maxLength: 10 });
  const tenant = fc.oneof(fc.constantFrom(client.tenantId, 'common', 'consumers'), fc.string({ maxLength: 10 }).map(encodeURIComponent));
  const place = fc.constantFrom(...PLACES);
  const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS');
  await fc.assert(
    fc.asyncProperty(tenant, place, method, fields, fc.string({ unit: 'grapheme-ascii', maxLength: 20 }), async (...of) => {
      const [name, path, verb, pairs, authorization] = of;
      const text = new URLSearchParams(pairs).toString();
      const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${authorization}`.trim() };
      const query = verb === 'POST' ? '' : `?${text}`;
      const body = verb === 'POST' ? { body: text } : {};
      const reply = await client.send(verb, `${client.url}/${name}/${path}${query}`, { headers, ...body });
      expect(reply.status).toBeLessThan(500);
    }),
    { numRuns: 600 },
  );
  expect(client.failures).toEqual([]);
});
