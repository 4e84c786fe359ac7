import { resolve } from 'node:path';
import { MongoClient, type Db } from 'mongodb';
import { isActive } from '../contract/workflow/states.ts';
import { freePort } from '../stack/free-ports.ts';
import type { ApiClient } from '../stack/api-client.ts';
import type { ProcessRunner } from '../stack/process-runner.ts';
import { crawlSample, makeSampleSource, readSource } from '../stack/sample-source.ts';
import { adminClient, startApi, startWorker } from '../stack/services.ts';
import type { Environment } from '../stack/tool-cache.ts';
import { waitUntil } from '../stack/wait-until.ts';
import { endIndexing, readHistories, type CrawlHistories } from './crawl-histories.ts';
import { commandsBetween, readCommandCounts, type CommandCounts } from './mongod-commands.ts';
import type { BenchOptions } from './options.ts';
import { peakMemoryMib, readProcessorUse, useBetween, type UseBetween } from './processor-use.ts';
import type { BenchServers } from './servers.ts';
import type { ServedRequests, TenantControl } from './tenant-control.ts';

export interface CrawlFigures {
  messages: number;
  messagesWithAttachments: number;
  documents: number;
  indexed: number;
  served: ServedRequests;
  commands: CommandCounts;
  use: UseBetween;
  workerPeakMib: number;
  histories: CrawlHistories;
}

export interface Measuring {
  servers: BenchServers;
  control: TenantControl;
  runner: ProcessRunner;
  options: BenchOptions;
  round: number;
}

const crawlWithinMs = 30 * 60_000;

function workerEnv(env: Environment, { profileFolder }: BenchOptions): Environment {
  if (profileFolder === null) return env;
  const folder = resolve(env['INIT_CWD'] ?? '.', profileFolder);
  return { ...env, NODE_OPTIONS: [env['NODE_OPTIONS'], '--cpu-prof', `--cpu-prof-dir=${folder}`].filter(Boolean).join(' ') };
}

async function untilEnded(api: ApiClient, sourceId: string): Promise<void> {
  const source = await waitUntil({
    what: 'the end of the crawl',
    withinMs: crawlWithinMs,
    ask: async () => {
      const found = await readSource(api, sourceId);
      return isActive(found.state) ? null : found;
    },
  });
  if (source.state !== 'completed') throw new Error(`The crawl ended ${source.state}: ${source.stateReason?.code ?? 'no reason given'}`);
}

async function storedCounts(db: Db, sourceId: string) {
  const documents = db.collection('documents');
  const live = { sourceId, removal: null };
  return {
    messages: await documents.countDocuments({ ...live, kind: 'message' }),
    messagesWithAttachments: await documents.countDocuments({ ...live, kind: 'message', attachments: { $ne: null } }),
    documents: await documents.countDocuments(live),
    indexed: await db.collection('search').countDocuments({}),
  };
}

async function crawlOnce(
  { servers, control, options }: Measuring,
  { api, env, pids, db }: { api: ApiClient; env: Environment; pids: Record<string, number>; db: Db },
): Promise<CrawlFigures> {
  const sourceId = await makeSampleSource({ api, tenant: servers.emulator, mode: 'once' });
  if (options.folder !== null) await api.call('PATCH', `/v1/sources/${sourceId}`, { policy: { folders: { include: [options.folder] } } });
  if (options.withoutIndex) await endIndexing(env);
  await control.resetCounts();
  const commandsBefore = await readCommandCounts(db.client);
  const looked = { childrenOf: { extraction: pids['worker']! } };
  const before = readProcessorUse(pids, looked);
  await crawlSample({ api, sourceId, mode: 'once' });
  await untilEnded(api, sourceId);
  const after = readProcessorUse(pids, looked);
  const commands = commandsBetween(commandsBefore, await readCommandCounts(db.client));
  const counts = await storedCounts(db, sourceId);
  return {
    ...counts,
    served: await control.served(),
    commands,
    use: useBetween(before, after),
    workerPeakMib: peakMemoryMib(pids['worker']!),
    histories: await readHistories({ env, db, sourceId }),
  };
}

/** Crawls the whole organisation once with a fresh API and a fresh worker into a database of its own, which is dropped afterwards. */
export async function measureCrawl(measuring: Measuring): Promise<CrawlFigures> {
  const { servers, runner, options, round } = measuring;
  const database = `crawl${round}`;
  const keyFile = servers.dataDir.file(`admin-key-${round}`);
  const env = { ...servers.env, TRAWL_MONGODB_DATABASE: database, TRAWL_FIRST_KEY_FILE: keyFile };
  const apiProcess = await startApi({ runner, env, port: await freePort() });
  const worker = await startWorker({ runner, env: workerEnv(env, options) });
  const client = new MongoClient(servers.mongodbUri);
  try {
    const api = adminClient({ baseUrl: apiProcess.answer, keyFile });
    const pids = { worker: worker.pid, ...servers.pids, api: apiProcess.pid };
    return await crawlOnce(measuring, { api, env, pids, db: client.db(database) });
  } finally {
    await worker.stop();
    await apiProcess.stop();
    await client.db(database).dropDatabase();
    await client.close();
  }
}
