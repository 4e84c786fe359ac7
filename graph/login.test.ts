import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate, type TestCertificate } from '../test/support/make-certificate.ts';
import { assertionOf, explainRefusal, type Login } from './login.ts';

const place = {
  authority: 'https://login.microsoftonline.us',
  graph: 'https://graph.microsoft.us',
  tenantId: 'contoso.example',
  clientId: 'c1',
};
const minute = 60;

describe('an assertion by certificate', () => {
  let certificate: TestCertificate;
  beforeAll(async () => {
    certificate = await makeCertificate();
  });
  const login = (): Login => ({ kind: 'certificate', pem: `${certificate.keyPem}${certificate.pem}` });

  test('is made as Microsoft documents it, and anew each time', async () => {
    const [first, second] = [await assertionOf({ ...place, login: login() }), await assertionOf({ ...place, login: login() })];
    const { payload, protectedHeader } = await jwtVerify(first, certificate.publicKey, {
      ...{ audience: 'https://login.microsoftonline.us/contoso.example/oauth2/v2.0/token', issuer: 'c1', subject: 'c1' },
      ...{ algorithms: ['PS256'], requiredClaims: ['jti', 'nbf', 'iat', 'exp'] },
    });
    expect(protectedHeader).toEqual({ alg: 'PS256', typ: 'JWT', 'x5t#S256': certificate.x5tS256 });
    expect(payload.exp! - payload.iat!).toBe(10 * minute);
    expect((await jwtVerify(second, certificate.publicKey)).payload.jti).not.toBe(payload.jti);
  });

  test('that is refused is told by its closer cause where the certificate has expired', async () => {
    const old = await makeCertificate(new Date(Date.now() - 1_000));
    expect(await explainRefusal('AADSTS700027', { kind: 'certificate', pem: `${old.keyPem}${old.pem}` })).toBe('TrawlCertificateExpired');
    expect(await explainRefusal('AADSTS700027', login())).toBe('AADSTS700027');
    expect(await explainRefusal('AADSTS700016', login())).toBe('AADSTS700016');
  });
});

describe('a token file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trawl-token-'));
  const allowed = join(folder, 'tokens');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const tokenOf = (exp: number) => new SignJWT({ exp }).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
  const read = (name: string, folders = [allowed]) =>
    assertionOf({ ...place, login: { kind: 'federatedToken', tokenFile: join(allowed, name), folders } });
  const now = Math.floor(Date.now() / 1_000);

  beforeAll(() => {
    for (const name of ['tokens/..data-1', 'tokens-of-others', 'elsewhere']) mkdirSync(join(folder, name), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is read each time, as it is renewed by a link the way Kubernetes does', async () => {
    const [first, second] = [await tokenOf(now + minute), await tokenOf(now + 2 * minute)];
    writeFileSync(join(allowed, '..data-1', 'token'), `${first}\n`);
    symlinkSync(join(allowed, '..data-1'), join(allowed, '..data'));
    symlinkSync(join('..data', 'token'), join(allowed, 'token'));
    expect(await read('token')).toBe(first);
    writeFileSync(join(allowed, '..data-1', 'token'), second);
    expect(await read('token')).toBe(second);
  });

  test.each([
    ['outside of the folders', () => join('..', 'elsewhere', 'token'), 'TrawlTokenFileForbidden'],
    ['that is not there, outside of the folders', () => join('..', 'elsewhere', 'nothing'), 'TrawlTokenFileForbidden'],
    ['in a folder that only begins like one', () => join('..', 'tokens-of-others', 'token'), 'TrawlTokenFileForbidden'],
    ['that is a link to one outside', () => 'link-out', 'TrawlTokenFileForbidden'],
    ['that is not there', () => 'nothing', 'TrawlTokenFileUnreadable'],
    ['that is a folder', () => '..data-1', 'TrawlTokenFileUnreadable'],
    ['that is a pipe', () => 'pipe', 'TrawlTokenFileUnreadable'],
    ['that holds something else', () => 'password', 'TrawlTokenFileMalformed'],
    ['that is empty', () => 'empty', 'TrawlTokenFileMalformed'],
  ])('%s is not read', async (_what, name, code) => {
    const token = await tokenOf(now + minute);
    for (const other of ['elsewhere', 'tokens-of-others']) writeFileSync(join(folder, other, 'token'), token);
    rmSync(join(allowed, 'link-out'), { force: true });
    symlinkSync(join(folder, 'elsewhere', 'token'), join(allowed, 'link-out'));
    writeFileSync(join(allowed, 'password'), 'canary: a password of somebody');
    writeFileSync(join(allowed, 'empty'), '');
    rmSync(join(allowed, 'pipe'), { force: true });
    execFileSync('mkfifo', [join(allowed, 'pipe')]);
    const failed = await read(name()).catch((reason: unknown) => reason);
    expect(failed).toMatchObject({ name: 'GraphError', code, class: 'unauthorised' });
    expect(String(failed)).not.toMatch(/canary|tokens|elsewhere/);
    await expect(read('password', [])).rejects.toMatchObject({ code: 'TrawlTokenFileForbidden' });
  });

  test('whose token has expired is told as that', async () => {
    writeFileSync(join(allowed, 'old'), await tokenOf(now - minute));
    const login: Login = { kind: 'federatedToken', tokenFile: join(allowed, 'old'), folders: [allowed] };
    expect(await explainRefusal('AADSTS700024', login)).toBe('TrawlTokenFileExpired');
    writeFileSync(join(allowed, 'old'), await tokenOf(now + minute));
    expect(await explainRefusal('AADSTS700024', login)).toBe('AADSTS700024');
  });
});
