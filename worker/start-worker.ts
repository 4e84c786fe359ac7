import type { Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities } from '../activities/index.ts';
import { defaultCrawlSettings, type ActivityDeps } from '../activities/deps.ts';
import { createByteBudget } from '../activities/byte-budget.ts';
import { createExtractOnce } from '../activities/extract-once.ts';
import { createSlotUse, type SlotUse } from '../activities/slot-use.ts';
import { endpointsOf, type Credential } from '../contract/credential.ts';
import { taskQueues } from '../contract/workflow/names.ts';
import { createExtractor } from '../extract/pool/create-extractor.ts';
import type { Extractor } from '../extract/types.ts';
import { createGraph, type GraphSettings, type LastingGraph } from '../graph/create-graph.ts';
import { createInspector } from '../graph/create-inspector.ts';
import { openStore, prepareStore, type Store } from '../store/open-store.ts';
import { createVaultKey } from '../vault/key-wrapper.ts';
import { buildWorkers } from './build-workers.ts';
import { loadBundle } from './bundle.ts';
import { connectTo } from './connect.ts';
import { createGraphClients, type GraphClients } from './graph-clients.ts';
import { loginOf } from './login-of.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import type { WorkerSettings } from './settings.ts';
import { createRequestMeter } from './telemetry.ts';
import { connectTemporal, type WorkerTemporal } from './temporal.ts';

/** Work that must answer while crawls are saturated has its own few connections. */
const controlConnections = 16;
/** How soon work under way takes up another login at the latest: an old secret is withdrawn when the new one is saved. */
const lookAgainEveryMs = 5_000;

interface Parts {
  settings: WorkerSettings;
  log: Logger;
  store: Store;
  temporal: WorkerTemporal;
  slotUse: SlotUse;
  /** Null where no file is read for its words. */
  extractor: Extractor | null;
}

function slotsByQueue({ slots }: WorkerSettings): Record<string, number> {
  const { high, normal, low } = taskQueues.crawl;
  return { [high]: slots.high, [normal]: slots.normal, [low]: slots.low };
}

const loginsOf =
  ({ settings, store }: Pick<Parts, 'settings' | 'store'>) =>
  (credential: Credential) =>
    loginOf(credential, { store, tokenFolders: settings.tokenFolders });

type GraphLimits = Pick<GraphSettings, 'connections' | 'requestTimeoutMs'>;

function graphSettings({ settings, log, store }: Parts): (credential: Credential, limits: GraphLimits) => Promise<GraphSettings> {
  const onRequest = createRequestMeter();
  return async (credential, limits) => ({
    endpoints: endpointsOf(credential),
    tenantId: credential.tenantId,
    clientId: credential.clientId,
    login: await loginsOf({ settings, store })(credential),
    extraCaFile: settings.extraCaFile ?? undefined,
    ...limits,
    log,
    onRequest,
  });
}

function graphMaker(parts: Parts, connections: number): (credential: Credential) => Promise<LastingGraph> {
  const settingsOf = graphSettings(parts);
  const limits = { connections, requestTimeoutMs: defaultCrawlSettings.requestTimeoutMs };
  return async (credential) => createGraph(await settingsOf(credential, limits));
}

function clientsOf(parts: Parts, connections: number): GraphClients {
  const { store, log } = parts;
  return createGraphClients({ make: graphMaker(parts, connections), loginOf: loginsOf(parts), get: store.credentials.get, log });
}

function inspectorMaker(parts: Parts): ActivityDeps['openInspector'] {
  const settingsOf = graphSettings(parts);
  return async (credential, { requestTimeoutMs }) =>
    createInspector(await settingsOf(credential, { connections: controlConnections, requestTimeoutMs }));
}

function depsOf(parts: Parts): Omit<ActivityDeps, 'graphFor'> {
  const { store, temporal, log, settings, extractor, slotUse } = parts;
  return {
    store,
    openInspector: inspectorMaker(parts),
    isWorkflowRunning: temporal.isWorkflowRunning,
    extract: extractor === null ? null : createExtractOnce({ extractor, store: store.attachments }),
    heldBytes: createByteBudget(settings.extract.heldBytes),
    log,
    slotUse,
    settings: {
      ...defaultCrawlSettings,
      messagePageSize: settings.messagePageSize,
      giantFolderItems: settings.giantFolderItems,
      laneTurnMs: settings.laneTurnMs,
      extractMaxBytes: settings.extract.maxFileBytes,
    },
  };
}

/** A worker process's workers, running until `stop`, which ends what is in flight after its page. */
export interface RunningWorker {
  ended: Promise<void>;
  stop(): void;
}

/** Connects, prepares the store, and runs a worker per queue. Waits for servers that are not there yet. */
export async function startWorker({
  settings,
  log,
  signal,
}: {
  settings: WorkerSettings;
  log: Logger;
  signal: AbortSignal;
}): Promise<RunningWorker> {
  const { mongodbUri: uri, databaseName, sealing, extraCaFile, mailboxLimits } = settings;
  const { encryptionKeys, keyVault } = sealing;
  const vault = keyVault && { key: createVaultKey({ address: keyVault.address, extraCaFile }), seals: keyVault.seals };
  const store = await connectTo(() => openStore({ uri, databaseName, encryptionKeys, vault, mailboxLimits, log }), { log, signal });
  const temporal = await connectTo(() => connectTemporal(settings.temporal), { log, signal });
  await connectTo(() => prepareStore(store), { log, signal });
  const { namespace } = settings.temporal;
  const registered = await connectTo(() => registerSearchAttributes(temporal.connection, namespace), { log, signal });
  if (registered.length > 0) log.info({ registered }, 'Registered search attributes');
  const extractor = settings.extract.processes === 0 ? null : createExtractor(settings.extract);
  const parts: Parts = { settings, log, store, temporal, extractor, slotUse: createSlotUse(slotsByQueue(settings)) };
  const deps = depsOf(parts);
  const crawlClients = clientsOf(parts, settings.connectionsPerCredential);
  const controlClients = clientsOf(parts, controlConnections);
  const looking = setInterval(() => void Promise.all([crawlClients.lookAgain(), controlClients.lookAgain()]), lookAgainEveryMs);
  const workers = await buildWorkers({
    connection: temporal.connection,
    namespace,
    bundle: await loadBundle(settings.workflowBundle),
    slots: settings.slots,
    maxCachedWorkflows: settings.maxCachedWorkflows,
    slotUse: parts.slotUse,
    activities: createActivities({ ...deps, graphFor: crawlClients.graphFor }),
    controlActivities: createActivities({ ...deps, graphFor: controlClients.graphFor }),
  });
  await connectTo(() => temporal.startIndexing(), { log, signal });
  log.info({ slots: settings.slots }, 'The worker takes work');
  const close = async () => {
    clearInterval(looking);
    await Promise.all([crawlClients.close(), controlClients.close(), extractor?.close()]);
    await temporal.connection.close();
    await store.close();
  };
  return { ended: endWith(runAll(workers), close), stop: () => stopAll(workers) };
}

function stopAll(workers: readonly Worker[]): void {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
}

/** When one worker of the process fails, the others end too: a half-alive process would look healthy. */
async function runAll(workers: readonly Worker[]): Promise<void> {
  const runs = workers.map((worker) => worker.run());
  try {
    await Promise.all(runs);
  } catch (error) {
    stopAll(workers);
    await Promise.allSettled(runs);
    throw error;
  }
}

async function endWith(running: Promise<void>, close: () => Promise<void>): Promise<void> {
  try {
    await running;
  } finally {
    await close();
  }
}
