#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { constants, homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chooseNode } from './choose-node.mjs';
import { installPackages } from './install-packages.mjs';
import { withoutNpm } from './run-npm.mjs';

/**
 * Any Node from 18 runs this with its own modules only. It finds or brings the Node that Trawl needs, installs the
 * packages when they are missing or old, and runs the given command with both.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)));

function say(line) {
  process.stderr.write(`trawl: ${line}\n`);
}

function cacheDirOf(env) {
  return env.TRAWL_CACHE_DIR || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'trawl');
}

/** The parent of a process, of which only Linux tells without a program; null elsewhere. */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}

/**
 * npm's own death orphans this process, or the shell that npm runs scripts in; then the command must not live on.
 * Without npm, a shell that ends is no reason to stop.
 */
function stopWithNpm(stop) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const npm = parentOf(shell);
  const timer = setInterval(() => {
    if (process.ppid === shell && parentOf(shell) === npm) return;
    clearInterval(timer);
    stop();
  }, 500);
  timer.unref();
}

function run(node, [command, ...args]) {
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  const env = { ...withoutNpm(process.env), PATH: path, TRAWL_BOOTSTRAP_PID: String(process.pid) };
  const child = spawn(command === 'node' ? node : command, args, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  stopWithNpm(() => child.kill('SIGTERM'));
  child.on('error', (error) => {
    say(`${command} could not be started: ${error.message}`);
    process.exit(3);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

async function main(command) {
  if (command.length === 0) {
    say('usage: node stack/bootstrap.mjs <command> [argument…]');
    process.exit(2);
  }
  const cacheDir = cacheDirOf(process.env);
  try {
    mkdirSync(cacheDir, { recursive: true });
  } catch (error) {
    throw new Error(
      `The cache folder ${cacheDir} cannot be made: ${error.message}. Remedy: set TRAWL_CACHE_DIR to a folder that can be written.`,
    );
  }
  const node = await chooseNode({ cacheDir, env: process.env, say });
  await installPackages({ root, node, cacheDir, env: process.env, say });
  run(node, command);
}

main(process.argv.slice(2)).catch((error) => {
  say(error.message);
  process.exit(3);
});
