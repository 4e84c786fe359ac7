import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, type Db } from 'mongodb';
import { inject } from 'vitest';
import { sampleGroupId } from '../../contract/security-group.ts';
import { isActive, type CrawlMode, type SourceState } from '../../contract/workflow/states.ts';
import type { ApiClient } from '../../stack/api-client.ts';
import type { Comparison } from '../../stack/compare-truth.ts';
import type { Emulator } from '../../stack/emulator-process.ts';
import { withLocalTemporal, withoutProxyForLoopback } from '../../stack/local-environment.ts';
import { createProcessRunner } from '../../stack/process-runner.ts';
import { adminClient } from '../../stack/services.ts';
import type { Environment } from '../../stack/tool-cache.ts';
import {
  apiService,
  emulatorService,
  mongodService,
  temporalService,
  workerService,
  type OrganisationSize,
  type ServiceParts,
  type TemporalService,
} from './organisation-services.ts';
import { compareWithTruth } from './organisation-truth.ts';
import { linesOf, type Service } from './service.ts';
import { createTenant, expectDocumentedAnswers, type Tenant } from './tenant.ts';
import { waitFor } from './wait-for.ts';
import { workflowBundle } from './workflow-bundle.ts';

/** Group of the first admin key, so that it may search the documents. */
const readersGroup = sampleGroupId;

export interface OrganisationOptions {
  /** A seeded organisation, or a folder with `organisation.json`. */
  tenant: OrganisationSize | { folder: string };
  /** A MongoDB of its own, which the test may kill; the shared one, with a database of its own, when not given. */
  ownMongod?: boolean;
  /** How many worker processes; 1 when not given. */
  workers?: number;
  /** Settings of the API and the workers beside those that they need. */
  settings?: Environment;
}

/** Settings of a source as the API takes them. */
export interface SourceSettings {
  scope?: object;
  narrowing?: object;
  policy?: object;
}

export interface SourceView {
  id: string;
  state: SourceState;
  stateReason: { code: string; words?: string; remedy?: string } | null;
  crawlId: string | null;
}

export interface MailboxView {
  mailboxId: string;
  address: string | null;
  state: string;
  reason: { code: string } | null;
}

/** Everything real: a tenant of the emulator, MongoDB, Temporal, the API and workers, each a process; and the words of a test about them. */
export interface Organisation {
  tenant: Tenant;
  emulator: Service<Emulator>;
  temporal: TemporalService;
  /** Null when the shared MongoDB is used. */
  mongod: Service<string> | null;
  api: Service<string>;
  workers: Service<boolean>[];
  /** The first worker. */
  worker: Service<boolean>;
  db: Db;
  client: ApiClient;
  credentialId: string;
  datasetId: string;
  /** What every process was given: secrets that no log and no history may hold. */
  env: Environment;
  /** Folder of this organisation's files; the first admin key is `admin-key` in it. */
  folder: string;
  /** Makes a source over HTTP, of everybody when no scope is given; gives its id. */
  makeSource(given?: { mode?: CrawlMode; credentialId?: string; intervalMs?: number } & SourceSettings): Promise<string>;
  /** Starts a crawl over HTTP; gives its id. */
  crawl(sourceId: string): Promise<string>;
  /** Sends a command over HTTP; gives the state that is answered. */
  command(sourceId: string, command: 'stop' | 'pause' | 'resume' | 'run-now' | 'confirm-retirement'): Promise<SourceState>;
  source(sourceId: string): Promise<SourceView>;
  mailboxes(sourceId: string): Promise<MailboxView[]>;
  /** Live documents of the source. */
  documents(sourceId: string): Promise<number>;
  /** Waits until so many documents are stored while the crawl is running; fails when it ends before. */
  untilStored(sourceId: string, documents: number): Promise<void>;
  untilState(sourceId: string, state: SourceState, timeoutMs?: number): Promise<SourceView>;
  /** Waits until that cycle of the crawl is closed. */
  untilCycle(crawlId: string, cycle: number, timeoutMs?: number): Promise<void>;
  compare(sourceId: string): Promise<Comparison & { different: string[] }>;
  /** Every line that every process has said. */
  allLines(): string[];
  stop(): Promise<void>;
}

/** Compared as a whole with what `compare` gives, when nothing was skipped. */
export const wholeTruth = {
  missing: 0,
  doubled: 0,
  extra: 0,
  skipped: 0,
  different: [],
  examples: { missing: [], doubled: [], extra: [] },
};

interface Running extends Omit<ServiceParts, 'env'> {
  env: Environment;
  stopAll(): Promise<void>;
}

async function openFolder(): Promise<Running> {
  const lines = new Map<string, string[]>();
  const runner = createProcessRunner({ onLine: (name, line) => void linesOf(lines, name).push(line), onDeath: () => {} });
  const folder = await mkdtemp(join(tmpdir(), 'trawl-organisation-'));
  const stopAll = async () => {
    await runner.stopAll();
    await rm(folder, { recursive: true, force: true });
  };
  return { runner, lines, folder, env: withoutProxyForLoopback(process.env), stopAll };
}

function settingsOf(given: {
  base: Environment;
  folder: string;
  mongodbUri: string;
  database: string;
  temporal: TemporalService;
  emulator: Emulator;
}): Environment {
  return {
    ...withLocalTemporal(given.base, given.temporal.answer),
    TRAWL_TEMPORAL_UI_URL: given.temporal.uiUrl,
    MONGODB_URI: given.mongodbUri,
    TRAWL_MONGODB_DATABASE: given.database,
    TRAWL_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    TRAWL_FIRST_KEY_FILE: join(given.folder, 'admin-key'),
    TRAWL_FIRST_KEY_GROUPS: readersGroup,
    TRAWL_EXTRA_CA_FILE: given.emulator.caFile,
    TRAWL_CUSTOM_ENDPOINTS: given.emulator.origin,
    TRAWL_LOG_FORMAT: 'json',
    TRAWL_LOG_LEVEL: 'debug',
    // Every worker would start two, and few tests need them both.
    TRAWL_EXTRACT_PROCESSES: '1',
    // Tests ask often.
    TRAWL_API_REQUESTS_PER_MINUTE: '100000',
  };
}

async function saveCredential(client: ApiClient, emulator: Emulator): Promise<{ credentialId: string; datasetId: string }> {
  const { origin, tenantId, clientId, secret } = emulator;
  const credential = { name: 'Emulated', cloud: 'custom', endpoints: { authority: origin, graph: origin }, tenantId, clientId, secret };
  const { id: credentialId } = await client.call<{ id: string }>('POST', '/v1/credentials', credential);
  const { id: datasetId } = await client.call<{ id: string }>('POST', '/v1/datasets', {
    name: 'Everything',
    groups: [{ id: readersGroup }],
  });
  return { credentialId, datasetId };
}

/** Starts an organisation with everything that crawls it. What was started ends with `stop`, or with this process. */
export async function startOrganisation(options: OrganisationOptions): Promise<Organisation> {
  const parts = await openFolder();
  try {
    return await assemble(parts, options);
  } catch (error) {
    await parts.stopAll();
    throw error;
  }
}

async function assemble(parts: Running, options: OrganisationOptions): Promise<Organisation> {
  const [bundle, emulator, temporal, mongod] = await Promise.all([
    workflowBundle(),
    emulatorService({ ...parts, folder: join(parts.folder, 'tenant') }, options.tenant),
    temporalService(parts),
    options.ownMongod ? mongodService(parts) : null,
  ]);
  const database = `test-${randomUUID().slice(0, 13)}`;
  const mongodbUri = mongod?.answer ?? inject('mongodbUri');
  const base = settingsOf({
    base: parts.env,
    folder: parts.folder,
    mongodbUri,
    database,
    temporal,
    emulator: emulator.answer,
  });
  const env = { ...base, TRAWL_WORKFLOW_BUNDLE: bundle, ...options.settings };
  const names = Array.from({ length: options.workers ?? 1 }, (_, index) => (index === 0 ? 'worker' : `worker-${index + 1}`));
  const [api, workers] = await Promise.all([
    apiService({ ...parts, env }),
    Promise.all(names.map((name) => workerService({ ...parts, env }, name))),
  ]);
  const client = adminClient({ baseUrl: api.answer, keyFile: join(parts.folder, 'admin-key') });
  const mongo = await MongoClient.connect(mongodbUri);
  const db = mongo.db(database);
  const { credentialId, datasetId } = await saveCredential(client, emulator.answer);
  const tenant = createTenant(() => emulator.answer.controlUrl);
  const services = { tenant, emulator, temporal, mongod, api, workers, worker: workers[0]! };
  const words = wordsOf({ client, db, credentialId, datasetId, tenant });
  const stop = async () => {
    // A test may have ended the emulator; then there is nobody to ask.
    const stats = await tenant.stats().catch(() => null);
    if (mongod === null) await db.dropDatabase();
    await mongo.close();
    // These take their time to end and wait for nobody but their servers.
    await Promise.all([api.stop(), ...workers.map((worker) => worker.stop())]);
    await parts.stopAll();
    if (stats !== null) expectDocumentedAnswers(stats);
  };
  const allLines = () => [...parts.lines.values()].flat();
  return { ...services, ...words, db, client, credentialId, datasetId, env, folder: parts.folder, allLines, stop };
}

interface WordParts {
  client: ApiClient;
  db: Db;
  credentialId: string;
  datasetId: string;
  tenant: Tenant;
}

type Words = Pick<
  Organisation,
  'makeSource' | 'crawl' | 'command' | 'source' | 'mailboxes' | 'documents' | 'untilStored' | 'untilState' | 'untilCycle' | 'compare'
>;

function wordsOf({ client, db, credentialId, datasetId, tenant }: WordParts): Words {
  const source = (sourceId: string): Promise<SourceView> => client.call('GET', `/v1/sources/${sourceId}`);
  // Parts of attachments are no items of Graph, and no count holds them.
  const documents = (sourceId: string) => db.collection('documents').countDocuments({ sourceId, removal: null, rootId: null });
  return {
    source,
    documents,
    async makeSource({ mode = 'once', intervalMs = 3_600_000, ...given } = {}) {
      const body = {
        datasetId,
        credentialId,
        service: 'exchange',
        scope: { kind: 'everything' },
        country: 'DE',
        mode,
        intervalMs,
        // What tests crawl is often not there yet, or not to be read: whether it is, they find out by crawling.
        ignoreWarning: true,
        ...given,
      };
      return (await client.call<{ id: string }>('POST', '/v1/sources', body)).id;
    },
    crawl: async (sourceId) => (await client.call<{ crawlId: string }>('POST', `/v1/sources/${sourceId}/start`)).crawlId,
    command: async (sourceId, command) => (await client.call<{ state: SourceState }>('POST', `/v1/sources/${sourceId}/${command}`)).state,
    mailboxes: async (sourceId) =>
      (await client.call<{ items: MailboxView[] }>('GET', `/v1/sources/${sourceId}/mailboxes?limit=200`)).items,
    async untilStored(sourceId, least) {
      const look = async () => ({ stored: await documents(sourceId), state: (await source(sourceId)).state });
      const enough = async () => {
        const seen = await look();
        return seen.stored >= least || !isActive(seen.state) ? seen : null;
      };
      const { stored, state } = await waitFor(`${least} documents of a running crawl`, enough, { timeoutMs: 60_000 });
      if (!isActive(state))
        throw new Error(`The crawl is ${state} already, with ${stored} documents: too few or too fast to be met running`);
    },
    untilState: (sourceId, state, timeoutMs = 90_000) =>
      waitFor(
        `source to be ${state}`,
        async () => {
          const now = await source(sourceId);
          if (now.state === state) return now;
          throw new Error(`it is ${now.state} ${now.stateReason?.code ?? ''}, ${await documents(sourceId)} documents`);
        },
        { timeoutMs },
      ),
    async untilCycle(crawlId, cycle, timeoutMs = 90_000) {
      const ended = async () => {
        const crawl = await client.call<{ cycles: { number: number; endedAt: string | null }[] }>('GET', `/v1/crawls/${crawlId}`);
        return crawl.cycles.some((one) => one.number === cycle && one.endedAt !== null);
      };
      await waitFor(`the end of cycle ${cycle}`, ended, { timeoutMs });
    },
    compare: async (sourceId) => compareWithTruth({ db, sourceId, truth: await tenant.truth() }),
  };
}
