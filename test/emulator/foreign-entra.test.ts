import { ClientCertificateCredential, ClientSecretCredential } from '@azure/identity';
import {
  ConfidentialClientApplication,
  CryptoProvider,
  LogLevel,
  PublicClientApplication,
  type INetworkModule,
  type NetworkResponse,
} from '@azure/msal-node';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate, type TestCertificate } from '../support/make-certificate.ts';
import { startEmulator, type TestEmulator } from './support.ts';

const GRAPH = ['https://graph.microsoft.com/.default'];
const WEB = 'https://app.contoso.example/callback';

/** MSAL's requests as they are, over connections that trust the emulator's authority. */
function networkOf(agent: Agent): INetworkModule {
  const ask = async <T>(method: 'GET' | 'POST', url: string, options?: { headers?: Record<string, string>; body?: string }) => {
    const body = options?.body === undefined ? {} : { body: options.body };
    const reply = await request(url, { dispatcher: agent, method, headers: options?.headers ?? {}, ...body });
    return { status: reply.statusCode, headers: reply.headers, body: await reply.body.json() } as NetworkResponse<T>;
  };
  return {
    sendGetRequestAsync: (url, options) => ask('GET', url, options),
    sendPostRequestAsync: (url, options) => ask('POST', url, options),
  };
}

describe('a client of Microsoft, unpatched,', () => {
  let client: TestEmulator;
  let certificate: TestCertificate;
  let agent: Agent;
  const authority = () => `${client.url}/${client.tenantId}`;
  const system = () => ({ networkClient: networkOf(agent), loggerOptions: { logLevel: LogLevel.Error } });
  const auth = () => ({ clientId: client.clientId, authority: authority(), knownAuthorities: [new URL(client.url).host] });
  const opens = async (token: string | undefined) => (await client.get('/users?$top=1', { token: token ?? '' })).status;
  beforeAll(async () => {
    certificate = await makeCertificate();
    client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 1 } });
    agent = new Agent({ connect: { ca: client.ca } });
    const redirectUris = [WEB, { uri: 'http://localhost', platform: 'public' }];
    await client.control('PATCH', `/apps/${client.clientId}`, {
      ...{ certificates: [certificate.pem], redirectUris, delegatedScopes: ['User.Read', 'User.Read.All'] },
    });
  });
  afterAll(async () => {
    expect(client.failures).toEqual([]);
    await agent.close();
    await client.stop();
  });

  test('@azure/identity gets a token by secret and by certificate', async () => {
    const options = { authorityHost: client.url, disableInstanceDiscovery: true, tlsOptions: { ca: client.ca } };
    const bySecret = new ClientSecretCredential(client.tenantId, client.clientId, client.secret, options);
    expect(await opens((await bySecret.getToken(GRAPH)).token)).toBe(200);
    const pem = { certificate: `${certificate.keyPem}\n${certificate.pem}` };
    const byCertificate = new ClientCertificateCredential(client.tenantId, client.clientId, pem, options);
    expect(await opens((await byCertificate.getToken(GRAPH)).token)).toBe(200);
  });

  test('@azure/identity says why it got none', async () => {
    const options = { authorityHost: client.url, disableInstanceDiscovery: true, tlsOptions: { ca: client.ca } };
    const wrong = new ClientSecretCredential(client.tenantId, client.clientId, 'wrong', options);
    await expect(wrong.getToken(GRAPH)).rejects.toThrow(/7000215/);
  });

  test('MSAL for Node gets a token by secret, by certificate and from its cache', async () => {
    const bySecret = new ConfidentialClientApplication({ auth: { ...auth(), clientSecret: client.secret }, system: system() });
    const first = await bySecret.acquireTokenByClientCredential({ scopes: GRAPH });
    expect([await opens(first?.accessToken), first?.tokenType]).toEqual([200, 'Bearer']);
    expect((await bySecret.acquireTokenByClientCredential({ scopes: GRAPH }))?.fromCache).toBe(true);
    const thumbprintSha256 = Buffer.from(certificate.x5tS256, 'base64url').toString('hex');
    const clientCertificate = { thumbprintSha256, privateKey: certificate.keyPem };
    const byCertificate = new ConfidentialClientApplication({ auth: { ...auth(), clientCertificate }, system: system() });
    expect(await opens((await byCertificate.acquireTokenByClientCredential({ scopes: GRAPH }))?.accessToken)).toBe(200);
  });

  /** What a browser and a person do between the two requests of MSAL. */
  const signIn = async (url: string, userId: string) => {
    const page = await client.send('GET', url);
    const sealed = /name="request" value="([^"]+)"/.exec(String(page.body))![1]!;
    const body = new URLSearchParams({ request: sealed, user: userId }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const reply = await client.send('POST', `${authority()}/login`, { body, headers });
    return new URL(String(reply.headers['location'])).searchParams.get('code')!;
  };

  test('MSAL for Node signs a person in with PKCE, confidential or public, and refreshes silently', async () => {
    const user = client.emulator.world.users().find((known) => known.class === 'user')!;
    const confidential = new ConfidentialClientApplication({ auth: { ...auth(), clientSecret: client.secret }, system: system() });
    const open = new PublicClientApplication({ auth: auth(), system: system() });
    for (const [app, redirectUri] of [
      [confidential, WEB],
      [open, 'http://localhost:5000'],
    ] as const) {
      const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
      const scopes = ['https://graph.microsoft.com/User.Read.All'];
      const asked = { scopes, redirectUri, codeChallenge: challenge, codeChallengeMethod: 'S256' };
      const code = await signIn(await app.getAuthCodeUrl(asked), user.id);
      const result = await app.acquireTokenByCode({ scopes, redirectUri, code, codeVerifier: verifier });
      expect(result.account).toMatchObject({ localAccountId: user.id, tenantId: client.tenantId, username: user.upn });
      expect(await opens(result.accessToken)).toBe(200);
      const silent = await app.acquireTokenSilent({ account: result.account!, scopes, forceRefresh: true });
      expect([silent?.fromCache, await opens(silent?.accessToken)]).toEqual([false, 200]);
    }
  });

  test('learns whose passwords these are before it sends one', async () => {
    const realm = async (path: string) => (await client.send('GET', `${client.url}/common/${path}`)).body;
    const [domain] = client.emulator.world.tenant.domains;
    const cloud = { ver: '1.0', cloud_audience_urn: 'urn:federation:MicrosoftOnline' };
    const managed = { ...cloud, account_type: 'Managed', domain_name: domain };
    expect(await realm(`userrealm/ann@${domain}?api-version=1.0`)).toMatchObject(managed);
    expect(await realm(`UserRealm/ann%40${domain}?api-version=1.0`)).toMatchObject(managed);
    expect(await realm(`userrealm?user=ann@${domain}&api-version=1.0`)).toMatchObject(managed);
    const foreign = await realm('userrealm/ann@elsewhere.example?api-version=1.0');
    expect(foreign).toMatchObject({ ...cloud, account_type: 'Unknown' });
    expect(foreign).not.toHaveProperty('domain_name');
    expect(await realm('userrealm?api-version=1.0')).toMatchObject({ error_codes: [900144] });
    expect((await client.send('POST', `${client.url}/common/userrealm/x`)).status).toBeLessThan(500);
  });
});
