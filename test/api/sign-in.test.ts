import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader, exportJWK, SignJWT, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SignInSettings } from '../../api/sign-in-settings.ts';
import { trustAuthorities } from '../../api/trust-authorities.ts';
import { startEmulator, type TestEmulator } from '../emulator/support.ts';
import { apiRegistration, signIn } from '../support/sign-in.ts';
import { startApiHost, type ApiHost } from './api-host.ts';

const apiId = '5b6cf2a4-7c55-4a0b-8a6d-0b1f9f4f6e11';
let entra: TestEmulator;
let host: ApiHost;
let settings: SignInSettings;
let people: { admin: string; operator: string; reader: string; both: string; nobody: string };
let groupId: string;
let datasetId: string;

beforeAll(async () => {
  entra = await startEmulator({ seed: { mailboxes: 12, messagesPerMailbox: 1 } });
  trustAuthorities(entra.caFile);
  const [admin, operator, reader, both, nobody] = entra.emulator.world.users().filter(({ class: kind }) => kind === 'user');
  people = { admin: admin!.id, operator: operator!.id, reader: reader!.id, both: both!.id, nobody: nobody!.id };
  const userRoles = {
    [people.admin]: ['Trawl.Admin'],
    [people.operator]: ['Trawl.Operator'],
    [people.reader]: ['Trawl.Reader'],
    [people.both]: ['Trawl.Operator', 'Trawl.Reader', 'Somebody.Else'],
  };
  await entra.control('PATCH', `/apps/${apiId}`, apiRegistration({ userRoles }));
  const group = await entra.control('POST', '/groups', { displayName: 'Readers', kind: 'security', members: [people.reader, people.both] });
  groupId = group.body.id as string;
  settings = {
    tenantId: entra.tenantId,
    clientId: apiId,
    authority: entra.url,
    roles: { admin: 'Trawl.Admin', operator: 'Trawl.Operator', reader: 'Trawl.Reader' },
    groupsCredentialId: null,
  };
  host = await startApiHost({ settings: { signIn: settings } });
  datasetId = (await host.call('POST', '/v1/datasets', { body: { name: 'Theirs', groups: [{ id: groupId }] } })).body.id as string;
});
afterAll(async () => {
  await host?.close();
  expect(entra.failures).toEqual([]);
  await entra?.stop();
});

const tokenOf = async (user: string, changes: { scope?: string; clientId?: string } = {}): Promise<string> =>
  (await signIn({ authority: entra.url, tenantId: entra.tenantId, clientId: apiId, user, ...changes })).access_token;
const ask = (url: string, key: string) => host.call('GET', url, { key });

describe('somebody who signs in through Entra', () => {
  test('has a token of version 2.0 for this API, in the shape that Microsoft documents', async () => {
    const token = await tokenOf(people.reader);
    expect(decodeProtectedHeader(token)).toMatchObject({ typ: 'JWT', alg: 'RS256', kid: expect.any(String) });
    expect(decodeJwt(token)).toMatchObject({
      ...{ aud: apiId, iss: `${entra.url}/${entra.tenantId}/v2.0`, tid: entra.tenantId, oid: people.reader, ver: '2.0' },
      ...{ scp: 'access_as_user', roles: ['Trawl.Reader'], groups: expect.arrayContaining([groupId]), azp: apiId },
    });
  });

  test('may do what the roles of the token allow, all of them', async () => {
    const allowed = async (user: string) => {
      const key = await tokenOf(user);
      const urls = ['/v1/api-keys', '/v1/sources', '/v1/documents'];
      return Promise.all(urls.map(async (url) => (await ask(url, key)).status));
    };
    expect(await allowed(people.admin)).toEqual([200, 200, 200]);
    expect(await allowed(people.operator)).toEqual([403, 200, 403]);
    expect(await allowed(people.reader)).toEqual([403, 403, 200]);
    expect(await allowed(people.both)).toEqual([403, 200, 200]);
  });

  test('and has no role of this API is told where roles are given', async () => {
    const { status, body } = await ask('/v1/documents', await tokenOf(people.nobody));
    expect([status, body.type]).toEqual([403, 'urn:trawl:problem:forbidden']);
    expect(body.detail).toMatch(/assign one/);
  });

  test('sees datasets of the groups in the token, and no others', async () => {
    const idsOf = async (user: string) => (await ask('/v1/datasets', await tokenOf(user))).body.items.map(({ id }: { id: string }) => id);
    expect(await idsOf(people.reader)).toEqual([datasetId]);
    await entra.control('DELETE', `/groups/${groupId}/members/${people.reader}`);
    expect(await idsOf(people.reader)).toEqual([]);
    await entra.control('POST', `/groups/${groupId}/members`, { add: [people.reader] });
  });

  test('stands in the audit log and in the logs by object id alone', async () => {
    const key = await tokenOf(people.admin);
    const made = await host.call('POST', '/v1/datasets', { key, body: { name: `By ${randomUUID()}` } });
    expect(made.status).toBe(201);
    const { items } = (await host.call('GET', `/v1/audit?callerId=${people.admin}`)).body;
    expect(items[0]).toMatchObject({
      caller: { kind: 'user', id: people.admin, name: 'Entra user' },
      createdId: made.body.id,
      status: 201,
    });
    const { preferred_username: address, name } = decodeJwt(key) as Record<string, string>;
    const said = host.logLines.join('\n') + JSON.stringify(items);
    for (const word of [key, address!, name!]) expect(said).not.toContain(word);
  });

  test('and is in too many groups for a token is told so where the API has no credential to ask Graph with, and sees nothing', async () => {
    for (let number = 0; number < 201; number += 1) {
      await entra.control('POST', '/groups', { displayName: `Many ${number}`, kind: 'security', members: [people.both] });
    }
    const key = await tokenOf(people.both);
    expect(decodeJwt(key)).toMatchObject({ _claim_names: { groups: 'src1' } });
    const refused = await ask('/v1/documents', key);
    expect([refused.status, refused.body.type]).toEqual([503, 'urn:trawl:problem:groups-unavailable']);
    expect(refused.body.detail).toContain('TRAWL_OIDC_GROUPS_CREDENTIAL');
    expect((await ask('/v1/sources', key)).status).toBe(200);
  });
});

describe('a token that is not one for this API', () => {
  const now = () => Math.floor(Date.now() / 1000);
  const entraKey = () => createPrivateKey(readFileSync(join(entra.dataDir, 'token-key.pem')));
  const ownKey = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  let good: string;
  let asked: string[];
  let keyServer: string;
  let closeServer: () => void;

  beforeAll(async () => {
    good = await tokenOf(people.admin);
    asked = [];
    const jwk = { ...(await exportJWK(ownKey.publicKey)), kid: 'own', use: 'sig' };
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end(JSON.stringify({ keys: [jwk] }));
    }).listen(0, '127.0.0.1');
    keyServer = await new Promise((resolve) => {
      server.on('listening', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    });
    closeServer = () => void server.close();
  });
  afterAll(() => closeServer());

  const header = () => decodeProtectedHeader(good) as { kid: string };
  /** Signed by Entra's own key, unless another is given. */
  const signed = (changes: JWTPayload = {}, of: { header?: object; key?: ReturnType<typeof entraKey> } = {}) =>
    new SignJWT({ ...decodeJwt(good), ...changes })
      .setProtectedHeader({ ...header(), alg: 'RS256', ...of.header })
      .sign(of.key ?? entraKey());
  const without = async (claim: string) => {
    const { [claim]: _, ...claims } = decodeJwt(good);
    return new SignJWT(claims).setProtectedHeader({ ...header(), alg: 'RS256' }).sign(entraKey());
  };
  const hmac = (secret: string | Buffer) => {
    const text = `${encoded({ ...header(), alg: 'HS256' })}.${good.split('.')[1]!}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const publicPem = () => createPublicKey(entraKey()).export({ type: 'spki', format: 'pem' });
  const [otherTenant, otherApp] = [randomUUID(), randomUUID()];
  const unproven = /cannot be verified/;

  const forged: Record<string, [RegExp, () => Promise<string> | string]> = {
    'of no algorithm': [unproven, () => `${encoded({ ...header(), alg: 'none' })}.${good.split('.')[1]!}.`],
    'of no algorithm, in capitals': [unproven, () => `${encoded({ alg: 'NONE' })}.${good.split('.')[1]!}.`],
    'without its signature': [unproven, () => `${good.split('.').slice(0, 2).join('.')}.`],
    'signed by HMAC with the public key': [unproven, () => hmac(publicPem())],
    'signed by HMAC with the modulus': [unproven, async () => hmac((await exportJWK(createPublicKey(entraKey()))).n!)],
    'signed by another algorithm': [unproven, () => signed({}, { header: { alg: 'PS256' } })],
    'with other claims under its signature': [
      unproven,
      () => [good.split('.')[0], encoded({ ...decodeJwt(good), oid: randomUUID() }), good.split('.')[2]].join('.'),
    ],
    'signed by a stranger under Entra’s kid': [unproven, () => signed({}, { key: ownKey.privateKey })],
    'with an unknown kid': [unproven, () => signed({}, { header: { kid: 'own' } })],
    'without a kid': [unproven, () => signed({}, { header: { kid: undefined } })],
    'with a kid that is a path': [unproven, () => signed({}, { header: { kid: '../../../../dev/null' } })],
    'with a kid that is a query': [unproven, () => signed({}, { header: { kid: "x' OR '1'='1" } })],
    'that brings its key': [
      unproven,
      async () => signed({}, { key: ownKey.privateKey, header: { kid: 'own', jwk: await exportJWK(ownKey.publicKey) } }),
    ],
    'that names where its key is': [
      unproven,
      () => signed({}, { key: ownKey.privateKey, header: { kid: 'own', jku: `${keyServer}/jku`, x5u: `${keyServer}/x5u` } }),
    ],
    'that brings a certificate': [unproven, () => signed({}, { key: ownKey.privateKey, header: { x5c: ['MIIB'] } })],
    'with a critical extension': [
      unproven,
      () => {
        const text = `${encoded({ ...header(), crit: ['exp'], exp: 1 })}.${good.split('.')[1]!}`;
        return `${text}.${sign('RSA-SHA256', Buffer.from(text), entraKey()).toString('base64url')}`;
      },
    ],
    'of another issuer': [/another tenant/, () => signed({ iss: `https://login.example/${entra.tenantId}/v2.0` })],
    'of another tenant': [/another tenant/, () => signed({ iss: `${entra.url}/${otherTenant}/v2.0`, tid: otherTenant })],
    'of this issuer and another tenant': [/another tenant/, () => signed({ tid: otherTenant })],
    'for another app': [/another application/, () => signed({ aud: otherApp })],
    'for several, this API among them': [/another application/, () => signed({ aud: [otherApp, apiId] })],
    'for Graph itself': [
      /another application/,
      async () => {
        await entra.control('PATCH', `/apps/${apiId}`, { delegatedScopes: ['User.Read'] });
        return tokenOf(people.admin, { scope: 'openid User.Read' });
      },
    ],
    'of version 1.0': [/version 1\.0/, () => signed({ ver: '1.0', iss: `https://sts.windows.net/${entra.tenantId}/` })],
    'that expired': [/expired/, () => signed({ exp: now() - 120 })],
    'that is not valid yet': [/not valid yet/, () => signed({ nbf: now() + 3600 })],
    'without an end': [unproven, () => without('exp')],
    'of nobody': [unproven, () => without('oid')],
    'that is an ID token': [
      /not an access token of a person/,
      async () =>
        (
          await signIn({
            authority: entra.url,
            tenantId: entra.tenantId,
            clientId: apiId,
            user: people.admin,
            scope: `openid profile ${apiId}/access_as_user`,
          })
        ).id_token!,
    ],
    'of an app itself': [
      /not an access token of a person/,
      async () => (await entra.token({ scope: `${apiId}/.default` })).body.access_token as string,
    ],
    'of claims that are no object': [
      unproven,
      () => `${encoded(header())}.${Buffer.from('[]').toString('base64url')}.${good.split('.')[2]!}`,
    ],
    'of rubbish': [unproven, () => 'eyJhbGciOiJSUzI1NiJ9.%.%'.replaceAll('%', 'AAAA')],
  };

  test.each(Object.entries(forged))('%s is refused', async (_name, [words, make]) => {
    const token = await make();
    const answer = await ask('/v1/sources', token);
    expect(answer.body).toMatchObject({ status: 401, type: 'urn:trawl:problem:unauthenticated' });
    expect(answer.body.detail).toMatch(words);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.headers['www-authenticate']).toContain('Bearer');
    for (const kept of [token, apiId, people.admin, entra.tenantId, otherTenant, otherApp]) expect(answer.text).not.toContain(kept);
    expect(host.logLines.join('\n')).not.toContain(token);
  });

  test('never has the API ask for keys where the token says', () => {
    expect(asked).toEqual([]);
  });

  test('is refused beside ones that are good, which are taken all the while', async () => {
    expect((await ask('/v1/sources', good)).status).toBe(200);
    expect((await ask('/v1/sources', await signed())).status).toBe(200);
    expect((await ask('/v1/sources', await signed({ exp: now() - 5 }))).status).toBe(200);
  });

  test('is told apart from an API that takes none, and from an Entra that does not answer', async () => {
    const keysAlone = await startApiHost();
    const unreachable = await startApiHost({ settings: { signIn: { ...settings, authority: 'https://127.0.0.1:1' } } });
    try {
      const refused = await keysAlone.call('GET', '/v1/sources', { key: good });
      expect([refused.status, refused.body.detail]).toEqual([401, expect.stringContaining('TRAWL_OIDC_TENANT_ID')]);
      const away = await unreachable.call('GET', '/v1/sources', { key: good });
      expect([away.status, away.body.type]).toEqual([503, 'urn:trawl:problem:sign-in-unavailable']);
      expect((await unreachable.call('GET', '/v1/sources')).status).toBe(200);
    } finally {
      await keysAlone.close();
      await unreachable.close();
    }
  });
});
