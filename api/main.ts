import { Connection, type ConnectionOptions } from '@temporalio/client';
import type { Logger } from 'pino';
import { createVaultKey } from '../vault/key-wrapper.ts';
import { makeLog } from '../settings/make-log.ts';
import { SettingsError } from '../settings/read-environment.ts';
import { openStore, prepareStore, type Store } from '../store/open-store.ts';
import { buildApi } from './app.ts';
import { createCrawlControl } from './crawl-control.ts';
import { makeFirstKey } from './first-key.ts';
import { keepCredentials } from './keep-credentials.ts';
import { resumeDeletions } from './delete-source.ts';
import { keepTrying } from './keep-trying.ts';
import { createCommandRecorder } from './record-commands.ts';
import { reconcileCrawls } from './reconcile.ts';
import { serve, type Serving } from './serving.ts';
import { readSettings, type ApiSettings } from './settings.ts';
import { startDue } from './start-due.ts';
import { createStartingApp, type Awaited } from './starting-app.ts';
import type { CrawlControl } from './temporal.ts';
import { trustAuthorities } from './trust-authorities.ts';

const configurationExitCode = 2;
const pingTimeoutMs = 5000;
/** How long a request waits for a MongoDB that is away before it is answered with 503. */
const storeTimeoutMs = 5000;
const reconcileEveryMs = 60_000;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(configurationExitCode);
}

function settingsOrExit(): ApiSettings {
  try {
    const settings = readSettings(process.env);
    if (settings.signIn !== null && settings.extraCaFile !== null) trustAuthorities(settings.extraCaFile);
    return settings;
  } catch (error) {
    if (error instanceof SettingsError) fail(error.message);
    throw error;
  }
}

async function serveOrExit(settings: ApiSettings, starting: Parameters<typeof createStartingApp>[0]): Promise<Serving> {
  const { host, port } = settings;
  try {
    return await serve({ host, port, app: createStartingApp(starting) });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') fail(`TRAWL_API_PORT: port ${port} of ${host} is in use. Stop what uses it, or choose another port.`);
    fail(
      `TRAWL_API_HOST and TRAWL_API_PORT: cannot listen on ${host}:${port} (${code ?? (error as Error).message}). Choose another address.`,
    );
  }
}

async function connectStore(
  settings: ApiSettings,
  { log, awaited, signal }: { log: Logger; awaited: Awaited; signal: AbortSignal },
): Promise<Store> {
  const { mongodbUri: uri, databaseName, sealing, extraCaFile, auditDays } = settings;
  const { encryptionKeys, keyVault } = sealing;
  const vault = keyVault && { key: createVaultKey({ address: keyVault.address, extraCaFile }), seals: keyVault.seals };
  return keepTrying(
    async () => {
      try {
        const store = await openStore({ uri, databaseName, encryptionKeys, vault, log, serverSelectionTimeoutMs: storeTimeoutMs });
        await prepareStore(store);
        await store.audit.keepFor(auditDays);
        awaited.mongodb = null;
        return store;
      } catch (error) {
        awaited.mongodb = (error as Error).message;
        throw error;
      }
    },
    { log, signal },
  );
}

async function awaitTemporal(
  temporal: CrawlControl,
  { log, awaited, signal }: { log: Logger; awaited: Awaited; signal: AbortSignal },
): Promise<void> {
  await keepTrying(
    async () => {
      try {
        await temporal.ping(pingTimeoutMs);
        awaited.temporal = null;
      } catch (error) {
        awaited.temporal = (error as Error).message;
        throw error;
      }
    },
    { log, signal },
  );
}

/**
 * Repairs now and then again: a start that Temporal did not answer is made good without a restart of the API. And writes
 * down who commanded crawls past the API.
 */
function keepReconciling(deps: Parameters<typeof reconcileCrawls>[0], signal: AbortSignal): void {
  const recordCommands = createCommandRecorder(deps);
  const attempt = async (work: () => Promise<unknown>, failed: string): Promise<void> => {
    try {
      await work();
    } catch (error) {
      deps.log.warn({ problem: (error as Error).message }, failed);
    }
  };
  const run = async (): Promise<void> => {
    await attempt(() => resumeDeletions(deps), 'Deletions that were begun could not be looked for; trying again');
    await attempt(() => reconcileCrawls(deps), 'Crawls without a workflow could not be looked for; trying again');
    await attempt(() => startDue(deps), 'Sources whose time to start has come could not be looked for; trying again');
    await attempt(recordCommands, 'It could not be looked for who commanded crawls past the API; trying again');
    if (!signal.aborted) setTimeout(() => void run(), reconcileEveryMs).unref();
  };
  void run();
}

async function main(): Promise<void> {
  const settings = settingsOrExit();
  const log = makeLog({ name: 'trawl-api', level: settings.logLevel, format: settings.logFormat });
  const stopping = new AbortController();
  const { signal } = stopping;
  const awaited: Awaited = { mongodb: 'MongoDB is not connected yet', temporal: 'Temporal has not answered yet' };
  const serving = await serveOrExit(settings, { log, awaited });
  log.info({ address: serving.address }, 'API listens');

  const toClose: (() => Promise<unknown>)[] = [() => serving.close()];
  const shutDown = async (name: string): Promise<void> => {
    if (signal.aborted) return;
    stopping.abort(new Error(`Stopped by ${name}`));
    log.info({ signal: name }, 'API stops');
    for (const close of toClose) await close().catch((error: unknown) => log.warn({ problem: (error as Error).message }, 'Closing failed'));
    process.exit(0);
  };
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => void shutDown(name));

  try {
    const connection = Connection.lazy(settings.temporal.connectionOptions as ConnectionOptions);
    const temporal = createCrawlControl({ connection, namespace: settings.temporal.namespace, uiBaseUrl: settings.temporalUiUrl });
    const [store] = await Promise.all([
      connectStore(settings, { log, awaited, signal }),
      awaitTemporal(temporal, { log, awaited, signal }),
    ]);
    await makeFirstKey({
      apiKeys: store.apiKeys,
      groupIds: settings.firstKeyGroups,
      file: settings.firstKeyFile,
      print: (line) => process.stdout.write(`${line}\n`),
    });
    const app = await buildApi({ store, temporal, settings, log, stopping: signal });
    await serving.answerWith(app);
    toClose.push(
      () => app.close(),
      () => connection.close(),
      () => store.close(),
    );
    keepReconciling({ store, temporal, log }, signal);
    keepCredentials({ store, settings, log }, signal);
    log.info({ address: serving.address, docs: `${serving.address}/docs` }, 'API is ready');
  } catch (error) {
    if (signal.aborted) return;
    log.fatal({ err: error }, 'API cannot start');
    process.exit(1);
  }
}

await main();
