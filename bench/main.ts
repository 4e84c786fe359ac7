import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutProxyForLoopback } from '../stack/local-environment.ts';
import { createProcessLogs } from '../stack/process-logs.ts';
import { createProcessRunner, describeDeath } from '../stack/process-runner.ts';
import { runMain } from '../stack/run-main.ts';
import { exitCodes, stackError } from '../stack/stack-error.ts';
import { readSettings } from '../worker/settings.ts';
import type { BenchParts } from './bench-parts.ts';
import { benchApi } from './api-load.ts';
import { benchCredentialTests, credentialTestDefaults } from './credential-tests.ts';
import { benchEmulator } from './emulator.ts';
import { limitLines, limitUseOf, type LimitUse } from './limit-use.ts';
import { measureCrawl } from './measure-crawl.ts';
import { measureLoader } from './measure-loader.ts';
import { benchMemory } from './memory.ts';
import { readBenchOptions, usage, type BenchDefaults, type BenchOptions } from './options.ts';
import { resultOf, tableOf, type Pair } from './report.ts';
import { startServers } from './servers.ts';
import { createTenantControl } from './tenant-control.ts';

const say = (line: string): void => void process.stderr.write(`bench: ${line}\n`);

/** Measures crawl and loader in turn, so that what slows the machine down meets both. */
async function measure(folder: string, { options, runner }: { options: BenchOptions; runner: ReturnType<typeof createProcessRunner> }) {
  const env = withoutProxyForLoopback(process.env);
  const servers = await startServers({ folder, env, options, runner, say });
  const control = createTenantControl(servers.emulator.controlUrl);
  await control.setLatency(options.latencyMs);
  const limitUses: LimitUse[] = [];
  const pairs: Pair[] = [];
  for (let round = 1; round <= options.pairs; round += 1) {
    const measuring = { servers, control, runner, options, round };
    say(`pair ${round} of ${options.pairs}: the crawl`);
    if (options.limits !== null) await control.setLimits(options.limits);
    const crawl = await measureCrawl(measuring);
    // The bare loader knows no limits.
    if (options.limits !== null) {
      await control.resetLimits();
      const use = limitUseOf(crawl, { limits: options.limits, latencyMs: options.latencyMs });
      limitUses.push(use);
      for (const line of limitLines(crawl, use)) say(line);
    }
    say(`pair ${round} of ${options.pairs}: the bare loader (the crawl took ${crawl.use.seconds.toFixed(1)} s)`);
    pairs.push({ crawl, loader: await measureLoader(measuring) });
  }
  return { ...resultOf(pairs, { ...options, pageSize: readSettings(servers.env).messagePageSize }), limitUses };
}

/** Resolves with the exit code of an interruption. */
function interruption(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(exitCodes.interrupted));
  });
}

/** What is measured instead of crawl and loader, by the first word. */
const commands: Record<string, { measure: (parts: BenchParts) => Promise<void>; defaults?: BenchDefaults }> = {
  memory: { measure: benchMemory },
  api: { measure: benchApi },
  'credential-test': { measure: benchCredentialTests, defaults: credentialTestDefaults },
};

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  if (args[0] === 'emulator') {
    await benchEmulator(args.slice(1));
    return exitCodes.complete;
  }
  const command = commands[args[0] ?? ''];
  const options = command === undefined ? readBenchOptions(args) : readBenchOptions(args.slice(1), command.defaults);
  if (options.help) {
    process.stdout.write(`${usage}\n`);
    return exitCodes.complete;
  }
  if (process.platform !== 'linux')
    throw stackError(exitCodes.configuration, 'The benchmark reads /proc for processor time, which only Linux has.');
  const env = withoutProxyForLoopback(process.env);
  Object.assign(process.env, { no_proxy: env['no_proxy'], NO_PROXY: env['NO_PROXY'] });
  const folder = await mkdtemp(join(tmpdir(), 'trawl-bench-'));
  const logs = createProcessLogs({ folder, all: false, show: say });
  const runners: ReturnType<typeof createProcessRunner>[] = [];
  const makeRunner = () => {
    const runner = createProcessRunner({ onLine: logs.take, onDeath: (death) => say(describeDeath(death)) });
    runners.push(runner);
    return runner;
  };
  const compare = async () => {
    const result = await measure(folder, { options, runner: makeRunner() });
    process.stdout.write(`${tableOf(result)}\n${JSON.stringify(result)}\n`);
  };
  const parts = { folder, env, options, makeRunner, say };
  const run = command === undefined ? compare() : command.measure(parts);
  const work = run.then(() => exitCodes.complete);
  // After an interruption the failure of what still ran says nothing.
  work.catch(() => {});
  try {
    return await Promise.race([work, interruption()]);
  } finally {
    for (const runner of runners) await runner.stopAll();
    logs.close();
    await rm(folder, { recursive: true, force: true });
  }
}

await runMain(main);
process.exit();
