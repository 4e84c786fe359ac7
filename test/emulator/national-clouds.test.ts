import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './support.ts';

const CHINA = { login: 'login.chinacloudapi.cn', graph: 'microsoftgraph.chinacloudapi.cn' };
const GOVERNMENT = { login: 'login.microsoftonline.us', graph: 'graph.microsoft.us' };
const DEFENCE = { login: 'login.microsoftonline.us', graph: 'dod-graph.microsoft.us' };
const WORLD = { login: 'login.microsoftonline.com', graph: 'graph.microsoft.com' };
type Cloud = typeof WORLD;

let client: TestEmulator;
let mailbox: string;

beforeAll(async () => {
  client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 5 } });
  mailbox = `/users/${client.emulator.world.users()[0]!.id}`;
});
afterAll(async () => {
  expect(client.failures).toEqual([]);
  await client.stop();
});

async function tokenOf({ login, graph }: Cloud): Promise<string> {
  const form = {
    client_id: client.clientId,
    client_secret: client.secret,
    grant_type: 'client_credentials',
    scope: `https://${graph}/.default`,
  };
  const headers = { 'content-type': 'application/x-www-form-urlencoded', host: login };
  const body = new URLSearchParams(form).toString();
  return (await client.send('POST', `${client.url}/${client.tenantId}/oauth2/v2.0/token`, { body, headers })).body.access_token;
}

const ask = ({ graph }: Cloud, token: string, path: string) =>
  client.send('GET', `${client.url}/v1.0${path}`, { headers: { host: graph, authorization: `Bearer ${token}` } });

describe('a national cloud', () => {
  test('takes its own tokens and no other cloud’s', async () => {
    const clouds = [WORLD, GOVERNMENT, DEFENCE, CHINA];
    const answers: (readonly [string, string, number])[] = [];
    for (const issuer of clouds) {
      const token = await tokenOf(issuer);
      for (const cloud of clouds) {
        const { status, body } = await ask(cloud, token, '/users?$top=1&$select=id');
        answers.push([issuer.graph, cloud.graph, status]);
        if (status === 401) expect(body.error.message).toBe('Access token validation failure. Invalid audience.');
      }
    }
    expect(answers).toEqual(clouds.flatMap((issuer) => clouds.map((cloud) => [issuer.graph, cloud.graph, issuer === cloud ? 200 : 401])));
  });

  test('has no delta of messages and folders in China, but one of events', async () => {
    const token = await tokenOf(CHINA);
    for (const path of ['/mailFolders/delta', '/mailFolders/inbox/messages/delta()']) {
      const { status, body } = await ask(CHINA, token, `${mailbox}${path}`);
      expect([status, body.error.code]).toEqual([400, 'BadRequest']);
    }
    const window = 'startDateTime=2026-01-01T00:00:00Z&endDateTime=2026-02-01T00:00:00Z';
    expect((await ask(CHINA, token, `${mailbox}/calendarView/delta?${window}`)).status).toBe(200);
    expect((await ask(CHINA, token, `${mailbox}/messages`)).status).toBe(200);
    expect((await ask(GOVERNMENT, await tokenOf(GOVERNMENT), `${mailbox}/mailFolders/delta`)).status).toBe(200);
  });
});
