import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MongoClient } from 'mongodb';
import { wholeMessage } from '../graph/operations/message-query.ts';
import type { Environment } from '../stack/tool-cache.ts';
import { readSettings } from '../worker/settings.ts';
import type { LoaderInput, LoaderOutput } from './bare-loader.ts';
import type { Measuring } from './measure-crawl.ts';
import { commandsBetween, readCommandCounts, type CommandCounts } from './mongod-commands.ts';
import type { ServedRequests } from './tenant-control.ts';

export interface LoaderFigures extends LoaderOutput {
  served: ServedRequests;
  commands: CommandCounts;
}

const run = promisify(execFile);
const loaderFile = fileURLToPath(new URL('./bare-loader.ts', import.meta.url));

/** What the loader says. It ends with this process, also when somebody breaks the benchmark off. */
async function sayOf(env: Environment): Promise<string> {
  const loading = run(process.execPath, [loaderFile], { env: env as NodeJS.ProcessEnv });
  const end = () => loading.child.kill('SIGKILL');
  process.once('exit', end);
  try {
    return (await loading).stdout;
  } finally {
    process.off('exit', end);
  }
}

/** Loads the whole organisation once with the bare loader, in a process and a database of its own, which is dropped afterwards. */
export async function measureLoader({ servers, control, round }: Omit<Measuring, 'runner' | 'options'>): Promise<LoaderFigures> {
  const { emulator, mongodbUri, env } = servers;
  const { origin, tenantId, clientId, secret, caFile } = emulator;
  const database = `bare${round}`;
  const pageSize = readSettings(env).messagePageSize;
  const input: LoaderInput = {
    ...{ origin, tenantId, clientId, secret, caFile, mongodbUri, database, pageSize, mailboxesAtOnce: 20 },
    messageQuery: wholeMessage,
  };
  const client = new MongoClient(mongodbUri);
  try {
    await control.resetCounts();
    const before = await readCommandCounts(client);
    const stdout = await sayOf({ ...env, TRAWL_BENCH_LOADER: JSON.stringify(input) });
    const commands = commandsBetween(before, await readCommandCounts(client));
    return { ...(JSON.parse(stdout) as LoaderOutput), served: await control.served(), commands };
  } finally {
    await client.db(database).dropDatabase();
    await client.close();
  }
}
