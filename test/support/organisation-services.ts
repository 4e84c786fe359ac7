import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ports } from '../../stack/choose-ports.ts';
import type { DataDir } from '../../stack/data-dir.ts';
import { startEmulator, type Emulator } from '../../stack/emulator-process.ts';
import { freePort } from '../../stack/free-ports.ts';
import { startMongod } from '../../stack/mongod-server.ts';
import type { ProcessRunner } from '../../stack/process-runner.ts';
import { startApi, startWorker } from '../../stack/services.ts';
import { startTemporal } from '../../stack/temporal-server.ts';
import type { Environment } from '../../stack/tool-cache.ts';
import { linesOf, named, startService, type Lines, type Service } from './service.ts';
import { waitFor } from './wait-for.ts';

export interface ServiceParts {
  runner: ProcessRunner;
  lines: Lines;
  /** Folder of this organisation alone. */
  folder: string;
  env: Environment;
}

/** The settings of the environment that name Trawl's own binaries, or an Error that says where they come from. */
function binaryOf(env: Environment, name: 'TRAWL_MONGOD_BIN' | 'TRAWL_TEMPORAL_BIN'): string {
  const path = env[name];
  if (!path) throw new Error(`${name} is not set: run the tests by npm test, which provisions the servers`);
  return path;
}

/** Temporal with its Web UI. */
export type TemporalService = Service<string> & { uiUrl: string };

/** A Temporal of its own, on a database file, since the names of task queues are fixed. */
export async function temporalService({ runner, lines, folder, env }: ServiceParts): Promise<TemporalService> {
  const binary = binaryOf(env, 'TRAWL_TEMPORAL_BIN');
  const [port, uiPort] = [await freePort(), await freePort()];
  const file = join(folder, 'temporal.db');
  const launch = () => startTemporal({ runner, binary, port, uiPort, file, env });
  return Object.assign(await startService({ name: 'temporal', lines, launch }), { uiUrl: `http://127.0.0.1:${uiPort}` });
}

/** A MongoDB of its own, for a test that kills it. */
export async function mongodService({ runner, lines, folder, env }: ServiceParts): Promise<Service<string>> {
  const binary = binaryOf(env, 'TRAWL_MONGOD_BIN');
  const port = await freePort();
  const launch = () => startMongod({ runner, binary, port, dataDir: join(folder, 'mongod'), cacheGb: 1, env });
  return startService({ name: 'mongod', lines, launch });
}

export interface OrganisationSize {
  mailboxes: number;
  /** On average. */
  messagesPerMailbox: number;
  seed: string;
}

export async function emulatorService(
  { runner, lines, folder, env }: ServiceParts,
  given: OrganisationSize | { folder: string },
): Promise<Service<Emulator>> {
  const ports = { emulator: await freePort(), emulatorControl: await freePort() } as Ports;
  const dataDir = { file: (...names: string[]) => join(folder, ...names) } as DataDir;
  await mkdir(folder, { recursive: true });
  const seeded = 'seed' in given;
  const sample = seeded
    ? ({ kind: 'seed', users: given.mailboxes, messages: given.mailboxes * given.messagesPerMailbox } as const)
    : ({ kind: 'folder', path: given.folder } as const);
  const settings: Environment = seeded ? { ...env, TRAWL_EMULATOR_SEED: given.seed } : env;
  return startService({ name: 'emulator', lines, launch: () => startEmulator({ runner, env: settings, ports, dataDir, sample }) });
}

export async function apiService({ runner, lines, env }: ServiceParts): Promise<Service<string>> {
  const port = await freePort();
  return startService({ name: 'api', lines, launch: () => startApi({ runner, env, port }) });
}

const takesWork = 'The worker takes work';

/** A worker; unlike Temporal's list of pollers, which remembers the dead, its own word says when it is ready. */
export function workerService({ runner, lines, env }: ServiceParts, name: string): Promise<Service<boolean>> {
  const said = linesOf(lines, name);
  return startService({
    name,
    lines,
    launch: async () => {
      const before = said.length;
      const running = await startWorker({
        runner: named(runner, name),
        env: { ...env, TRAWL_METRICS_PORT: env['TRAWL_METRICS_PORT'] || '0' },
      });
      await waitFor(`${name} to take work`, () => said.slice(before).some((line) => line.includes(takesWork)), { timeoutMs: 90_000 });
      return running;
    },
  });
}
