import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitForLock } from './lock.mjs';
import { runNpm } from './run-npm.mjs';

const hashFile = join('node_modules', '.trawl-lock-hash');

function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** npm records what it installed in node_modules/.package-lock.json; packages of other platforms are rightly absent. */
function coveredByNpm(root) {
  const recorded = readText(join(root, 'node_modules', '.package-lock.json'));
  if (recorded === '') return false;
  const installed = JSON.parse(recorded).packages;
  const wanted = Object.entries(JSON.parse(readText(join(root, 'package-lock.json'))).packages);
  return wanted.every(([path, entry]) => {
    const found = installed[path];
    if (path === '' || (found === undefined && entry.optional)) return true;
    return found !== undefined && found.version === entry.version && found.integrity === entry.integrity;
  });
}

/** Hash of the lockfile that says which packages belong here. */
export function lockHash(root) {
  return createHash('sha256')
    .update(readText(join(root, 'package-lock.json')))
    .digest('hex');
}

/** True when node_modules holds what package-lock.json names. */
export function isInstalled(root) {
  if (readText(join(root, hashFile)).trim() === lockHash(root)) return true;
  if (!coveredByNpm(root)) return false;
  writeFileSync(join(root, hashFile), lockHash(root));
  return true;
}

/** Runs `npm ci` when node_modules is not what package-lock.json names. Throws an Error with the remedy when it fails. */
export async function installPackages({ root, node, cacheDir, env, say, install = runNpm }) {
  if (isInstalled(root)) return;
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const release = await waitForLock(join(cacheDir, 'locks', `packages-${name}.lock`), (pid) =>
    say(`waiting for process ${pid}, which installs the packages`),
  );
  try {
    if (isInstalled(root)) return;
    say('installing packages (npm ci); about a minute');
    const startedAt = Date.now();
    await install({ node, args: ['ci', '--ignore-scripts'], cwd: root, env });
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    writeFileSync(join(root, hashFile), lockHash(root));
    say(`installed packages in ${Math.round((Date.now() - startedAt) / 1000)} s`);
  } catch (error) {
    throw new Error(
      `The packages could not be installed: ${error.message}. Remedy: check the npm registry's settings (npm config get registry) and the network, then run the command again.`,
    );
  } finally {
    release();
  }
}
