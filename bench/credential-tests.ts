import type { BenchParts } from './bench-parts.ts';
import type { ApiClient } from '../stack/api-client.ts';
import { freePort } from '../stack/free-ports.ts';
import { crawlSample, makeSampleSource } from '../stack/sample-source.ts';
import { adminClient, startApi, startWorker } from '../stack/services.ts';
import { connectTemporal } from '../stack/temporal-server.ts';
import { median, round } from './figures.ts';
import { startServers } from './servers.ts';
import { createTenantControl } from './tenant-control.ts';
import { pileUpLanes, waitingLanes } from './waiting-lanes.ts';

const tests = 20;
const unmeasuredTests = 3;
const slots = 10;
const lanes = 1000;
/** A mailbox with some thousand messages is read by four lanes. */
const lanesPerMailbox = 4;

/** What is measured when no flag says otherwise: mailboxes enough for more lanes than have to wait, and answers as slow as Graph's. */
export const credentialTestDefaults = { mailboxes: 400, messages: 600_000, latencyMs: 100 };

interface Times {
  median: number;
  slowest: number;
}

async function timeTests(api: ApiClient, credentialId: string, count: number): Promise<Times> {
  const times: number[] = [];
  for (let test = 0; test < count; test += 1) {
    const from = performance.now();
    const { signedIn } = await api.call<{ signedIn: boolean }>('POST', `/v1/credentials/${credentialId}/test`);
    if (!signedIn) throw new Error('The test of the credential says that nobody is signed in');
    times.push(performance.now() - from);
  }
  return { median: round(median(times), 0), slowest: round(Math.max(...times), 0) };
}

/** Times tests of a credential while nothing else is done, and while 1,000 lanes of low priority wait for 10 slots. */
export async function benchCredentialTests(parts: BenchParts): Promise<void> {
  const { options, say } = parts;
  const runner = parts.makeRunner();
  const servers = await startServers({ ...parts, runner });
  await createTenantControl(servers.emulator.controlUrl).setLatency(options.latencyMs);
  const keyFile = servers.dataDir.file('admin-key');
  const env = { ...servers.env, TRAWL_FIRST_KEY_FILE: keyFile, TRAWL_SLOTS_LOW: String(slots), TRAWL_METRICS_PORT: '0' };
  const { answer: baseUrl } = await startApi({ runner, env, port: await freePort() });
  await startWorker({ runner, env });
  const api = adminClient({ baseUrl, keyFile });
  const sourceId = await makeSampleSource({ api, tenant: servers.emulator, mode: 'once' });
  const { credentialId } = await api.call<{ credentialId: string }>('PATCH', `/v1/sources/${sourceId}`, { priority: 'low' });

  await timeTests(api, credentialId, unmeasuredTests);
  say(`${tests} tests of a credential while nothing else is done`);
  const idle = await timeTests(api, credentialId, tests);
  say(`the crawl of ${options.mailboxes} mailboxes begins: ${lanes} lanes are to wait for ${slots} slots`);
  await crawlSample({ api, sourceId, mode: 'once' });
  const temporal = await connectTemporal(env);
  try {
    await pileUpLanes(temporal, { sourceId, mailboxes: Math.min(500, options.mailboxes), lanes });
    const before = await waitingLanes(temporal);
    say(`${tests} tests of a credential while ${before} lanes wait`);
    const busy = await timeTests(api, credentialId, tests);
    const after = await waitingLanes(temporal);
    if (after < lanes) say(`only ${after} lanes waited at the end: more --mailboxes (${lanesPerMailbox} lanes each) make it last`);
    const row = { latencyMs: options.latencyMs, idle: idle.median, 'idle, slowest': idle.slowest };
    const result = { ...row, busy: busy.median, 'busy, slowest': busy.slowest, ratio: round(busy.median / idle.median, 2), before, after };
    console.table([result]);
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } finally {
    await temporal.connection.close();
  }
  await runner.stopAll();
}
