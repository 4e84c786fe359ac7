import { expect, test } from 'vitest';
import { fuzzSpace, runFuzz } from '../emulator/fuzz-run.ts';
import { startEmulator } from '../emulator/support.ts';

const SEEDS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

test.each(SEEDS)('twenty thousand requests of seed %s find no 5xx, no crash and no hang', async (seed) => {
  const client = await startEmulator({
    seed: { mailboxes: 3, messagesPerMailbox: 50 },
    limits: { concurrent: 1_000, requestsPerWindow: 1e9, directoryUnits: 1e9, directoryWrites: 1e9 },
  });
  const space = await fuzzSpace(client);
  const findings = await runFuzz(client, { space, seed, requests: 20_000 });
  expect([...new Set(client.failures.map(String))]).toEqual([]);
  expect(findings).toEqual([]);
  await client.stop();
});
