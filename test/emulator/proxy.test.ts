import { execFile, spawnSync } from 'node:child_process';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { ClientSecretCredential } from '@azure/identity';
import { ProxyAgent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './support.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0;

describe('a client whose endpoints are fixed', () => {
  let client: TestEmulator;
  let agent: ProxyAgent;
  const proxy = () => `http://127.0.0.1:${client.proxyPort}`;
  const token = async (login = 'login.microsoftonline.com', graph = 'graph.microsoft.com') => {
    const form = { client_id: client.clientId, client_secret: client.secret, grant_type: 'client_credentials' };
    const body = new URLSearchParams({ ...form, scope: `https://${graph}/.default` }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const reply = await request(`https://${login}/${client.tenantId}/oauth2/v2.0/token`, {
      dispatcher: agent,
      method: 'POST',
      headers,
      body,
    });
    return ((await reply.body.json()) as { access_token: string }).access_token;
  };
  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 5 }, proxyPort: 0 });
    agent = new ProxyAgent({ uri: proxy(), requestTls: { ca: client.ca } });
  });
  afterAll(async () => {
    await agent.close();
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('reads from graph.microsoft.com by the proxy, and its links lead back there', async () => {
    const headers = { authorization: `Bearer ${await token()}` };
    const first = await request('https://graph.microsoft.com/v1.0/users?$top=1', { dispatcher: agent, headers });
    const page = (await first.body.json()) as Record<string, any>;
    expect(page['@odata.nextLink']).toMatch(/^https:\/\/graph\.microsoft\.com\/v1\.0\/users\?/);
    expect((await request(page['@odata.nextLink'], { dispatcher: agent, headers })).statusCode).toBe(200);
  });

  test.each([
    'login.microsoftonline.us',
    'login.chinacloudapi.cn',
    'login.partner.microsoftonline.cn',
    'login.windows.net',
    'login.microsoft.com',
    'sts.windows.net',
  ])('is given tokens by %s', async (login) => {
    expect((await token(login)).split('.')).toHaveLength(3);
  });

  test.each(['graph.microsoft.us', 'dod-graph.microsoft.us', 'microsoftgraph.chinacloudapi.cn'])('reads from %s', async (graph) => {
    const headers = { authorization: `Bearer ${await token(undefined, graph)}` };
    expect((await request(`https://${graph}/v1.0/users`, { dispatcher: agent, headers })).statusCode).toBe(200);
  });

  test('may be @azure/identity with its own authority and its own check of it', async () => {
    // Behind a proxy it takes certificates from Node alone: this is what NODE_EXTRA_CA_CERTS does for a process.
    setDefaultCACertificates([...getCACertificates('default'), client.ca]);
    const credential = new ClientSecretCredential(client.tenantId, client.clientId, client.secret, {
      proxyOptions: { host: 'http://127.0.0.1', port: client.proxyPort! },
    });
    const { token: given } = await credential.getToken('https://graph.microsoft.com/.default');
    const reply = await request('https://graph.microsoft.com/v1.0/users', {
      dispatcher: agent,
      headers: { authorization: `Bearer ${given}` },
    });
    expect(reply.statusCode).toBe(200);
  });

  test('is led nowhere else', async () => {
    await expect(request('https://example.com/', { dispatcher: agent })).rejects.toThrow(/403|refused|cancel/i);
    await expect(request('https://graph.microsoft.com:8443/', { dispatcher: agent })).rejects.toThrow(/403|refused|cancel/i);
    expect((await request(`${proxy()}/`)).statusCode).toBe(403);
  });

  test.skipIf(!hasCurl)('may be curl', async () => {
    const url = `https://login.microsoftonline.com/${client.tenantId}/v2.0/.well-known/openid-configuration`;
    const { stdout } = await promisify(execFile)('curl', ['--silent', '--proxy', proxy(), '--cacert', client.caFile, url]);
    expect(JSON.parse(stdout)).toMatchObject({ token_endpoint: `https://login.microsoftonline.com/${client.tenantId}/oauth2/v2.0/token` });
  });
});
