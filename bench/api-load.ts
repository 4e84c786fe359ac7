import autocannon from 'autocannon';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import { sampleGroupId } from '../contract/security-group.ts';
import { openStore, prepareStore } from '../store/open-store.ts';
import { encryptionKeysOf, openDataDir } from '../stack/data-dir.ts';
import { freePort } from '../stack/free-ports.ts';
import { withLocalTemporal } from '../stack/local-environment.ts';
import { startMongod } from '../stack/mongod-server.ts';
import { provisionMongod } from '../stack/provision-mongod.ts';
import { provisionTemporal } from '../stack/provision-temporal.ts';
import { adminClient, startApi } from '../stack/services.ts';
import { startTemporal } from '../stack/temporal-server.ts';
import type { BenchParts } from './bench-parts.ts';
import { round } from './figures.ts';
import { seedDocuments, seeded } from './seed-documents.ts';
import { binaryOf, root, withoutOtherServers } from './servers.ts';

const databaseName = 'bench';
const connections = 10;

/** What is asked, by name. `all` is known to everybody; each of the others narrows in its own way. */
const paths: Record<string, string> = {
  'health, live': '/health/live',
  'health, ready': '/health/ready',
  'list, newest': '/v1/documents?limit=50',
  'list, oldest of a mailbox': `/v1/documents?limit=50&sort=oldest&mailboxId=${seeded.mailbox(7)}`,
  'list, events of a country': '/v1/documents?limit=50&kind=event&country=DE',
  'list, a person and dates': '/v1/documents?limit=50&people=person17@team17.contoso.example&from=2024-01-01T00:00:00Z',
  'list, folder and subject': '/v1/documents?limit=50&folderPath=%2FArchive&subject=word400',
  'list, removed': '/v1/documents?limit=50&removed=true',
  'search, rare word': '/v1/documents?limit=50&q=word4900',
  'search, word in a mailbox': `/v1/documents?limit=50&q=word900&mailboxId=${seeded.mailbox(7)}`,
  'facets of a mailbox': `/v1/documents/facets?mailboxId=${seeded.mailbox(7)}`,
  'one document': `/v1/documents/${encodeURIComponent(seeded.id(42))}`,
};

interface Load {
  p50: number;
  p99: number;
  perSecond: number;
  faults: number;
}

async function loadOf(url: string, { key, seconds }: { key: string; seconds: number }): Promise<Load> {
  const { latency, requests, errors, timeouts, non2xx } = await autocannon({
    url,
    connections,
    duration: seconds,
    headers: { authorization: `Bearer ${key}` },
  });
  return { p50: latency.p50, p99: latency.p99, perSecond: round(requests.average, 0), faults: errors + timeouts + non2xx };
}

/** Starts MongoDB, Temporal and an API; what the API is asked depends on nothing else. */
async function startParts({ folder, env, makeRunner, say }: BenchParts) {
  const runner = makeRunner();
  const given = withoutOtherServers(env);
  const dataDir = openDataDir({ env: { TRAWL_DATA_DIR: folder }, reset: false, root });
  const mongodBinary = binaryOf(await provisionMongod({ env: given, say }));
  const temporalBinary = binaryOf(await provisionTemporal({ env: given, say }));
  const [mongodPort, port, uiPort, apiPort] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const [mongod, temporal] = await Promise.all([
    startMongod({ runner, binary: mongodBinary, port: mongodPort, dataDir: dataDir.file('mongod'), cacheGb: 1, env: given }),
    startTemporal({ runner, binary: temporalBinary, port, uiPort, file: dataDir.file('temporal.db'), env: given }),
  ]);
  const keyFile = dataDir.file('admin-key');
  const apiEnv = {
    ...withLocalTemporal(given, temporal.answer),
    MONGODB_URI: mongod.answer,
    TRAWL_MONGODB_DATABASE: databaseName,
    TRAWL_ENCRYPTION_KEYS: encryptionKeysOf(dataDir, given),
    TRAWL_FIRST_KEY_FILE: keyFile,
    TRAWL_FIRST_KEY_GROUPS: sampleGroupId,
    TRAWL_API_REQUESTS_PER_MINUTE: '1000000',
    TRAWL_LOG_LEVEL: 'warn',
    TRAWL_LOG_FORMAT: 'json',
  };
  const store = await openStore({ uri: mongod.answer, databaseName, log: pino({ level: 'silent' }) });
  await prepareStore(store);
  const now = new Date();
  const dataset = {
    _id: seeded.datasetId,
    name: 'Bench',
    groups: [{ id: sampleGroupId }],
    recordRevision: 1,
    createdAt: now,
    updatedAt: now,
  };
  await store.db.collection<typeof dataset>('datasets').insertOne(dataset);
  await store.close();
  const api = await startApi({ runner, env: apiEnv, port: apiPort });
  return { runner, mongodbUri: mongod.answer, baseUrl: api.answer, keyFile };
}

/** Asks the API under load with ever more documents stored, and tells what that does to the slowest hundredth of answers. */
export async function benchApi(parts: BenchParts): Promise<void> {
  const { options, say } = parts;
  const { runner, mongodbUri, baseUrl, keyFile } = await startParts(parts);
  const { key } = adminClient({ baseUrl, keyFile });
  const client = await new MongoClient(mongodbUri).connect();
  const loads = new Map(Object.keys(paths).map((name) => [name, [] as Load[]]));
  try {
    let stored = 0;
    for (const size of options.sizes.toSorted((left, right) => left - right)) {
      say(`storing documents up to ${size}`);
      await seedDocuments(client.db(databaseName), { from: stored, to: size });
      stored = size;
      for (const [name, path] of Object.entries(paths)) {
        say(`${size} documents: ${name}`);
        // Once unmeasured, so that the cache holds what it would hold.
        await loadOf(`${baseUrl}${path}`, { key, seconds: 1 });
        loads.get(name)?.push(await loadOf(`${baseUrl}${path}`, { key, seconds: options.seconds }));
      }
    }
  } finally {
    await client.close();
  }
  await runner.stopAll();
  const rows = Array.from(loads, ([name, of]) => rowOf(name, { of, sizes: options.sizes }));
  console.table(rows);
  process.stdout.write(`${JSON.stringify(rows)}\n`);
}

function rowOf(name: string, { of, sizes }: { of: readonly Load[]; sizes: readonly number[] }): Record<string, string | number> {
  const ordered = sizes.toSorted((left, right) => left - right);
  const columns = of.flatMap((load, place) => [
    [`p50 ms at ${ordered[place]}`, load.p50],
    [`p99 ms at ${ordered[place]}`, load.p99],
    [`per s at ${ordered[place]}`, load.perSecond],
  ]);
  const [first, last] = [of[0], of.at(-1)];
  const growth = first === undefined || last === undefined ? 0 : round(last.p99 / Math.max(1, first.p99), 2);
  return { asked: name, ...Object.fromEntries(columns), 'growth of p99': growth, faults: of.reduce((sum, { faults }) => sum + faults, 0) };
}
