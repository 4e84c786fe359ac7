import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, statfs } from 'node:fs/promises';
import { constants, freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseFlags } from './parse-flags.ts';
import { provisionMongod } from './provision-mongod.ts';
import { provisionTemporal } from './provision-temporal.ts';
import { startReaper } from './reaper.ts';
import { runMain } from './run-main.ts';
import { exitCodes } from './stack-error.ts';
import { summarise, summaryLine, type TestReport } from './test-summary.ts';
import type { Environment } from './tool-cache.ts';
import { watchParent } from './watch-parent.ts';

const usage = `usage: npm test -- [--long] [file filter…]
  --long   random worlds, foreign clients and fuzzing that take minutes, instead of the unit and wired tests`;

const root = join(import.meta.dirname, '..');

/** Where the tests find the servers' binaries; what is given by address stays as it is. */
async function provisioned(env: Environment): Promise<Environment> {
  const say = (name: string) => (line: string) => process.stderr.write(`trawl: ${name}: ${line}\n`);
  const [mongod, temporal] = await Promise.all([
    provisionMongod({ env, say: say('MongoDB') }),
    provisionTemporal({ env, say: say('Temporal') }),
  ]);
  return {
    ...env,
    ...(mongod.kind === 'binary' ? { TRAWL_MONGOD_BIN: mongod.path } : {}),
    ...(temporal.kind === 'binary' ? { TRAWL_TEMPORAL_BIN: temporal.path } : {}),
    ...(await scratchFolder(env)),
  };
}

const sharedMemory = '/dev/shm';
const scratchBytes = 4 * 1024 ** 3;

/** What tests write is thrown away: it stays in memory where the machine has plenty, since MongoDB waits for the disk at each commit. */
async function scratchFolder(env: Environment): Promise<Environment> {
  if (env['TMPDIR'] !== undefined) return {};
  const free = await statfs(sharedMemory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return free >= scratchBytes && freemem() >= 2 * scratchBytes ? { TMPDIR: sharedMemory } : {};
}

/** Runs vitest in a process group of its own, which ends with this process, however that ends. */
async function runVitest(args: string[], env: Environment): Promise<number> {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const reaper = startReaper();
  const child = spawn(process.execPath, [vitest, 'run', ...args], {
    cwd: root,
    env: env as NodeJS.ProcessEnv,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  if (child.pid !== undefined) reaper.watch(child.pid);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  watchParent(env, () => child.kill('SIGTERM'));
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (exitCode, signal) => resolve(exitCode ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
  if (child.pid !== undefined) reaper.forget(child.pid);
  reaper.close();
  return code;
}

async function main(): Promise<number> {
  const { values, positionals } = parseFlags({
    args: process.argv.slice(2),
    flags: { long: { type: 'boolean' } },
    usage,
    positionals: true,
  });
  const env = await provisioned(process.env);
  const folder = await mkdtemp(join(tmpdir(), 'trawl-report-'));
  const reportFile = join(folder, 'report.json');
  const projects = values.long ? ['--project', 'long'] : ['--project', 'unit', '--project', 'emulator', '--project', 'wired'];
  // Many processes are started from the same code: what one has compiled, the others take.
  const compiled = { NODE_COMPILE_CACHE: env['NODE_COMPILE_CACHE'] ?? join(folder, 'compiled') };
  const code = await runVitest([...projects, '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`, ...positionals], {
    ...env,
    ...compiled,
  });
  const report = await readFile(reportFile, 'utf8').then(
    (text) => JSON.parse(text) as TestReport,
    () => null,
  );
  // Processes that a broken run has left write there until the reaper ends them.
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  if (report === null) {
    process.stdout.write(`vitest ended with code ${code} and left no report\n${summaryLine({ passed: 0, failed: 1, skipped: 0 })}\n`);
    return code || exitCodes.incomplete;
  }
  const summary = summarise(report);
  const slowest = summary.slowest.map(({ name, durationMs }) => `  ${(durationMs / 1000).toFixed(1).padStart(6)} s  ${name}`);
  process.stdout.write(`\nSlowest tests:\n${slowest.join('\n')}\n\n${summaryLine(summary)}\n`);
  return summary.failed > 0 ? exitCodes.incomplete : code;
}

await runMain(main);
