import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '@temporalio/client';
import { taskQueues } from '../contract/workflow/names.ts';
import { createApiClient, type ApiClient } from './api-client.ts';
import type { ProcessRunner, RunningProcess } from './process-runner.ts';
import { connectTemporal } from './temporal-server.ts';
import type { Environment } from './tool-cache.ts';

const root = join(import.meta.dirname, '..');

/** Starts the API; ready when it says that MongoDB and Temporal answer too. */
export function startApi(options: { runner: ProcessRunner; env: Environment; port: number }): Promise<RunningProcess<string>> {
  const { runner, env, port } = options;
  const baseUrl = `http://127.0.0.1:${port}`;
  return runner.start({
    name: 'api',
    file: process.execPath,
    args: [join(root, 'api', 'main.ts')],
    cwd: root,
    env: { ...env, TRAWL_API_HOST: '127.0.0.1', TRAWL_API_PORT: String(port) },
    ready: async () => {
      const response = await fetch(`${baseUrl}/health/ready`, { signal: AbortSignal.timeout(5000) });
      return response.ok ? baseUrl : null;
    },
    readyWithinMs: 90_000,
  });
}

/** True when a worker asks the queue for work. */
async function isPolled(connection: Connection, { namespace, queue }: { namespace: string; queue: string }): Promise<boolean> {
  const WORKFLOW = 1;
  const answer = await connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name: queue }, taskQueueType: WORKFLOW });
  return (answer.pollers ?? []).length > 0;
}

/** Starts a worker; ready when Temporal sees it ask for workflow tasks. */
export function startWorker(options: { runner: ProcessRunner; env: Environment }): Promise<RunningProcess<boolean>> {
  const { runner, env } = options;
  return runner.start({
    name: 'worker',
    file: process.execPath,
    args: [join(root, 'worker', 'main.ts')],
    cwd: root,
    env,
    ready: async () => {
      const { connection, namespace } = await connectTemporal(env);
      try {
        return (await isPolled(connection, { namespace, queue: taskQueues.workflows })) || null;
      } finally {
        await connection.close();
      }
    },
    readyWithinMs: 120_000,
    stopWithinMs: 15_000,
  });
}

/** A client of the API with the first admin key. Throws an Error with the remedy when the key's file is not there. */
export function adminClient({ baseUrl, keyFile }: { baseUrl: string; keyFile: string }): ApiClient {
  if (!existsSync(keyFile)) {
    throw new Error(
      `${keyFile} is missing: the database has a first admin key already, and it is shown only once. Remedy: set TRAWL_FIRST_KEY_FILE to the file that holds it, or add --reset.`,
    );
  }
  return createApiClient({ baseUrl, key: readFileSync(keyFile, 'utf8').trim() });
}
