import { randomBytes } from 'node:crypto';
import { ClientSecretCredential } from '@azure/identity';
import { CryptographyClient, KeyClient } from '@azure/keyvault-keys';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './support.ts';

let client: TestEmulator;
let version: string;
beforeAll(async () => {
  client = await startEmulator({ seed: { mailboxes: 1, messagesPerMailbox: 1 } });
  version = (await client.control('POST', '/vault/keys', { name: 'trawl' })).body.version;
  await client.control('PUT', `/vault/access/${client.clientId}`, { keys: ['get', 'wrapKey', 'unwrapKey'] });
});
afterAll(async () => {
  expect(client.failures).toEqual([]);
  await client.stop();
});

const vaultToken = async () => (await client.token({ scope: 'https://vault.azure.net/.default' })).body.access_token as string;
async function ask(method: string, path: string, { token = '', body }: { token?: string; body?: unknown } = {}) {
  const headers = { ...(token !== '' && { authorization: `Bearer ${token}` }), 'content-type': 'application/json' };
  return client.send(method, `${client.url}${path}`, { headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
}

/** learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses. */
test('without a token it says where one comes from, and takes none for another service', async () => {
  const bare = await ask('GET', '/keys/trawl?api-version=7.4');
  expect([bare.status, bare.body.error.code]).toEqual([401, 'Unauthorized']);
  expect(bare.headers['www-authenticate']).toBe(
    `Bearer authorization="${client.url}/${client.tenantId}", resource="https://vault.azure.net"`,
  );
  const foreign = await ask('GET', '/keys/trawl?api-version=7.4', { token: await client.appToken() });
  expect([foreign.status, foreign.body.error.code]).toEqual([401, 'Unauthorized']);
});

test("Microsoft's own client reads the key, wraps by it and unwraps what a version of before has wrapped", async () => {
  const options = { tlsOptions: { ca: client.ca }, disableChallengeResourceVerification: true };
  const credential = new ClientSecretCredential(client.tenantId, client.clientId, client.secret, {
    ...{ authorityHost: client.url, disableInstanceDiscovery: true, tlsOptions: { ca: client.ca } },
  });
  const keys = new KeyClient(client.url, credential, options);
  const first = await keys.getKey('trawl');
  expect(first).toMatchObject({ name: 'trawl', keyType: 'RSA', properties: { enabled: true, version } });
  const secret = randomBytes(32);
  const wrapped = await new CryptographyClient(first.id!, credential, options).wrapKey('RSA-OAEP-256', secret);
  const rotated = (await client.control('POST', '/vault/keys', { name: 'trawl' })).body.version;
  expect((await keys.getKey('trawl')).properties.version).toBe(rotated);
  const opened = await new CryptographyClient(first.id!, credential, options).unwrapKey('RSA-OAEP-256', wrapped.result);
  expect(Buffer.from(opened.result).equals(secret)).toBe(true);
  expect(Buffer.from(wrapped.result).includes(secret)).toBe(false);
});

test('it wraps and unwraps itself too, by REST', async () => {
  const token = await vaultToken();
  const value = randomBytes(32).toString('base64url');
  const path = (action: string) => `/keys/trawl/${version}/${action}?api-version=7.4`;
  const wrapped = await ask('POST', path('wrapkey'), { token, body: { alg: 'RSA-OAEP-256', value } });
  expect([wrapped.status, wrapped.body.kid]).toEqual([200, `${client.url}/keys/trawl/${version}`]);
  const opened = await ask('POST', path('unwrapkey'), { token, body: { alg: 'RSA-OAEP-256', value: wrapped.body.value } });
  expect(opened.body.value).toBe(value);
  const other = await ask('POST', path('unwrapkey'), { token, body: { alg: 'RSA-OAEP', value } });
  expect([other.status, other.body.error.code]).toEqual([400, 'BadParameter']);
});

/** learn.microsoft.com/azure/key-vault/general/rest-error-codes. */
test('it refuses in the words of its page', async () => {
  const token = await vaultToken();
  const refused = async (method: string, path: string, body?: unknown) => {
    const reply = await ask(method, path, { token, body });
    return [reply.status, reply.body.error.code, reply.body.error.innererror?.code];
  };
  const wrap = `/keys/trawl/${version}/wrapkey?api-version=7.4`;
  const body = { alg: 'RSA-OAEP-256', value: 'AAAA' };
  expect(await refused('GET', '/keys/nothing?api-version=7.4')).toEqual([404, 'KeyNotFound', undefined]);
  expect(await refused('GET', '/keys/trawl')).toEqual([400, 'BadParameter', undefined]);
  expect(await refused('POST', wrap, { alg: 'none', value: 'AAAA' })).toEqual([400, 'BadParameter', undefined]);
  expect(await refused('POST', wrap, { alg: 'RSA-OAEP-256' })).toEqual([400, 'BadParameter', undefined]);
  expect(await refused('POST', wrap, 'text')).toEqual([400, 'BadParameter', undefined]);
  expect(await refused('DELETE', '/keys/trawl?api-version=7.4')).toEqual([405, 'MethodNotAllowed', undefined]);
  await client.control('PATCH', `/vault/keys/trawl/${version}`, { enabled: false });
  expect(await refused('POST', wrap, body)).toEqual([403, 'Forbidden', 'KeyDisabled']);
  await client.control('PATCH', `/vault/keys/trawl/${version}`, { enabled: true });
  await client.control('PUT', `/vault/access/${client.clientId}`, { keys: ['get'] });
  expect(await refused('POST', wrap, body)).toEqual([403, 'Forbidden', 'AccessDenied']);
  await client.control('PUT', `/vault/access/${client.clientId}`, { keys: ['get', 'wrapKey', 'unwrapKey'] });
  expect((await ask('POST', wrap, { token, body })).status).toBe(200);
});
