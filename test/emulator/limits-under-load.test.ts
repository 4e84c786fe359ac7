import { Agent, request } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startEmulator, type TestEmulator } from './support.ts';

const CLIENTS = 64;

describe('64 clients at once on one mailbox', () => {
  let client: TestEmulator;
  let user: string;
  let token: string;
  let agents: readonly Agent[];
  const stats = async () => (await client.control('GET', '/stats')).body;
  /** Each client has a connection of its own. */
  const ask = async (agent: Agent) => {
    const url = `${client.url}/v1.0/users/${user}/mailFolders/inbox`;
    const reply = await request(url, { dispatcher: agent, headers: { authorization: `Bearer ${token}` } });
    const body = (await reply.body.json()) as any;
    return { status: reply.statusCode, code: body.error?.code as string | undefined, retryAfter: reply.headers['retry-after'] };
  };
  const isThrottled = ({ status, code, retryAfter }: Awaited<ReturnType<typeof ask>>) =>
    status === 429 && code === 'ApplicationThrottled' && /^\d+$/.test(String(retryAfter));

  beforeAll(async () => {
    client = await startEmulator({ seed: { mailboxes: 2, messagesPerMailbox: 10 } });
    user = client.emulator.world.users()[0]!.id;
    token = await client.appToken();
    agents = Array.from({ length: CLIENTS }, () => new Agent({ connect: { ca: client.ca }, connections: 1 }));
  });
  beforeEach(() => client.control('DELETE', '/stats'));
  afterAll(async () => {
    await Promise.all(agents.map((agent) => agent.close()));
    expect(client.failures).toEqual([]);
    await client.stop();
  });

  test('four are let in and sixty refused while none is answered', async () => {
    const rule = (await client.control('POST', '/faults', { match: { path: 'mailFolders/inbox' }, answer: { hold: true } })).body;
    let refused = 0;
    const asked = agents.map(async (agent) => {
      const reply = await ask(agent);
      if (isThrottled(reply)) refused++;
      return reply;
    });
    await expect.poll(() => refused, { timeout: 60_000 }).toBe(CLIENTS - 4);
    expect(await stats()).toMatchObject({ violations: CLIENTS - 4, largestInFlight: 4 });
    await client.control('DELETE', `/faults/${rule.id}`);
    const replies = await Promise.all(asked);
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(4);
    const [use] = (await stats()).mailboxes.filter((entry: any) => entry.mailboxId === user);
    expect(use).toMatchObject({ requests: CLIENTS, violations: CLIENTS - 4, largestConcurrency: 5, largestAdmitted: 4 });
  });

  test('in a storm of requests every answer is told by the limits, and the emulator’s counts are the clients’', async () => {
    await client.control('PUT', '/latency', { ms: 1, jitterMs: 4 });
    const turns = 20;
    const replies = (
      await Promise.all(
        agents.map(async (agent) => {
          const own = [];
          for (let turn = 0; turn < turns; turn++) own.push(await ask(agent));
          return own;
        }),
      )
    ).flat();
    await client.control('PUT', '/latency', { ms: 0 });
    const served = replies.filter(({ status }) => status === 200).length;
    const throttled = replies.filter(isThrottled).length;
    expect(served + throttled).toBe(CLIENTS * turns);
    expect(throttled).toBeGreaterThan(0);
    const counts = await stats();
    const [use] = counts.mailboxes.filter((entry: any) => entry.mailboxId === user);
    expect(use).toMatchObject({ requests: CLIENTS * turns, violations: throttled, largestAdmitted: 4 });
    expect(counts.byKindAndStatus['mailFolders.get']).toEqual({ 200: served, 429: throttled });
    expect(counts.byClient[client.clientId]['mailFolders.get']).toBe(CLIENTS * turns);
  });

  test('above the requests of ten minutes all are refused, until the oldest have left the window', async () => {
    await client.control('POST', '/clock', { advanceMs: 700_000 });
    await client.control('PUT', '/limits', { requestsPerWindow: 100, concurrent: CLIENTS });
    const first = await Promise.all(agents.map(ask));
    const second = await Promise.all(agents.map(ask));
    expect([...first, ...second].filter(({ status }) => status === 200)).toHaveLength(100);
    const refused = second.filter(isThrottled);
    expect(refused).toHaveLength(2 * CLIENTS - 100);
    await client.control('POST', '/clock', { advanceMs: Math.max(...refused.map(({ retryAfter }) => Number(retryAfter))) * 1_000 });
    expect((await ask(agents[0]!)).status).toBe(200);
    await client.control('DELETE', '/limits');
    await client.control('POST', '/clock', { offsetMs: 0 });
  });
});
