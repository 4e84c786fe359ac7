import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { openDataDir } from './data-dir.ts';
import { withoutProxyForLoopback } from './local-environment.ts';
import { createProcessLogs } from './process-logs.ts';
import { createProcessRunner } from './process-runner.ts';
import { createRestarting } from './restarting.ts';
import { runMain } from './run-main.ts';
import { runOn } from './run-on.ts';
import { runOnce } from './run-once.ts';
import { createScreen } from './screen.ts';
import { exitCodes, stackError } from './stack-error.ts';
import { readStartOptions, usage } from './start-options.ts';
import { startStack, type StackOptions } from './start-stack.ts';
import { watchParent } from './watch-parent.ts';

const root = join(import.meta.dirname, '..');

/** Aborts at the first signal; ends at once at another one that comes later than what npm and the bootstrap repeat. */
function interruption(): AbortController {
  const interrupted = new AbortController();
  let firstAt = 0;
  const take = (): void => {
    if (firstAt === 0) firstAt = Date.now();
    // The reaper ends what is left.
    else if (Date.now() - firstAt > 1500) process.exit(exitCodes.interrupted);
    interrupted.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, take);
  watchParent(process.env, take);
  return interrupted;
}

function aborted(signal: AbortSignal): Promise<'interrupted'> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve('interrupted'), { once: true }));
}

async function useStack(
  options: StackOptions,
  { startedAt, screen, signal }: { startedAt: number; screen: ReturnType<typeof createScreen>; signal: AbortSignal },
): Promise<number> {
  const stack = await startStack(options);
  const client = new MongoClient(stack.mongodbUri, { serverSelectionTimeoutMS: 10_000 });
  try {
    const db = client.db(stack.databaseName);
    if (!options.options.once) {
      await runOn({ stack, db, screen, signal, print: (line) => process.stdout.write(`${line}\n`) });
      return exitCodes.interrupted;
    }
    const { totals, exitCode } = await runOnce({ stack, db, screen, startedAt, signal });
    options.restarting.end();
    await options.runner.stopAll();
    process.stdout.write(`${JSON.stringify(totals)}\n`);
    return exitCode;
  } finally {
    await client.close();
  }
}

async function main(): Promise<number> {
  const startedAt = Date.now();
  const interrupted = interruption();
  const env = withoutProxyForLoopback(process.env);
  Object.assign(process.env, { no_proxy: env['no_proxy'], NO_PROXY: env['NO_PROXY'] });
  const options = readStartOptions(process.argv.slice(2), env);
  if (options.help) {
    process.stdout.write(`${usage}\n`);
    return exitCodes.complete;
  }
  const dataDir = openDataDir({ env, reset: options.reset, root });
  const screen = createScreen({ stream: process.stderr });
  const say = (line: string): void => screen.line(`trawl: ${line}`);
  const logs = createProcessLogs({ folder: dataDir.file('logs'), all: options.verbose, show: (line) => screen.line(line) });
  const restarting = createRestarting({ say });
  const runner = createProcessRunner({ onLine: logs.take, onDeath: restarting.onDeath });
  try {
    const work = useStack({ dataDir, env, options, runner, restarting, say }, { startedAt, screen, signal: interrupted.signal });
    // What still runs after an interruption ends with its processes; its failure then says nothing.
    work.catch(() => {});
    const outcome = await Promise.race([work, aborted(interrupted.signal), restarting.gaveUp.then((reason) => ({ reason }))]);
    if (typeof outcome === 'object')
      throw stackError(exitCodes.incomplete, `${outcome.reason}; giving up. Its log is in ${dataDir.file('logs')}.`);
    return outcome === 'interrupted' ? exitCodes.interrupted : outcome;
  } finally {
    screen.end();
    if (interrupted.signal.aborted) say('stopping');
    restarting.end();
    await runner.stopAll();
    logs.close();
    dataDir.release();
  }
}

await runMain(main);
// An interrupted step may still wait for something; all that matters has been stopped.
process.exit();
