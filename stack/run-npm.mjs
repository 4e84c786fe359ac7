import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Settings that say how a machine reaches its registry; every other inherited npm_* variable describes the calling script. */
const kept = /^npm_config_(.*registry|cafile|ca|cache|proxy|https?[-_]proxy|no_?proxy|strict_ssl|userconfig|globalconfig|\/\/.*)$/i;

/** The environment without what a calling npm says of itself. */
export function withoutNpm(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_/i.test(name) || kept.test(name)));
}

/** Where npm's own script is: the npm that called us, the one beside Node, or the one on PATH. Null when there is none. */
export function findNpm(env, execPath = process.execPath) {
  const beside = join(dirname(execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const onPath = (env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'npm'));
  const called = env.npm_execpath?.endsWith('npm-cli.js') ? [env.npm_execpath] : [];
  for (const candidate of [...called, beside, ...onPath]) {
    if (!existsSync(candidate)) continue;
    const real = realpathSync(candidate);
    if (real.endsWith('npm-cli.js')) return real;
  }
  return null;
}

/** npm looks for its global settings beside the Node that runs it; with a brought Node that is the wrong place. */
function globalConfig(npm) {
  const file = join(dirname(npm), '..', '..', '..', '..', 'etc', 'npmrc');
  return existsSync(file) ? { npm_config_globalconfig: file } : {};
}

/** What npm says beside the reason: stack traces, fields of the error, where its log is. */
const besideThePoint = /^(at |code |errno |syscall |type |A complete log of this run|\{|\}|[a-z]+:)|^$/;

function lastWords(said) {
  const lines = said.split('\n').map((line) => line.replace(/^npm (error|ERR!)/, '').trim());
  const telling = lines.filter((line) => !besideThePoint.test(line));
  return telling.slice(0, 3).join(' | ') || lines.filter(Boolean).slice(0, 3).join(' | ') || 'it said nothing';
}

/** Runs npm quietly with the given Node; throws an Error with its last words when it fails. */
export async function runNpm({ node, args, cwd, env }) {
  const npm = findNpm(env);
  if (npm === null) throw new Error('npm was not found beside Node or on PATH');
  const quiet = ['--no-audit', '--no-fund', '--no-progress', '--no-update-notifier', '--loglevel=error'];
  // npm's own patience with a registry that does not answer is over a minute for each file.
  const patience = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
  const path = [dirname(node), env.PATH].filter(Boolean).join(delimiter);
  const child = spawn(node, [npm, ...args, ...quiet, ...patience], {
    cwd,
    env: { ...globalConfig(npm), ...withoutNpm(env), PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const keep = (chunk) => (said = (said + chunk).slice(-4000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code === 0) return;
  throw new Error(`npm ${args[0]} ended with ${code}: ${lastWords(said)}`);
}
