import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate, type TestCertificate } from '../support/make-certificate.ts';
import { credentialBody, makeBasics, sourceBody, startApiHost, type ApiHost } from './api-host.ts';

const password = 'canary-pfx-password';
const pfx = (name: string) => readFileSync(new URL(`pfx/${name}.pfx`, import.meta.url)).toString('base64');
const { secret: _secret, ...app } = credentialBody();
const dayMs = 86_400_000;

let host: ApiHost;
let certificate: TestCertificate;
beforeAll(async () => {
  host = await startApiHost({ settings: { tokenFolders: ['/run/tokens'], expiryWarningDays: 30 } });
  certificate = await makeCertificate(new Date(Date.now() + 200 * dayMs));
});
afterAll(async () => host.close());

const save = (login: object) => host.call('POST', '/v1/credentials', { body: { ...app, ...login } });
const stored = async (id: string) => (await host.store.credentials.get(id))!;
const whole = () => `${certificate.pem}\n${certificate.keyPem}`;

describe('a certificate', () => {
  test('in PEM is taken with its key, shows its thumbprints and its end, and never comes out', async () => {
    const made = await save({ certificate: { pem: whole() } });
    expect([made.status, made.body.kind, made.body.warnings]).toEqual([201, 'certificate', []]);
    const { x5tS256, sha1, notAfter } = made.body.certificate;
    expect([x5tS256, Buffer.from(sha1, 'hex').toString('base64url')]).toEqual([certificate.x5tS256, certificate.x5t]);
    expect(made.body.expiry).toEqual({ expiresAt: notAfter, days: 199, state: 'valid' });
    const one = await host.call('GET', `/v1/credentials/${made.body.id}`);
    for (const { text } of [made, one]) expect(text).not.toMatch(/PRIVATE|sealedSecret/);
    const record = await stored(made.body.id as string);
    expect(JSON.stringify(record)).not.toMatch(/PRIVATE|BEGIN/);
    const opened = await host.store.credentials.unseal(record);
    expect(new X509Certificate(opened).checkPrivateKey(createPrivateKey(opened))).toBe(true);
  });

  test.each(['modern', 'legacy', 'strong', 'open'])('in a PFX file (%s) is taken, and its password is kept nowhere', async (name) => {
    const made = await save({ certificate: { pfx: pfx(name), ...(name !== 'open' && { password }) } });
    expect([made.status, made.body.kind]).toEqual([201, 'certificate']);
    const opened = await host.store.credentials.unseal(await stored(made.body.id as string));
    const leaf = new X509Certificate(opened);
    expect(leaf.checkPrivateKey(createPrivateKey(opened))).toBe(true);
    expect(leaf.fingerprint.replaceAll(':', '')).toBe(made.body.certificate.sha1);
    expect(leaf.verify(leaf.publicKey)).toBe(true);
    expect(opened + JSON.stringify(await stored(made.body.id as string)) + made.text).not.toContain(password);
  });

  test('whose key is encrypted is opened by its password, which is not kept', async () => {
    const key = certificate.key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: password }) as string;
    const made = await save({ certificate: { pem: `${key}${certificate.pem}`, password } });
    expect(made.status).toBe(201);
    expect(await host.store.credentials.unseal(await stored(made.body.id as string))).toContain('BEGIN PRIVATE KEY');
  });

  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const encrypted = () => certificate.key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: password }) as string;
  const expired = async () => {
    const old = await makeCertificate(new Date(Date.now() - 1_000));
    return { pem: `${old.pem}${old.keyPem}` };
  };
  test.each([
    ['without its private key', () => ({ pem: certificate.pem }), '/certificate/pem', /no private key/],
    ['without a certificate', () => ({ pem: certificate.keyPem }), '/certificate/pem', /no certificate/],
    ['with the key of another', () => ({ pem: `${certificate.pem}${other}` }), '/certificate', /belongs to none/],
    ['with two keys', () => ({ pem: `${whole()}${other}` }), '/certificate/pem', /several private keys/],
    ['that has expired', expired, '/certificate', /has expired/],
    ['that is cut off', () => ({ pem: whole().replace(/MII\w+/, 'MIIabc') }), '/certificate/pem', /cannot be read/],
    ['with an encrypted key and no password', () => ({ pem: `${certificate.pem}${encrypted()}` }), '/certificate/password', /is missing/],
    ['with a wrong password', () => ({ pem: `${certificate.pem}${encrypted()}`, password: 'x' }), '/certificate/password', /does not open/],
    ['in both forms', () => ({ pem: whole(), pfx: pfx('modern') }), '/certificate', /either pem or pfx/],
    ['in no form', () => ({ password }), '/certificate', /either pem or pfx/],
    ['in a PFX with a wrong password', () => ({ pfx: pfx('modern'), password: 'x' }), '/certificate/password', /does not open/],
    ['in an old PFX with a wrong password', () => ({ pfx: pfx('legacy'), password: 'x' }), '/certificate/password', /does not open/],
    ['in a PFX without its password', () => ({ pfx: pfx('modern') }), '/certificate/password', /is missing/],
    ['in a PFX without a key', () => ({ pfx: pfx('nokey'), password }), '/certificate/pfx', /no private key/],
    ['on an elliptic curve', () => ({ pfx: pfx('ec'), password }), '/certificate', /Entra does not take/],
    ['in a PFX that is none', () => ({ pfx: Buffer.from('no pfx').toString('base64') }), '/certificate/pfx', /not a PFX/],
    ['in a PFX that is cut off', () => ({ pfx: pfx('modern').slice(0, 800), password }), '/certificate/pfx', /not a PFX/],
  ])('%s is refused, and nothing of it is repeated', async (_what, make, field, reason) => {
    const answer = await save({ certificate: await make() });
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([422, field]);
    expect(answer.body.errors[0].reason).toMatch(reason);
    expect(answer.text).not.toMatch(/-----BEGIN|MII|canary/);
  });
});

describe('a federated token', () => {
  test('is named by a path, and nothing is sealed', async () => {
    const made = await save({ tokenFile: '/run/tokens/azure/token' });
    expect(made.body).toMatchObject({ kind: 'federatedToken', tokenFile: '/run/tokens/azure/token', certificate: null, expiry: null });
    expect(await stored(made.body.id as string)).toMatchObject({ sealedSecret: null });
  });

  test.each(['/etc/passwd', '/run/tokens/../../etc/passwd', '/run/tokens-of-others/token', 'tokens/token', '/run/tokens', '/run/tokens/'])(
    'at %s is refused',
    async (tokenFile) => {
      const answer = await save({ tokenFile });
      expect([answer.status, answer.body.errors[0].field]).toEqual([422, '/tokenFile']);
      expect(answer.text).not.toContain(tokenFile.slice(0, -1));
    },
  );
});

describe('what an app signs in by', () => {
  test.each([
    [{}, '/secret', /is missing, and so are certificate and tokenFile/],
    [{ secret: 's', tokenFile: '/run/tokens/t' }, '/tokenFile', /beside secret/],
    [{ tokenFile: '/run/tokens/t', secretExpiresAt: '2027-01-01T00:00:00Z' }, '/secretExpiresAt', /client secrets alone/],
  ])('%j is refused at %s', async (login, field, reason) => {
    const answer = await save(login);
    expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
    expect(answer.body.errors[0].reason).toMatch(reason);
    expect((await host.call('POST', '/v1/credentials/test', { body: { ...app, name: undefined, ...login } })).status).toBe(422);
  });

  test('is exchanged by PATCH, of another kind too, and then nothing is left of the old one', async () => {
    const made = await save({ secret: 'canary-old-secret', secretExpiresAt: '2099-01-01T00:00:00Z' });
    const url = `/v1/credentials/${made.body.id}`;
    const changed = await host.call('PATCH', url, { body: { certificate: { pem: whole() } } });
    expect(changed.body).toMatchObject({ kind: 'certificate', revision: 2, expiry: { state: 'valid', days: 199 } });
    const federated = await host.call('PATCH', url, { body: { tokenFile: '/run/tokens/t' } });
    expect(federated.body).toMatchObject({ kind: 'federatedToken', revision: 3, certificate: null, expiry: null });
    expect(await stored(made.body.id as string)).toMatchObject({ sealedSecret: null, expiresAt: null });
    const late = await host.call('PATCH', url, { body: { secretExpiresAt: '2099-01-01T00:00:00Z' } });
    expect([late.status, late.body.errors[0].field]).toEqual([422, '/secretExpiresAt']);
    const renamed = await host.call('PATCH', url, { body: { name: 'Renamed' } });
    expect(renamed.body).toMatchObject({ name: 'Renamed', kind: 'federatedToken', revision: 3 });
  });
});

describe('the end of a login', () => {
  const inDays = (days: number) => new Date(Date.now() + days * dayMs + 60_000).toISOString();

  test.each([
    [31, 'valid', []],
    [7, 'expiring', [/client secret of credential Contoso crawler ends on .*, in 7 days/]],
    [1, 'expiring', [/in 1 day;/]],
    [-3, 'expired', [/ended on/]],
  ])('in %i days is %s, with warnings %j', async (days, state, warnings) => {
    const made = await save({ secret: 's', secretExpiresAt: inDays(days) });
    expect(made.body.expiry).toMatchObject({ state, days });
    expect(made.body.warnings).toEqual(warnings.map((words) => expect.stringMatching(words)));
  });

  test('may be told later, is warned of beside each source that uses it, and is a metric', async () => {
    const basics = await makeBasics(host);
    const source = await host.call('POST', '/v1/sources', { body: sourceBody(basics) });
    expect(source.body.warnings).toEqual([]);
    const told = await host.call('PATCH', `/v1/credentials/${basics.credentialId}`, { body: { secretExpiresAt: inDays(5) } });
    // It is the same secret: nobody has to sign in anew.
    expect(told.body).toMatchObject({ revision: 1, expiry: { days: 5, state: 'expiring' } });
    for (const path of [`/v1/sources/${source.body.id}`, '/v1/sources?limit=200']) {
      const { body } = await host.call('GET', path);
      const shown = body.items?.find((one: { id: string }) => one.id === source.body.id) ?? body;
      expect(shown.warnings).toEqual([expect.stringMatching(/ends on .*, in 5 days; its crawls are blocked then/)]);
    }
    const metrics = await host.call('GET', '/metrics');
    const [, seconds] =
      new RegExp(`trawl_credential_expiry_seconds\\{credential="${basics.credentialId}",kind="secret"\\} (\\d+)`).exec(metrics.text) ?? [];
    expect(Number(seconds)).toBe(Math.floor(Date.parse(told.body.expiry.expiresAt as string) / 1_000));
    await host.call('PATCH', `/v1/credentials/${basics.credentialId}`, { body: { secretExpiresAt: null } });
    expect((await host.call('GET', '/metrics')).text).not.toContain(`credential="${basics.credentialId}"`);
  });
});
