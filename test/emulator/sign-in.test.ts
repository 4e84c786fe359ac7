import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Reply, type TestEmulator } from './support.ts';

const WEB = 'https://app.contoso.example/callback';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('a person', () => {
  let client: TestEmulator;
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const user = () => client.emulator.world.users().find((known) => known.class === 'user')!;
  const securityGroups = () =>
    client.emulator.world.directory.membership
      .transitiveGroupsOf(user().id)
      .filter(({ value }) => value.kind !== 'distribution' && value.kind !== 'microsoft365')
      .map(({ id }) => id);
  const setApp = (fields: object) => client.control('PATCH', `/apps/${client.clientId}`, fields);
  const authorize = (changes: Record<string, string> = {}, headers: Record<string, string> = {}) => {
    const query = {
      ...{ client_id: client.clientId, redirect_uri: WEB, response_type: 'code', scope: 'openid profile email offline_access User.Read' },
      ...{ state: 'a&b', nonce: 'once', code_challenge: challenge, code_challenge_method: 'S256', ...changes },
    };
    const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
    return client.send('GET', `${client.url}/${client.tenantId}/oauth2/v2.0/authorize?${text}`, { headers });
  };
  const hidden = (page: Reply) => /name="request" value="([^"]+)"/.exec(String(page.body))![1]!;
  const choose = (page: Reply, fields: Record<string, string>) =>
    client.send('POST', `${client.url}/${client.tenantId}/login`, {
      headers: FORM,
      body: new URLSearchParams({ request: hidden(page), ...fields }).toString(),
    });
  const outcome = (reply: Reply) => Object.fromEntries(new URL(String(reply.headers['location'])).searchParams);
  const signIn = async (changes: Record<string, string> = {}) => {
    const reply = await choose(await authorize(changes), { user: user().id });
    expect(reply.status).toBe(302);
    return outcome(reply);
  };
  const redeem = (code: string, changes: Record<string, string> = {}, headers: Record<string, string> = {}) => {
    const form = { grant_type: 'authorization_code', code, redirect_uri: WEB, code_verifier: verifier };
    const all = { client_id: client.clientId, client_secret: client.secret, ...form, ...changes };
    const body = new URLSearchParams(Object.entries(all).filter(([, value]) => value !== '')).toString();
    return client.send('POST', `${client.url}/${client.tenantId}/oauth2/v2.0/token`, { headers: { ...FORM, ...headers }, body });
  };
  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 60, messagesPerMailbox: 1 } });
    const spa = { uri: 'https://spa.contoso.example/', platform: 'spa' };
    const redirectUris = [WEB, spa, { uri: 'http://localhost', platform: 'public' }];
    await setApp({ redirectUris, delegatedScopes: ['User.Read'], name: 'Mail <reader>' });
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('is listed on a page without scripts, found by name, and signed in by one click', async () => {
    const page = await authorize();
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(String(page.body)).toContain('Mail &lt;reader&gt;');
    expect(String(page.body)).not.toContain('<script');
    const found = await choose(page, { find: user().upn });
    expect(String(found.body).match(/name="user"/g)).toHaveLength(1);
    const { code, state, session_state: session } = outcome(await choose(found, { user: user().id }));
    expect([state, typeof code, typeof session]).toEqual(['a&b', 'string', 'string']);
  });

  test('whose account was disabled neither signs in nor gets another token', async () => {
    const { code } = await signIn();
    const { body } = await redeem(code!);
    await client.control('PATCH', `/users/${user().id}`, { accountEnabled: false });
    const refreshed = await redeem('', { grant_type: 'refresh_token', refresh_token: body.refresh_token });
    expect([refreshed.status, refreshed.body.error_codes]).toEqual([400, [50057]]);
    expect((await choose(await authorize(), { user: user().id })).status).not.toBe(302);
    await client.control('PATCH', `/users/${user().id}`, { accountEnabled: true });
    expect((await signIn()).code).toBeTypeOf('string');
  });

  test('gets an id token, a token for Graph and a refresh token for a code, once', async () => {
    const { code } = await signIn();
    const { status, body } = await redeem(code!, { client_info: '1' });
    expect([status, typeof body.expires_in, body.scope]).toEqual([200, 'number', 'openid profile email User.Read']);
    expect(decodeJwt(body.id_token)).toMatchObject({
      ...{ iss: `${client.url}/${client.tenantId}/v2.0`, aud: client.clientId, tid: client.tenantId, oid: user().id, ver: '2.0' },
      ...{ nonce: 'once', name: user().displayName, preferred_username: user().upn, email: user().mail },
    });
    // Graph knows the person: what User.Read opens is the directory's matter.
    expect((await client.get('/me', { token: body.access_token })).status).not.toBe(401);
    const info = await client.send('GET', `${client.url}/oidc/userinfo`, { headers: { authorization: `Bearer ${body.access_token}` } });
    expect(info.body).toMatchObject({ sub: decodeJwt(body.id_token).sub, email: user().mail });
    expect((await redeem(code!)).body).toMatchObject({ error: 'invalid_grant', error_codes: [54005] });
    const refreshed = await redeem('', {
      grant_type: 'refresh_token',
      refresh_token: body.refresh_token,
      code_verifier: '',
      redirect_uri: '',
    });
    expect(decodeJwt(refreshed.body.access_token)).toMatchObject({ scp: 'openid profile email User.Read', oid: user().id, idtyp: 'user' });
  });

  test.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }, 400, 501481],
    ['no verifier', { code_verifier: '' }, 400, 900144],
    ['another address', { redirect_uri: `${WEB}/` }, 400, 500112],
    ['no secret', { client_secret: '' }, 401, 7000218],
    ['a wrong secret', { client_secret: 'wrong' }, 401, 7000215],
    ['a code that is none', { code: 'none' }, 400, 9002313],
  ] as const)('has a code that is not redeemed with %s', async (_name, changes, status, code) => {
    const reply = await redeem((await signIn()).code!, changes);
    expect([reply.status, reply.body.error_codes]).toEqual([status, [code]]);
  });

  test('has a code that ten at once redeem one time, and nobody after ten minutes', async () => {
    const { code } = await signIn();
    const replies = await Promise.all(Array.from({ length: 10 }, () => redeem(code!)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    const late = (await signIn()).code!;
    await client.control('POST', '/clock', { advanceMs: 601_000 });
    expect((await redeem(late)).body.error_codes).toEqual([70008]);
    await client.control('POST', '/clock', { offsetMs: 0 });
  });

  test('redeems without a secret where the app is public, and across origins where it is a single page', async () => {
    const local = 'http://localhost:54321';
    const { code } = await signIn({ redirect_uri: local });
    expect((await redeem(code!, { redirect_uri: local })).body.error_codes).toEqual([700025]);
    expect((await redeem(code!, { redirect_uri: local, client_secret: '' })).status).toBe(200);
    const spa = 'https://spa.contoso.example/';
    const { code: other } = await signIn({ redirect_uri: spa });
    const fields = { redirect_uri: spa, client_secret: '' };
    expect((await redeem(other!, fields)).body.error_codes).toEqual([9002327]);
    const reply = await redeem(other!, fields, { origin: 'https://spa.contoso.example' });
    expect([reply.status, reply.headers['access-control-allow-origin'], reply.body.refresh_token_expires_in]).toEqual([200, '*', 86_400]);
    expect(outcome(await authorize({ redirect_uri: spa, code_challenge: '', code_challenge_method: '' }))['error_description']).toMatch(
      /^AADSTS9002325/,
    );
  });

  test('is asked for consent, which is remembered, and may decline', async () => {
    const asked = { scope: 'openid Mail.Read' };
    const page = await choose(await authorize(asked), { user: user().id });
    expect([page.status, String(page.body).includes('<li>Mail.Read</li>')]).toEqual([200, true]);
    const declined = outcome(await choose(page, { cancel: '1' }));
    expect([declined['error'], declined['state']]).toEqual(['access_denied', 'a&b']);
    const { code } = outcome(await choose(page, { accept: '1' }));
    expect(decodeJwt((await redeem(code!)).body.access_token)['scp']).toBe('openid User.Read Mail.Read');
    expect((await signIn(asked))['code']).toBeDefined();
  });

  test('stays signed in for the browser, until the sign-out', async () => {
    expect(outcome(await authorize({ prompt: 'none' }))['error']).toBe('login_required');
    const reply = await choose(await authorize(), { user: user().id });
    const cookie = String(reply.headers['set-cookie']).split(';')[0]!;
    expect(outcome(await authorize({ prompt: 'none' }, { cookie }))['code']).toBeDefined();
    expect((await authorize({ prompt: 'login' }, { cookie })).status).toBe(200);
    expect((await authorize({ login_hint: 'somebody@else.example' }, { cookie })).status).toBe(200);
    const back = `${client.url}/${client.tenantId}/oauth2/v2.0/logout?post_logout_redirect_uri=${encodeURIComponent(WEB)}&state=s`;
    const out = await client.send('GET', back, { headers: { cookie } });
    expect([out.headers['location'], String(out.headers['set-cookie'])]).toEqual([`${WEB}?state=s`, expect.stringContaining('Max-Age=0')]);
  });

  test('comes back by fragment or form as the app wants', async () => {
    const fragment = await choose(await authorize({ response_mode: 'fragment' }), { user: user().id });
    expect(String(fragment.headers['location'])).toMatch(/callback#code=/);
    const form = await choose(await authorize({ response_mode: 'form_post' }), { user: user().id });
    expect([form.status, String(form.body)]).toEqual([200, expect.stringContaining(`action="${WEB}"`)]);
    expect(String(form.body)).toContain('name="state" value="a&amp;b"');
  });

  test.each([
    ['an unknown address', { redirect_uri: 'https://evil.example/' }, 50011],
    ['an unknown app', { client_id: '8d4a2b5e-0000-4000-8000-000000000000' }, 700016],
    ['no app', { client_id: '' }, 900144],
  ] as const)('sees a page when the request names %s', async (_name, changes, code) => {
    const page = await authorize(changes);
    expect([page.status, String(page.body)]).toEqual([400, expect.stringContaining(`AADSTS${code}`)]);
  });

  test.each([
    ['no response type', { response_type: '' }, 'invalid_request', 900144],
    ['a token', { response_type: 'token' }, 'unsupported_response_type', 700054],
    ['an id token that is not enabled', { response_type: 'id_token' }, 'unsupported_response_type', 700054],
    ['an unknown mode', { response_mode: 'pigeon' }, 'invalid_request', 70007],
    ['an unknown prompt', { prompt: 'maybe' }, 'invalid_request', 90023],
    ['no scope', { scope: '' }, 'invalid_request', 900144],
    ['an unknown resource', { scope: 'https://nowhere.example/Read' }, 'invalid_resource', 500011],
    ['two resources', { scope: 'User.Read https://outlook.office365.com/Mail.Read' }, 'invalid_request', 28000],
    ['an unknown challenge method', { code_challenge_method: 'S1' }, 'invalid_request', 90100],
    ['a short challenge', { code_challenge: 'short' }, 'invalid_request', 501491],
  ] as const)('goes back to the app when it asks for %s', async (_name, changes, error, code) => {
    const reply = await authorize(changes);
    const location = String(reply.headers['location']).replace('#', '?');
    const fields = Object.fromEntries(new URL(location).searchParams);
    expect([fields['error'], fields['state']]).toEqual([error, 'a&b']);
    expect(fields['error_description']).toMatch(new RegExp(`^AADSTS${code}: `));
  });

  test('has groups and roles in the token when the app asks for them, and a link when they are too many', async () => {
    await setApp({ groupClaims: 'security', userRoles: { [user().upn]: ['Reader'] } });
    const join = async (kind: string, name: string) => {
      const fields = {
        displayName: name,
        kind,
        members: [user().id],
        ...(kind === 'distribution' ? { mail: `${name}@contoso.example` } : {}),
      };
      return (await client.control('POST', '/groups', fields)).body.id as string;
    };
    const readers = await join('security', 'readers');
    await join('distribution', 'news');
    const own = { scope: `openid profile api://${client.clientId}/.default` };
    const { body } = await redeem((await signIn(own)).code!);
    expect(decodeJwt(body.id_token)).toMatchObject({ groups: expect.arrayContaining([readers]), roles: ['Reader'] });
    expect(decodeJwt(body.id_token)['groups']).toEqual(securityGroups());
    const claims = {
      aud: client.clientId,
      ver: '2.0',
      scp: 'access_as_user',
      roles: ['Reader'],
      iss: `${client.url}/${client.tenantId}/v2.0`,
    };
    expect(decodeJwt(body.access_token)).toMatchObject(claims);
    for (let index = 0; index < 201; index++) await join('security', `team-${index}`);
    const many = decodeJwt((await redeem((await signIn(own)).code!)).body.id_token);
    expect([many['groups'], many['_claim_names']]).toEqual([undefined, { groups: 'src1' }]);
  });

  test('gets an id token with the code in one form where the app allows it', async () => {
    await setApp({ implicitIdTokens: true });
    const hybrid = { response_type: 'code id_token', response_mode: 'form_post' };
    const form = String((await choose(await authorize(hybrid), { user: user().id })).body);
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(form)![1]!;
    const hash = createHash('sha256').update(field('code')).digest().subarray(0, 16).toString('base64url');
    expect(decodeJwt(field('id_token'))).toMatchObject({ nonce: 'once', c_hash: hash, oid: user().id });
    expect((await redeem(field('code'))).status).toBe(200);
    await setApp({ implicitIdTokens: false });
  });

  test('is not led to an address with line breaks in it', async () => {
    const page = await authorize({ redirect_uri: 'http://localhost:1/\r\nX: y' });
    expect([page.status, String(page.body)]).toEqual([400, expect.stringContaining('AADSTS50011')]);
    expect((await authorize({ redirect_uri: 'http://localhost:1\r\n' })).status).toBe(400);
  });

  test('may consent for the organisation', async () => {
    await setApp({ requestedRoles: ['Files.Read.All'] });
    const query = new URLSearchParams({ client_id: client.clientId, redirect_uri: WEB, state: 's' }).toString();
    const page = await client.send('GET', `${client.url}/${client.tenantId}/adminconsent?${query}`);
    const consent = await choose(page, { user: user().id });
    expect(outcome(await choose(consent, { cancel: '1' }))['error']).toBe('permission_denied');
    const given = outcome(await choose(consent, { accept: '1' }));
    expect(given).toEqual({ admin_consent: 'True', tenant: client.tenantId, state: 's' });
    expect(decodeJwt((await client.token()).body.access_token)['roles']).toContain('Files.Read.All');
  });
});

describe('an emulator that starts again', () => {
  test('still knows which codes were used, and opens those that were not', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'trawl-emulator-'));
    const seed = { mailboxes: 1, messagesPerMailbox: 1 };
    const first = await startEmulator({ dataDir, seed });
    await first.control('PATCH', `/apps/${first.clientId}`, { redirectUris: [{ uri: 'http://localhost', platform: 'public' }] });
    const user = first.emulator.world.users().find((known) => known.class === 'user')!;
    const codeOf = async (client: TestEmulator) => {
      const query = new URLSearchParams({ client_id: client.clientId, response_type: 'code', scope: 'openid offline_access' }).toString();
      const page = await client.send('GET', `${client.url}/common/oauth2/v2.0/authorize?${query}`);
      const sealed = /name="request" value="([^"]+)"/.exec(String(page.body))![1]!;
      const body = new URLSearchParams({ request: sealed, user: user.id }).toString();
      const reply = await client.send('POST', `${client.url}/common/login`, { headers: FORM, body });
      return new URL(String(reply.headers['location'])).searchParams.get('code')!;
    };
    const redeem = (client: TestEmulator, form: Record<string, string>) => {
      const body = new URLSearchParams({ client_id: client.clientId, ...form }).toString();
      return client.send('POST', `${client.url}/common/oauth2/v2.0/token`, { headers: FORM, body });
    };
    const byCode = (code: string) => ({ grant_type: 'authorization_code', code });
    const [used, unused] = [await codeOf(first), await codeOf(first)];
    const { refresh_token: refresh } = (await redeem(first, byCode(used))).body;
    await first.stop();
    const second = await startEmulator({ dataDir, seed });
    expect((await redeem(second, byCode(used))).body.error_codes).toEqual([54005]);
    expect((await redeem(second, byCode(unused))).status).toBe(200);
    expect((await redeem(second, { grant_type: 'refresh_token', refresh_token: refresh })).status).toBe(200);
    expect([...first.failures, ...second.failures]).toEqual([]);
    await second.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
});
