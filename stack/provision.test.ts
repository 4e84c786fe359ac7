import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { provisionMongod } from './provision-mongod.ts';
import { provisionTemporal } from './provision-temporal.ts';
import { namedBinary, provision, type Fetch, type ProvisionOptions } from './provision.ts';
import { proveBinary, isAtLeast } from './prove-binary.ts';
import { createToolCache } from './tool-cache.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trawl-provision-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

const version = /tool (\d+\.\d+)/;
const prove = (path: string): Promise<string> => proveBinary({ path, version });
const tool = { name: 'tool', version: '1.0' };

function fetchOf(text: string, over: Partial<Fetch> = {}): Fetch {
  return {
    name: 'a download',
    tool,
    applies: () => true,
    fetch: async (work) => {
      writeFileSync(join(work, 'tool'), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
      return join(work, 'tool');
    },
    ...over,
  };
}

function optionsWith(over: Partial<ProvisionOptions>): ProvisionOptions {
  const cache = createToolCache(join(folder, 'cache'));
  return { what: 'Tool', remedy: 'install it.', cache, say: () => {}, named: [], fetches: [], prove, ...over };
}

describe('the order', () => {
  test('a named binary comes before the cache, the cache before a download', async () => {
    const named = namedBinary({ name: 'TRAWL_TOOL_BIN', decisive: true, path: script('named', 'echo tool 3.0'), prove });
    let downloads = 0;
    const download = fetchOf('echo tool 1.0');
    const fetches = [{ ...download, fetch: (work: string) => ((downloads += 1), download.fetch(work)) }];
    expect(await provision(optionsWith({ named: [named], fetches }))).toMatchObject({ version: '3.0' });
    expect(downloads).toBe(0);
    expect(await provision(optionsWith({ fetches }))).toMatchObject({ version: '1.0' });
    expect(await provision(optionsWith({ fetches }))).toMatchObject({ version: '1.0' });
    expect(downloads).toBe(1);
  });

  test('a download that fails gives way to the next, and says why in one line', async () => {
    const said: string[] = [];
    const refused = fetchOf('', { name: 'the first', fetch: () => Promise.reject(new Error('refused\n  by the network')) });
    const found = await provision(
      optionsWith({ say: (line) => said.push(line), fetches: [refused, fetchOf('echo tool 1.0', { name: 'the second' })] }),
    );
    expect(found).toMatchObject({ kind: 'binary', version: '1.0' });
    expect(said).toContain('the first failed: refused | by the network');
  });

  test('a downloaded binary that does not run is not kept', async () => {
    const broken = fetchOf('echo "x: error while loading shared libraries: libssl.so.9: cannot open" >&2; exit 127');
    await expect(provision(optionsWith({ fetches: [broken] }))).rejects.toThrow(/libssl\.so\.9 is missing/);
    expect(readdirSync(join(folder, 'cache')).filter((name) => name.startsWith('tool') || name.startsWith('.'))).toEqual([]);
  });

  test('when nothing works, all is listed with the remedy and exit code 3', async () => {
    const fetches = [
      fetchOf('', { applies: () => false, name: 'a build' }),
      fetchOf('', { fetch: () => Promise.reject(new Error('refused')) }),
    ];
    const failing = provision(optionsWith({ fetches }));
    await expect(failing).rejects.toMatchObject({ exitCode: 3 });
    await expect(failing).rejects.toThrow(/the cache: not there[^]*a build: not there[^]*a download: refused[^]*Remedy: install it\./);
  });

  test('what the user named is not replaced by something else when it is broken', async () => {
    const named = namedBinary({ name: 'TRAWL_TOOL_BIN', decisive: true, path: join(folder, 'nowhere'), prove });
    const failing = provision(optionsWith({ named: [named], fetches: [fetchOf('echo tool 1.0')] }));
    await expect(failing).rejects.toThrow(/TRAWL_TOOL_BIN is set, but .*nowhere: there is no such file\. Remedy/);
    await expect(failing).rejects.toMatchObject({ exitCode: 3 });
  });

  test('two at once fetch once', async () => {
    let downloads = 0;
    const download = fetchOf('echo tool 1.0');
    const fetches = [{ ...download, fetch: (work: string) => ((downloads += 1), download.fetch(work)) }];
    await Promise.all([provision(optionsWith({ fetches })), provision(optionsWith({ fetches }))]);
    expect(downloads).toBe(1);
  });
});

test('a cached binary that is not what was put there is refused, removed and brought anew', async () => {
  const said: string[] = [];
  const fetches = [fetchOf('echo tool 1.0')];
  const found = await provision(optionsWith({ fetches }));
  if (found.kind !== 'binary') throw new Error('expected a binary');
  writeFileSync(found.path, '#!/bin/sh\necho tool 6.66\n');
  expect(await provision(optionsWith({ fetches, say: (line) => said.push(line) }))).toMatchObject({ version: '1.0' });
  expect(said.join('\n')).toMatch(/SHA-256 differs/);
  expect(readFileSync(found.path, 'utf8')).toContain('echo tool 1.0');
});

describe('a binary that cannot be used', () => {
  test('is missing', async () => {
    await expect(prove(join(folder, 'none'))).rejects.toThrow('there is no such file');
  });
  test('is not executable', async () => {
    const path = script('plain', 'echo tool 1.0');
    chmodSync(path, 0o644);
    await expect(prove(path)).rejects.toThrow(/not executable; run chmod \+x/);
  });
  test('is built for another machine', async () => {
    const header = Buffer.alloc(64);
    header.write('\u007FELF', 'latin1');
    header.writeUInt16LE(process.arch === 'arm64' ? 0x3e : 0xb7, 18);
    writeFileSync(join(folder, 'foreign'), header, { mode: 0o755 });
    await expect(prove(join(folder, 'foreign'))).rejects.toThrow(/is built for (arm64|x64), this machine is/);
  });
  test('lacks a version of the C library', async () => {
    await expect(prove(script('newer', `echo "/lib/libc.so.6: version \\\`GLIBC_2.39' not found" >&2; exit 1`))).rejects.toThrow(
      /needs GLIBC_2\.39/,
    );
  });
  test('needs another processor', async () => {
    await expect(prove(script('avx', 'kill -ILL $$'))).rejects.toThrow(/AVX/);
  });
  test('is something else', async () => {
    await expect(prove(script('other', 'echo I am a teapot'))).rejects.toThrow(/answers --version with something else: I am a teapot/);
  });
  test('names its interpreter wrongly', async () => {
    const path = join(folder, 'loader');
    writeFileSync(path, '#!/no/such/loader\n', { mode: 0o755 });
    await expect(prove(path)).rejects.toThrow(/loader or interpreter is missing/);
  });
});

describe('servers on PATH', () => {
  test('are taken when they are recent enough', async () => {
    script('temporal', 'echo "temporal version 1.9.0 (Server 1.32.0, UI 2.54.1)"');
    script('mongod', 'echo "db version v8.0.4"');
    const env = { PATH: folder, TRAWL_CACHE_DIR: join(folder, 'cache') };
    expect(await provisionTemporal({ env, say: () => {} })).toEqual({
      kind: 'binary',
      path: join(folder, 'temporal'),
      version: 'Temporal server 1.32.0',
    });
    expect(await provisionMongod({ env, say: () => {} })).toEqual({
      kind: 'binary',
      path: join(folder, 'mongod'),
      version: 'MongoDB 8.0.4',
    });
  });

  test('are passed over when they are too old, for the cached one', async () => {
    script('temporal', 'echo "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"');
    const cached = script('fresh', 'echo "temporal version 1.8.2 (Server 1.31.2, UI 2.50.1)"');
    const cache = createToolCache(join(folder, 'cache'));
    const path = await cache.put({ name: 'temporal', version: '1.8.2' }, cached);
    const said: string[] = [];
    const env = { PATH: folder, TRAWL_CACHE_DIR: join(folder, 'cache') };
    expect(await provisionTemporal({ env, say: (line) => said.push(line) })).toMatchObject({ path });
    expect(said[0]).toMatch(/temporal on PATH failed: .*holds server 1\.29\.1; Trawl needs 1\.31 or later/);
    expect(existsSync(path)).toBe(true);
  });

  test('an address that does not answer ends the search', async () => {
    const env = {
      PATH: folder,
      TRAWL_CACHE_DIR: join(folder, 'cache'),
      MONGODB_URI: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200',
    };
    await expect(provisionMongod({ env, say: () => {} })).rejects.toThrow(/MONGODB_URI is set, but the server it names cannot be used/);
  });
});

test.each([
  ['1.31.2', '1.31', true],
  ['1.30.9', '1.31', false],
  ['2.0', '1.31', true],
  ['6.0.5', '6.0', true],
  ['6', '6.0', true],
])('%s is at least %s: %s', (have, want, answer) => expect(isAtLeast(have, want)).toBe(answer));
