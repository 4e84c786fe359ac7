import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiClient } from './api-client.ts';
import { choosePorts, type Ports } from './choose-ports.ts';
import { encryptionKeysOf, sampleOf, type DataDir } from './data-dir.ts';
import { startEmulator, type Emulator } from './emulator-process.ts';
import type { Say } from './first-that-works.ts';
import { withLocalTemporal } from './local-environment.ts';
import { waitForLock } from './lock.mjs';
import { startMongod } from './mongod-server.ts';
import type { ProcessRunner } from './process-runner.ts';
import { provisionMongod } from './provision-mongod.ts';
import { provisionTemporal } from './provision-temporal.ts';
import type { Provisioned } from './provision.ts';
import type { Restarting } from './restarting.ts';
import { adminClient, startApi, startWorker } from './services.ts';
import type { Sample, StartOptions } from './start-options.ts';
import { startTemporal } from './temporal-server.ts';
import type { Environment } from './tool-cache.ts';

/** Everything that runs, and where it answers. */
export interface Stack {
  mongodbUri: string;
  databaseName: string;
  apiUrl: string;
  /** Null when Temporal was given by address. */
  temporalUiUrl: string | null;
  keyFile: string;
  api: ApiClient;
  emulator: Emulator;
}

export interface StackOptions {
  dataDir: DataDir;
  env: Environment;
  options: StartOptions;
  runner: ProcessRunner;
  restarting: Restarting;
  say: Say;
}

async function timed<T>(name: string, { say, work }: { say: Say; work: () => Promise<T> }): Promise<T> {
  const startedAt = Date.now();
  const result = await work();
  say(`${name} is ready (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  return result;
}

type Launch = <T>(name: string, start: () => Promise<{ answer: T }>) => Promise<T>;

interface Servers {
  mongod: Provisioned;
  temporal: Provisioned;
}

async function launchMongod(
  mongod: Provisioned,
  { stack, ports, launch }: { stack: StackOptions; ports: Ports; launch: Launch },
): Promise<string> {
  if (mongod.kind === 'address') return mongod.address;
  const { runner, dataDir, env } = stack;
  const start = () => startMongod({ runner, binary: mongod.path, port: ports.mongod, dataDir: dataDir.file('mongod'), cacheGb: 1, env });
  return launch('mongod', start);
}

/** The environment of Temporal's clients: as given, or naming the server that is started here. */
async function launchTemporal(
  temporal: Provisioned,
  { stack, ports, launch }: { stack: StackOptions; ports: Ports; launch: Launch },
): Promise<Environment> {
  const { runner, dataDir, env } = stack;
  if (temporal.kind === 'address') return env;
  const { temporal: port, temporalUi: uiPort } = ports;
  const start = () => startTemporal({ runner, binary: temporal.path, port, uiPort, file: dataDir.file('temporal.db'), env });
  return withLocalTemporal(env, await launch('temporal', start));
}

async function provisionBoth({ env, say }: StackOptions): Promise<Servers> {
  const [mongod, temporal] = await Promise.all([
    provisionMongod({ env, say: (line) => say(`MongoDB: ${line}`) }),
    provisionTemporal({ env, say: (line) => say(`Temporal: ${line}`) }),
  ]);
  return { mongod, temporal };
}

/** What the API and the worker are told beside what the user's environment says. */
function settingsOf(
  { dataDir, env }: StackOptions,
  given: { temporalEnv: Environment; temporalUiUrl: string | null; mongodbUri: string; emulator: Emulator; ports: Ports },
): Environment {
  const { temporalEnv, temporalUiUrl, mongodbUri, emulator, ports } = given;
  return {
    ...temporalEnv,
    MONGODB_URI: mongodbUri,
    TRAWL_MONGODB_DATABASE: env['TRAWL_MONGODB_DATABASE'] || 'trawl',
    TRAWL_ENCRYPTION_KEYS: encryptionKeysOf(dataDir, env),
    TRAWL_FIRST_KEY_FILE: env['TRAWL_FIRST_KEY_FILE'] || dataDir.file('admin-key'),
    TRAWL_EXTRA_CA_FILE: emulator.caFile,
    TRAWL_CUSTOM_ENDPOINTS: [env['TRAWL_CUSTOM_ENDPOINTS'], emulator.origin].filter(Boolean).join(','),
    TRAWL_METRICS_PORT: String(ports.workerMetrics),
    TRAWL_LOG_FORMAT: 'json',
    ...(temporalUiUrl === null ? {} : { TRAWL_TEMPORAL_UI_URL: env['TRAWL_TEMPORAL_UI_URL'] || temporalUiUrl }),
  };
}

async function launchAll(stack: StackOptions, { servers, sample }: { servers: Servers; sample: Sample }): Promise<Stack> {
  const { dataDir, env, runner, restarting, say } = stack;
  const ports = await choosePorts({ remembered: dataDir.read<Partial<Ports>>('ports.json') ?? {}, env, say });
  dataDir.write('ports.json', ports);
  const launch: Launch = async (name, start) => (await timed(name, { say, work: () => restarting.launch(name, start) })).answer;
  const [mongodbUri, temporalEnv, emulator] = await Promise.all([
    launchMongod(servers.mongod, { stack, ports, launch }),
    launchTemporal(servers.temporal, { stack, ports, launch }),
    launch('emulator', () => startEmulator({ runner, env, ports, dataDir, sample })),
  ]);
  const temporalUiUrl = servers.temporal.kind === 'binary' ? `http://127.0.0.1:${ports.temporalUi}` : null;
  const settings = settingsOf(stack, { temporalEnv, temporalUiUrl, mongodbUri, emulator, ports });
  const apiUrl = await launch('api', () => startApi({ runner, env: settings, port: ports.api }));
  await launch('worker', () => startWorker({ runner, env: settings }));
  const keyFile = settings['TRAWL_FIRST_KEY_FILE']!;
  const api = adminClient({ baseUrl: apiUrl, keyFile });
  return { mongodbUri, databaseName: settings['TRAWL_MONGODB_DATABASE']!, apiUrl, temporalUiUrl, keyFile, api, emulator };
}

/** Held while ports are chosen and taken, so that two starts in the same moment do not choose the same. */
const portsLock = join(tmpdir(), `trawl-ports-${process.getuid?.() ?? 'user'}.lock`);

/**
 * Provisions what is missing and starts everything in order, each process ready before those that need it.
 * Throws with the exit code and the remedy when something cannot be had.
 */
export async function startStack(stack: StackOptions): Promise<Stack> {
  const sample = sampleOf(stack.dataDir, stack.options.sample);
  const servers = await provisionBoth(stack);
  const release = await waitForLock(portsLock, (pid) => stack.say(`waiting for process ${pid}, which is starting Trawl as well`));
  try {
    return await launchAll(stack, { servers, sample });
  } finally {
    release();
  }
}
