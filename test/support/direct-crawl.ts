import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { pino } from 'pino';
import { createByteBudget } from '../../activities/byte-budget.ts';
import { createExtractOnce } from '../../activities/extract-once.ts';
import { createActivities, type Activities } from '../../activities/index.ts';
import { createSlotUse } from '../../activities/slot-use.ts';
import { defaultCrawlSettings, type ActivityDeps, type CrawlSettings } from '../../activities/deps.ts';
import { toMailboxAnswer, type MailboxAnswer } from '../../api/schemas/mailbox.ts';
import type { Credential } from '../../contract/credential.ts';
import type { StoredDocument } from '../../contract/document.ts';
import type { MailboxClass } from '../../contract/mailbox-class.ts';
import { defaultPolicy, type Policy } from '../../contract/policy.ts';
import { noNarrowing } from '../../contract/source.ts';
import { noCounts, type Counts } from '../../contract/workflow/counts.ts';
import { buildEmulator, type EmulatorOptions } from '../../emulator/build-emulator.ts';
import { createExtractor } from '../../extract/pool/create-extractor.ts';
import { createGraph, type GraphSettings } from '../../graph/create-graph.ts';
import { createInspector } from '../../graph/create-inspector.ts';
import type { Graph } from '../../graph/types.ts';
import { collectionsOf, type StoreCollections } from '../../store/collections.ts';
import type { Store } from '../../store/open-store.ts';
import type { Comparison } from '../../stack/compare-truth.ts';
import { openTestStore } from './database.ts';
import { compareWithTruth } from './organisation-truth.ts';
import { createTenant, expectDocumentedAnswers, type Tenant } from './tenant.ts';

/**
 * The activities of a crawl in the order in which the workflows call them, on a real MongoDB and an emulator in this
 * process: for stories of many cycles, where Temporal would only take time.
 */
export interface DirectCrawl {
  tenant: Tenant;
  clientId: string;
  store: Store;
  collections: StoreCollections;
  sourceId: string;
  /** Crawls every mailbox of the scope once. */
  cycle(): Promise<void>;
  /** Fills the search index with what has changed. */
  index(): Promise<void>;
  /** Compares what is stored with what the tenant holds. */
  compare(): Promise<Comparison & { different: string[] }>;
  setPolicy(policy: Partial<Policy>): Promise<void>;
  mailboxes(filter?: { class?: MailboxClass }): Promise<MailboxAnswer[]>;
  document(graphId: string): Promise<StoredDocument | null>;
  /** Requests to a mailbox since the last look, by kind. */
  requestsTo(mailboxId: string): Promise<Record<string, number>>;
  /** Whether files are read for their words from now on, as by TRAWL_EXTRACT_PROCESSES. */
  setReadsWords(readsWords: boolean): void;
  /** Tokens of before are forgotten, so that changed permissions hold. */
  forgetToken(): Promise<void>;
  stop(): Promise<void>;
}

const sourceId = 'direct';

async function insertSource(collections: StoreCollections, at: Date): Promise<void> {
  await collections.sources.insertOne({
    ...{ _id: sourceId, datasetId: 'dataset', credentialId: 'credential', service: 'exchange', scope: { kind: 'everything' } },
    ...{
      narrowing: noNarrowing,
      policy: defaultPolicy,
      scopeRevision: 1,
      recordRevision: 1,
      country: 'DE',
      description: 'Direct',
      priority: 'normal',
    },
    ...{ mode: 'continuous', intervalMs: 3_600_000, state: 'running', stateSequence: 0, stateReason: null, stateSince: at },
    ...{ crawlId: 'crawl', createdAt: at, updatedAt: at },
  });
}

async function crawlMailbox(activities: Activities, ref: { crawlId: string; cycle: number; mailboxId: string }): Promise<void> {
  const environment = new MockActivityEnvironment();
  const input = { v: 1 as const, sourceId, ...ref };
  const run = <T>(activity: (given: never) => Promise<T>, given: object): Promise<T> =>
    environment.run(activity as (input: object) => Promise<T>, given);
  const prepared = await run(activities.prepareMailbox, input);
  if (prepared.outcome !== 'ready') return;
  const walked = await run(activities.walkStreams, { ...input, lane: 0 });
  if (prepared.first || walked.changed) await run(activities.catchUp, { ...input, maxPasses: 3 });
  const counts: Counts = noCounts;
  await run(activities.closeMailbox, { ...input, counts });
}

export interface DirectCrawlOptions extends Omit<EmulatorOptions, 'dataDir'> {
  crawlSettings?: Partial<CrawlSettings>;
  /** What all lanes may hold of files together. */
  heldBytes?: number;
  /** Stands between the activities and Graph. */
  between?: (graph: Graph) => Graph;
}

export async function startDirectCrawl(given: DirectCrawlOptions): Promise<DirectCrawl> {
  const { crawlSettings = {}, heldBytes = 64 * 1_048_576, between = (graph) => graph, ...options } = given;
  const dataDir = mkdtempSync(join(tmpdir(), 'trawl-direct-'));
  const emulator = await buildEmulator({ openapi: process.env['TRAWL_EMULATOR_OPENAPI'], ...options, dataDir });
  const running = await emulator.start();
  const { store, drop } = await openTestStore();
  const collections = collectionsOf(store.db);
  const [app] = emulator.world.apps();
  const { clientId } = app!;
  const tenantId = emulator.world.tenant.id;
  const graphSettings = (): GraphSettings => ({
    ...{ endpoints: { authority: running.url, graph: running.url }, tenantId, clientId },
    login: { kind: 'secret', secret: app!.secrets[0]!.value },
    ...{ extraCaFile: join(dataDir, 'tls', 'ca.pem'), connections: 8, log: { debug: () => undefined, warn: () => undefined } },
  });
  const makeGraph = (): Graph => createGraph(graphSettings());
  let graph = makeGraph();
  await insertSource(collections, new Date());
  await collections.credentials.insertOne({ _id: 'credential', name: 'c', cloud: 'custom', tenantId, clientId } as Credential, {
    bypassDocumentValidation: true,
  });
  const extractor = createExtractor({ processes: 1, timeoutMs: 20_000, memoryBytes: 600 * 1_048_576 });
  const reading = createExtractOnce({ extractor, store: store.attachments });
  const settings = { ...defaultCrawlSettings, ...crawlSettings };
  const deps: ActivityDeps = {
    ...{ store, graphFor: async () => between(graph), isWorkflowRunning: async () => false, log: pino({ level: 'silent' }) },
    openInspector: async () => createInspector(graphSettings()),
    slotUse: createSlotUse({}),
    extract: reading,
    heldBytes: createByteBudget(heldBytes),
    settings,
  };
  const activities = createActivities(deps);
  const tenant = createTenant(() => running.controlUrl);
  let cycle = 0;
  return {
    ...{ tenant, clientId, store, collections, sourceId },
    async cycle() {
      cycle += 1;
      const ref = { v: 1 as const, sourceId, crawlId: 'crawl', cycle };
      await new MockActivityEnvironment().run(activities.resolveScope, ref);
      for (;;) {
        const { mailboxIds } = await activities.nextMailboxes({ ...ref, after: null, limit: 1, inFlight: [], retry: [] });
        if (mailboxIds.length === 0) return;
        for (const mailboxId of mailboxIds) await crawlMailbox(activities, { crawlId: 'crawl', cycle, mailboxId });
      }
    },
    async index() {
      while ((await store.search.indexBatch(1_000)) > 0);
    },
    async compare() {
      return compareWithTruth({ db: store.db, sourceId, truth: await tenant.truth() });
    },
    async setPolicy(policy) {
      await collections.sources.updateOne({ _id: sourceId }, { $set: { policy: { ...defaultPolicy, ...policy } } });
    },
    mailboxes: async (filter = {}) => (await store.mailboxes.list({ sourceId, after: null, limit: 200, ...filter })).map(toMailboxAnswer),
    document: (graphId) => collections.documents.findOne({ sourceId, graphId }),
    async requestsTo(mailboxId) {
      const { byMailbox } = await tenant.stats();
      await tenant.control('DELETE', '/stats');
      return byMailbox[mailboxId] ?? {};
    },
    setReadsWords(readsWords) {
      deps.extract = readsWords ? reading : null;
    },
    async forgetToken() {
      await graph.close();
      graph = makeGraph();
    },
    async stop() {
      const stats = await tenant.stats();
      await graph.close();
      await extractor.close();
      await emulator.stop();
      await drop();
      rmSync(dataDir, { recursive: true, force: true });
      expectDocumentedAnswers(stats);
    },
  };
}
