import { expect, test } from 'vitest';
import { fuzzSpace, runFuzz } from './fuzz-run.ts';
import { startEmulator } from './support.ts';

/** TRAWL_FUZZ_REQUESTS and TRAWL_FUZZ_SEED ask for more, or for the ones that found something. */
const requests = Number(process.env['TRAWL_FUZZ_REQUESTS'] ?? 3_000);
const seed = process.env['TRAWL_FUZZ_SEED'] ?? 'in every run';

test('requests made at random from routes, ids and nonsense find no 5xx, no crash and no hang', async () => {
  const client = await startEmulator({
    seed: { mailboxes: 3, messagesPerMailbox: 20 },
    limits: { concurrent: 1_000, requestsPerWindow: 1e9, directoryUnits: 1e9, directoryWrites: 1e9 },
  });
  const space = await fuzzSpace(client);
  const findings = await runFuzz(client, { space, seed, requests });
  // What the emulator says of a failure comes first: it names the cause.
  expect([...new Set(client.failures.map(String))]).toEqual([]);
  expect(findings).toEqual([]);
  expect((await client.control('GET', '/health')).status).toBe(200);
  await client.stop();
}, 1_200_000);
