import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encryptionKeysOf, openDataDir, type DataDir } from '../stack/data-dir.ts';
import { startEmulator, type Emulator } from '../stack/emulator-process.ts';
import type { Say } from '../stack/first-that-works.ts';
import { freePort } from '../stack/free-ports.ts';
import { withLocalTemporal } from '../stack/local-environment.ts';
import { startMongod } from '../stack/mongod-server.ts';
import type { ProcessRunner, RunningProcess } from '../stack/process-runner.ts';
import { provisionMongod } from '../stack/provision-mongod.ts';
import { provisionTemporal } from '../stack/provision-temporal.ts';
import type { Provisioned } from '../stack/provision.ts';
import { startTemporal } from '../stack/temporal-server.ts';
import type { Environment } from '../stack/tool-cache.ts';
import type { BenchOptions } from './options.ts';

/** Servers that all measurements of one run share. */
export interface BenchServers {
  dataDir: DataDir;
  mongodbUri: string;
  emulator: Emulator;
  /** Settings of an API and a worker that use these servers, but for their database. */
  env: Environment;
  pids: { mongod: number; temporal: number; emulator: number };
}

export const root = join(import.meta.dirname, '..');

/** As an image has it: a worker that makes the bundle at its start takes most of its memory for that. */
async function makeBundle(file: string): Promise<string> {
  await promisify(execFile)(process.execPath, [join(root, 'worker', 'bundle.ts'), file]);
  return file;
}

/** Servers elsewhere would be measured with what others do on them. */
export function withoutOtherServers(env: Environment): Environment {
  const foreign = (name: string) => name === 'MONGODB_URI' || name.startsWith('TEMPORAL_');
  return Object.fromEntries(Object.entries(env).filter(([name]) => !foreign(name)));
}

export function binaryOf(provisioned: Provisioned): string {
  if (provisioned.kind === 'binary') return provisioned.path;
  throw new Error(`A benchmark starts its own servers, and does not use the one at ${provisioned.address}`);
}

async function usePorts() {
  const [mongod, temporal, temporalUi, emulator, emulatorControl] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  return { mongod, temporal, temporalUi, emulator, emulatorControl, api: 0, workerMetrics: 0 };
}

interface Started {
  mongod: RunningProcess<string>;
  temporal: RunningProcess<string>;
  emulator: RunningProcess<Emulator>;
}

/** Starts mongod, Temporal and the local Microsoft 365 with its seeded organisation, all with data in `folder`. */
export async function startServers(start: {
  folder: string;
  env: Environment;
  options: BenchOptions;
  runner: ProcessRunner;
  say: Say;
}): Promise<BenchServers> {
  const { folder, options, runner, say } = start;
  const given = withoutOtherServers(start.env);
  const dataDir = openDataDir({ env: { TRAWL_DATA_DIR: folder }, reset: false, root });
  const binaries = {
    mongod: binaryOf(await provisionMongod({ env: given, say: (line) => say(`MongoDB: ${line}`) })),
    temporal: binaryOf(await provisionTemporal({ env: given, say: (line) => say(`Temporal: ${line}`) })),
  };
  const ports = await usePorts();
  const { temporal: port, temporalUi: uiPort } = ports;
  const emulated = options.withoutAttachments ? { TRAWL_EMULATOR_WITHOUT_ATTACHMENTS: 'true' } : {};
  const sample = { kind: 'seed' as const, users: options.mailboxes, messages: options.messages };
  const [mongod, temporal, emulator]: [Started['mongod'], Started['temporal'], Started['emulator']] = await Promise.all([
    startMongod({ runner, binary: binaries.mongod, port: ports.mongod, dataDir: dataDir.file('mongod'), cacheGb: 1, env: given }),
    startTemporal({ runner, binary: binaries.temporal, port, uiPort, file: dataDir.file('temporal.db'), env: given }),
    startEmulator({ runner, env: { ...given, ...emulated }, ports, dataDir, sample }),
  ]);
  const env: Environment = {
    ...withLocalTemporal(given, temporal.answer),
    MONGODB_URI: mongod.answer,
    TRAWL_ENCRYPTION_KEYS: encryptionKeysOf(dataDir, given),
    TRAWL_EXTRA_CA_FILE: emulator.answer.caFile,
    TRAWL_CUSTOM_ENDPOINTS: emulator.answer.origin,
    TRAWL_WORKFLOW_BUNDLE: await makeBundle(dataDir.file('workflows.js')),
    TRAWL_METRICS_PORT: '0',
    TRAWL_LOG_FORMAT: 'json',
    TRAWL_LOG_LEVEL: 'info',
    ...(options.limits === null
      ? {}
      : {
          TRAWL_MAILBOX_IN_FLIGHT: String(options.limits.inFlight),
          TRAWL_MAILBOX_REQUESTS: String(options.limits.requests),
          TRAWL_MAILBOX_WINDOW_SECONDS: String(options.limits.windowMs / 1000),
        }),
    ...(options.pageSize === null ? {} : { TRAWL_MESSAGE_PAGE_SIZE: String(options.pageSize) }),
    ...(options.withoutExtraction ? { TRAWL_EXTRACT_PROCESSES: '0' } : {}),
  };
  const pids = { mongod: mongod.pid, temporal: temporal.pid, emulator: emulator.pid };
  return { dataDir, mongodbUri: mongod.answer, emulator: emulator.answer, env, pids };
}
