import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitForLock } from './lock.mjs';
import { runNpm } from './run-npm.mjs';

/** The Node that Trawl brings when the running one is too old. */
export const broughtVersion = '24.21.0';

/**
 * The npm registry's repackaging of the official binaries, pinned by hash:
 * npm refuses another content (EINTEGRITY), and the package has no install script.
 */
export const broughtPackages = {
  'linux-x64': 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  'linux-arm64': 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
};

/** True for the Node versions that Trawl promises to run on: 24.15 and later of the 24 line, and later even (LTS) lines. */
export function isSuitable(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 24 ? minor >= 15 : major > 24 && major % 2 === 0;
}

function works(binary) {
  if (!existsSync(binary)) return false;
  const answer = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  return answer.status === 0 && answer.stdout.trim() === `v${broughtVersion}`;
}

function manifest(name, integrity) {
  const dependencies = { [name]: broughtVersion };
  const root = { name: 'trawl-node', version: '1.0.0', private: true, dependencies };
  const entry = { version: broughtVersion, integrity, hasInstallScript: false };
  const lock = { ...root, lockfileVersion: 3, requires: true, packages: { '': root, [`node_modules/${name}`]: entry } };
  return { root, lock };
}

async function bring({ platform, cacheDir, env, say }) {
  const name = `node-${platform}`;
  const building = join(cacheDir, `.node-${process.pid}`);
  const { root, lock } = manifest(name, broughtPackages[platform]);
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true });
  try {
    writeFileSync(join(building, 'package.json'), JSON.stringify(root));
    writeFileSync(join(building, 'package-lock.json'), JSON.stringify(lock));
    say(`bringing Node ${broughtVersion} from the npm registry (this one is ${process.versions.node}); about 15 s`);
    await runNpm({ node: process.execPath, args: ['ci', '--ignore-scripts', '--omit=dev'], cwd: building, env });
    const home = join(cacheDir, `node-${broughtVersion}-${platform}`);
    rmSync(home, { recursive: true, force: true });
    renameSync(building, home);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/**
 * The Node binary to run Trawl with: the running one if it is recent enough, else the cached one, else brought from
 * the npm registry. Throws an Error that says why none could be had, and the remedy.
 */
export async function chooseNode({
  version = process.versions.node,
  platform = `${process.platform}-${process.arch}`,
  cacheDir,
  env,
  say,
}) {
  if (isSuitable(version)) return process.execPath;
  const remedy = 'Remedy: install Node 24 LTS (24.15 or later) from https://nodejs.org and run the command again.';
  if (!(platform in broughtPackages))
    throw new Error(`Trawl needs Node 24.15 or later, this is ${version}, and none can be brought for ${platform}. ${remedy}`);
  const binary = join(cacheDir, `node-${broughtVersion}-${platform}`, 'node_modules', `node-${platform}`, 'bin', 'node');
  if (works(binary)) return binary;
  const release = await waitForLock(join(cacheDir, 'locks', 'node.lock'), (pid) =>
    say(`waiting for process ${pid}, which is bringing Node`),
  );
  try {
    if (works(binary)) return binary;
    await bring({ platform, cacheDir, env, say });
    if (!works(binary)) throw new Error(`the brought binary ${binary} does not run on this machine`);
    return binary;
  } catch (error) {
    throw new Error(`Trawl needs Node 24.15 or later, this is ${version}, and bringing it failed: ${error.message}. ${remedy}`);
  } finally {
    release();
  }
}
