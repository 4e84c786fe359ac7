import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Say } from './first-that-works.ts';
import { freePort } from './free-ports.ts';
import { startMongod } from './mongod-server.ts';
import { createProcessRunner, describeDeath } from './process-runner.ts';
import { provisionMongod } from './provision-mongod.ts';
import { provisionTemporal } from './provision-temporal.ts';
import { startTemporal } from './temporal-server.ts';
import type { Environment } from './tool-cache.ts';

export interface TestServers {
  mongodbUri: string;
  temporalAddress: string;
  stop(): Promise<void>;
}

/**
 * Starts a MongoDB and a Temporal of their own for tests, with data that is thrown away; or names those of
 * `MONGODB_URI` and `TEMPORAL_ADDRESS`. They end with this process, however it ends.
 */
export async function startTestServers({ env, say }: { env: Environment; say: Say }): Promise<TestServers> {
  const [mongod, temporal] = await Promise.all([provisionMongod({ env, say }), provisionTemporal({ env, say })]);
  const folder = await mkdtemp(join(tmpdir(), 'trawl-test-'));
  const runner = createProcessRunner({ onLine: () => {}, onDeath: (death) => say(describeDeath(death)) });
  const stop = async (): Promise<void> => {
    await runner.stopAll();
    await rm(folder, { recursive: true, force: true });
  };
  const useMongod = async (): Promise<string> => {
    if (mongod.kind === 'address') return mongod.address;
    const port = await freePort();
    return (await startMongod({ runner, binary: mongod.path, port, dataDir: join(folder, 'mongod'), cacheGb: 0.5, env })).answer;
  };
  const useTemporal = async (): Promise<string> => {
    if (temporal.kind === 'address') return temporal.address;
    const [port, uiPort] = [await freePort(), await freePort()];
    return (await startTemporal({ runner, binary: temporal.path, port, uiPort, env })).answer;
  };
  try {
    const [mongodbUri, temporalAddress] = await Promise.all([useMongod(), useTemporal()]);
    return { mongodbUri, temporalAddress, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
