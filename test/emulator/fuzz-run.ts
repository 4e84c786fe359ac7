import { request } from 'node:https';
import { Agent } from 'node:https';
import { fuzzedRequest, type FuzzedRequest, type FuzzSpace } from './fuzz-requests.ts';
import { grantEverything, readAll, type TestEmulator } from './support.ts';

/** A request that was not answered as one should be: a 5xx, no answer, or no http at all. */
export interface FuzzFinding {
  readonly number: number;
  readonly request: string;
  readonly outcome: string;
}

const ANSWER_WITHIN_MS = 20_000;
const LANES = 16;

/** What exists in the emulator, so that most requests come past the first check. */
export async function fuzzSpace(client: TestEmulator): Promise<FuzzSpace> {
  await grantEverything(client);
  const users = client.emulator.world.users().slice(0, 3);
  const user = users[0]!.id;
  const ids = async (path: string) => (await readAll(client, path)).value.slice(0, 5).map((entry) => String(entry.id));
  const known = {
    'user-id': [...users.map(({ id }) => id), users[0]!.upn],
    'mailFolder-id': ['inbox', 'drafts', 'sentitems', 'msgfolderroot', ...(await ids(`/users/${user}/mailFolders`))],
    'message-id': await ids(`/users/${user}/mailFolders/inbox/messages?$select=id`),
    'calendar-id': await ids(`/users/${user}/calendars`),
    'event-id': await ids(`/users/${user}/events?$select=id`).catch(() => []),
    tenant: [client.tenantId, client.tenantId, ...client.emulator.world.tenant.domains],
    app: client.emulator.world.apps().map(({ clientId }) => clientId),
    'group-id': client.emulator.world.directory
      .list('group')
      .slice(0, 5)
      .map(({ id }) => id),
    'drive-id': await ids(`/users/${user}/drives`),
    'driveItem-id': ['root', ...(await ids(`/users/${user}/drive/root/children`))],
    'site-id': ['root', ...(await ids('/sites?search=*'))],
    'domain-id': client.emulator.world.tenant.domains,
  };
  return { routes: client.emulator.routes, known };
}

/** Sends so many requests, some at a time, and names those that were answered badly. */
export async function runFuzz(client: TestEmulator, of: { space: FuzzSpace; seed: string; requests: number }): Promise<FuzzFinding[]> {
  const token = await client.appToken();
  const agent = new Agent({ keepAlive: true, maxSockets: LANES, ca: client.ca });
  const findings: FuzzFinding[] = [];
  let next = 0;
  const lane = async () => {
    while (next < of.requests) {
      const number = next++;
      const fuzzed = fuzzedRequest(of.space, { seed: of.seed, number });
      const outcome = await outcomeOf(fuzzed, { client, agent, token });
      if (outcome !== undefined)
        findings.push({
          number,
          request: `${fuzzed.method} ${fuzzed.path.slice(0, 300)} ${String(fuzzed.body ?? '').slice(0, 300)}`,
          outcome,
        });
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  agent.destroy();
  return findings;
}

/** Undefined for an answer below 500. */
function outcomeOf(fuzzed: FuzzedRequest, by: { client: TestEmulator; agent: Agent; token: string }): Promise<string | undefined> {
  return new Promise((resolve) => {
    const headers = {
      ...fuzzed.headers,
      authorization: `Bearer ${by.token}`,
      ...(fuzzed.body === undefined ? {} : { 'content-length': Buffer.byteLength(fuzzed.body) }),
    };
    const options = {
      port: by.client.port,
      host: 'localhost',
      path: fuzzed.path,
      method: fuzzed.method,
      headers,
      agent: by.agent,
      timeout: ANSWER_WITHIN_MS,
    };
    const sent = request(options, (response) => {
      response.resume();
      response.on('end', () => resolve((response.statusCode ?? 0) >= 500 ? `${response.statusCode}` : undefined));
      response.on('error', (error) => resolve(error.message));
    });
    sent.on('timeout', () => sent.destroy(new Error('No answer')));
    sent.on('error', (error) => resolve(error.message));
    sent.end(fuzzed.body);
  });
}
