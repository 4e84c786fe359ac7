import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Connection } from '@temporalio/client';
import { searchAttributeTypes } from '../contract/workflow/names.ts';
import type { ProcessRunner, RunningProcess } from './process-runner.ts';
import { wordsOf } from './stack-error.ts';
import type { Environment } from './tool-cache.ts';

/** Asks a Temporal server whether it answers and has the namespace. Throws an Error in words when not. */
export async function askTemporal(address: string, namespace = 'default'): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 5000 }).catch((error: unknown) => {
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
  metricsPort: number;
  /** Database file; in memory when not given. */
  file?: string;
  env: Environment;
}

/** Starts Temporal's development server with its Web UI on the loopback interface; the answer is its address. */
export async function startTemporal(options: TemporalOptions): Promise<RunningProcess<string>> {
  const { runner, binary, port, uiPort, metricsPort, file, env } = options;
  const address = `127.0.0.1:${port}`;
  if (file !== undefined) await mkdir(dirname(file), { recursive: true });
  const attributes = Object.entries(searchAttributeTypes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]);
  return runner.start({
    name: 'temporal',
    file: binary,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort), '--metrics-port', String(metricsPort)],
      ...['--namespace', 'default', '--log-level', 'warn', '--ui-disable-news-fetch'],
      ...(file === undefined ? [] : ['--db-filename', file]),
      ...attributes,
    ],
    env,
    ready: async () => {
      await askTemporal(address);
      return address;
    },
    readyWithinMs: 60_000,
  });
}
