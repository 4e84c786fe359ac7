import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Connection, type ConnectionOptions } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { searchAttributeTypes } from '../contract/workflow/names.ts';
import type { ProcessRunner, RunningProcess } from './process-runner.ts';
import { wordsOf } from './stack-error.ts';
import type { Environment } from './tool-cache.ts';

/** Connects to the Temporal that the `TEMPORAL_*` variables name, as every process of Trawl does. */
export async function connectTemporal(env: Environment): Promise<{ connection: Connection; namespace: string }> {
  const given = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars: given });
  const connection = await Connection.connect({ ...(connectionOptions as ConnectionOptions), connectTimeout: 5000 });
  return { connection, namespace: namespace ?? 'default' };
}

/** Asks the Temporal that the environment names whether it answers and has the namespace. Throws an Error in words when not. */
export async function askTemporal(env: Environment): Promise<void> {
  const { connection, namespace } = await connectTemporal(env).catch((error: unknown) => {
    throw new Error(`the server it names cannot be reached: ${wordsOf(error)}`, { cause: error });
  });
  try {
    await connection.withDeadline(Date.now() + 5000, () => connection.workflowService.describeNamespace({ namespace }));
  } finally {
    await connection.close();
  }
}

export interface TemporalOptions {
  runner: ProcessRunner;
  binary: string;
  port: number;
  uiPort: number;
  /** Database file; in memory when not given. */
  file?: string;
  env: Environment;
}

/** Starts Temporal's development server with its Web UI on the loopback interface; the answer is its address. */
export async function startTemporal(options: TemporalOptions): Promise<RunningProcess<string>> {
  const { runner, binary, port, uiPort, file, env } = options;
  const address = `127.0.0.1:${port}`;
  if (file !== undefined) await mkdir(dirname(file), { recursive: true });
  const attributes = Object.entries(searchAttributeTypes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]);
  return runner.start({
    name: 'temporal',
    file: binary,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
      ...['--namespace', 'default', '--log-level', 'warn', '--ui-disable-news-fetch'],
      ...(file === undefined ? [] : ['--db-filename', file]),
      ...attributes,
    ],
    env,
    ready: async () => {
      await askTemporal({ TEMPORAL_ADDRESS: address });
      return address;
    },
    readyWithinMs: 60_000,
  });
}
