import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Login } from '../../graph/login.ts';
import { makeCertificate, type TestCertificate } from '../support/make-certificate.ts';
import { startTestedCredential, statesOf, type TestedCredential, type TypedIn } from '../support/tested-credential.ts';

const nobody = '8d4a2b5e-0000-4000-8000-000000000000';
const hourMs = 3_600_000;

let tested: TestedCredential;
let certificate: TestCertificate;
beforeAll(async () => {
  certificate = await makeCertificate();
  tested = await startTestedCredential({ seed: { mailboxes: 2, messagesPerMailbox: 2 } });
});
afterAll(() => tested?.stop());
afterEach(() => tested.tenant.control('POST', '/clock', { offsetMs: 0 }));

const change = (app: object) => tested.tenant.control('PATCH', `/apps/${tested.clientId}`, app);
const loginBy = ({ pem, keyPem }: TestCertificate): Login => ({ kind: 'certificate', pem: `${keyPem}${pem}` });

/** What the report says of a sign-in that must fail. */
async function refusal(given: TypedIn) {
  const answer = await tested.test(given);
  expect(answer.signedIn).toBe(false);
  expect(answer.capabilities.map(({ state, reason }) => [state, reason?.code])).toEqual(
    answer.capabilities.map(() => ['cannotTell', answer.reason?.code]),
  );
  return answer.reason!;
}

describe('by certificate', () => {
  test('everything that a secret can do works', async () => {
    await change({ certificates: [certificate.pem], secrets: [] });
    const answer = await tested.test({ login: loginBy(certificate) });
    expect(answer).toMatchObject({ signedIn: true, reason: null });
    expect(statesOf(answer)).toMatchObject({ users: 'works', mail: 'works', calendars: 'works' });
  });

  const other = () => makeCertificate();
  const mixed = async () => ({ ...certificate, keyPem: (await other()).keyPem });
  const old = () => makeCertificate(new Date(Date.now() - 1_000));
  test.each([
    ['that the app registration does not have', other, 'AADSTS700027', /Upload the certificate/],
    ['with the key of another', mixed, 'AADSTS700027', /thumbprints/],
    ['that has expired', old, 'TrawlCertificateExpired', /new certificate/],
  ])('%s, the report says that', async (_what, make, code, remedy) => {
    const made = await make();
    await change({ certificates: made.pem === certificate.pem || code !== 'AADSTS700027' ? [made.pem] : [certificate.pem] });
    const reason = await refusal({ login: loginBy(made) });
    expect([reason.code, reason.remedy]).toEqual([code, expect.stringMatching(remedy)]);
  });

  test.each([
    [-2 * hourMs, 'AADSTS700024', /clock/],
    [2 * hourMs, 'AADSTS700024', /clock/],
  ])('with a clock that is %i ms away, the report says that', async (offsetMs, code, remedy) => {
    await change({ certificates: [certificate.pem] });
    await tested.tenant.control('POST', '/clock', { offsetMs });
    const reason = await refusal({ login: loginBy(certificate) });
    expect([reason.code, reason.remedy]).toEqual([code, expect.stringMatching(remedy)]);
  });

  test('of an unknown app or tenant, the report says that', async () => {
    const login = loginBy(certificate);
    expect((await refusal({ login, clientId: nobody })).code).toBe('AADSTS700016');
    expect((await refusal({ login, tenantId: nobody })).code).toBe('AADSTS90002');
  });
});

describe('by federated token', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trawl-federated-'));
  const tokenFile = join(folder, 'tokens', 'token');
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const fitting = {
    issuer: 'https://oidc.example/cluster',
    subject: 'system:serviceaccount:trawl:worker',
    audience: 'api://AzureADTokenExchange',
  };
  const login: Login = { kind: 'federatedToken', tokenFile, folders: [join(folder, 'tokens')] };

  async function writeToken(claims: object = {}, key = privateKey): Promise<void> {
    const now = Math.floor(Date.now() / 1_000);
    const all = { iss: fitting.issuer, sub: fitting.subject, aud: [fitting.audience], iat: now, exp: now + 3_600, ...claims };
    writeFileSync(tokenFile, await new SignJWT(all).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(key));
  }
  beforeAll(async () => {
    mkdirSync(join(folder, 'tokens'));
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }] };
    await change({ certificates: [], secrets: [], federatedCredentials: [{ ...fitting, jwks }] });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('everything that a secret can do works', async () => {
    await writeToken();
    const answer = await tested.test({ login });
    expect(answer).toMatchObject({ signedIn: true, reason: null });
    expect(statesOf(answer)).toMatchObject({ users: 'works', mail: 'works', calendars: 'works' });
  });

  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  test.each([
    ['of another issuer', () => writeToken({ iss: 'https://oidc.example/other' }), 'AADSTS700211', /federated credential/],
    ['for another audience', () => writeToken({ aud: 'trawl' }), 'AADSTS700212', /federated credential/],
    ['of another subject', () => writeToken({ sub: 'system:serviceaccount:trawl:api' }), 'AADSTS700213', /federated credential/],
    ['that somebody else has signed', () => writeToken({}, foreign), 'TrawlTokenFileForeign', /issuer publishes/],
    ['that has expired', () => writeToken({ exp: Math.floor(Date.now() / 1_000) - 60 }), 'TrawlTokenFileExpired', /renews/],
    ['that is none', () => Promise.resolve(writeFileSync(tokenFile, 'canary')), 'TrawlTokenFileMalformed', /JWT/],
    ['that is not there', () => Promise.resolve(rmSync(tokenFile)), 'TrawlTokenFileUnreadable', /mounted/],
  ])('with a token %s, the report says that', async (_what, write, code, remedy) => {
    await write();
    const reason = await refusal({ login });
    expect([reason.code, reason.remedy]).toEqual([code, expect.stringMatching(remedy)]);
  });

  test('outside of the folders that the worker allows, the report says that', async () => {
    await writeToken();
    const reason = await refusal({ login: { ...login, folders: [join(folder, 'elsewhere')] } });
    expect([reason.code, reason.remedy]).toEqual(['TrawlTokenFileForbidden', expect.stringContaining('TRAWL_FEDERATED_TOKEN_FOLDERS')]);
  });
});
