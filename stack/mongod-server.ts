import { mkdir } from 'node:fs/promises';
import { MongoClient, type Document } from 'mongodb';
import type { ProcessRunner, ProcessSpec, RunningProcess } from './process-runner.ts';
import { wordsOf } from './stack-error.ts';
import type { Environment } from './tool-cache.ts';

const replicaSet = 'trawl';

/** Asks a MongoDB whether it answers and is a replica set, which transactions need. Throws an Error in words when not. */
export async function askMongod(uri: string): Promise<void> {
  const patience = /serverSelectionTimeoutMS=/i.test(uri) ? {} : { serverSelectionTimeoutMS: 5000 };
  const client = new MongoClient(uri, patience);
  try {
    const hello = await client.db('admin').command({ hello: 1 });
    if (!hello['setName'] && hello['msg'] !== 'isdbgrid')
      throw new Error('the server is not a replica set; start it with --replSet and run rs.initiate()');
  } catch (error) {
    throw new Error(`the server it names cannot be used: ${wordsOf(error)}`, { cause: error });
  } finally {
    await client.close();
  }
}

/** Makes the server a replica set of one, or tells an older set that its member has moved to another port. */
async function initiate(client: MongoClient, host: string): Promise<void> {
  const admin = client.db('admin');
  const members = [{ _id: 0, host }];
  const current = await admin.command({ replSetGetConfig: 1 }).catch((error: unknown) => error as Document);
  if (current['codeName'] === 'NotYetInitialized') {
    await admin.command({ replSetInitiate: { _id: replicaSet, members } });
    return;
  }
  const config = current['config'] as Document | undefined;
  if (config === undefined) throw new Error(String(current['errmsg'] ?? 'no replica set configuration'));
  if (config['members'][0].host === host) return;
  await admin.command({ replSetReconfig: { ...config, version: config['version'] + 1, members }, force: true });
}

async function primary(host: string): Promise<string | null> {
  const client = new MongoClient(`mongodb://${host}/?directConnection=true`, { serverSelectionTimeoutMS: 1000, connectTimeoutMS: 1000 });
  try {
    const hello = await client.db('admin').command({ hello: 1 });
    if (hello['isWritablePrimary']) return `mongodb://${host}/?replicaSet=${replicaSet}`;
    await initiate(client, host);
    return null;
  } finally {
    await client.close();
  }
}

export interface MongodOptions {
  runner: ProcessRunner;
  binary: string;
  port: number;
  dataDir: string;
  cacheGb: number;
  env: Environment;
}

/** mongod opens only data of its own release line and the one before; what it says of that is for administrators. */
function explainVersion(error: unknown, dataDir: string): Error {
  const words = wordsOf(error);
  if (!/featureCompatibilityVersion|UPGRADE PROBLEM|Wrong mongod version/i.test(words))
    return error instanceof Error ? error : new Error(words);
  const remedy = 'Set TRAWL_MONGOD_BIN to the release that wrote it, or add --reset to begin anew.';
  return new Error(`mongod cannot open ${dataDir}, which another release of MongoDB wrote. ${remedy}`, { cause: error });
}

/** Starts mongod as a replica set of one on the loopback interface; the answer is its connection string. */
export async function startMongod({ runner, binary, port, dataDir, cacheGb, env }: MongodOptions): Promise<RunningProcess<string>> {
  await mkdir(dataDir, { recursive: true });
  const host = `127.0.0.1:${port}`;
  const spec: ProcessSpec<string> = {
    name: 'mongod',
    file: binary,
    args: [
      ...['--dbpath', dataDir, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket', '--replSet', replicaSet],
      ...['--wiredTigerCacheSizeGB', String(cacheGb), '--oplogSize', '512'],
      // A member of one has nobody to hand over to: 15 s of waiting for that is the default.
      ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=0'],
    ],
    env,
    ready: () => primary(host),
    readyWithinMs: 60_000,
    stopWithinMs: 20_000,
  };
  return runner.start(spec).catch((error: unknown) => {
    throw explainVersion(error, dataDir);
  });
}
