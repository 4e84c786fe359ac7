import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { documentedGetPaths, fillPaths, OPENAPI_FILE } from '../emulator/openapi-paths.ts';
import { grantEverything, hasOpenApi, startEmulator } from '../emulator/support.ts';
import { pythonPackages } from './python-packages.ts';

const folder = join(import.meta.dirname, 'python');
const packages = await pythonPackages(join(folder, 'schemathesis-requirements.txt'));
if ('missing' in packages) process.stderr.write(`schemathesis is not tried: ${packages.missing}\n`);

/** Requests for each path; with some 400 paths they take minutes. */
const EXAMPLES = 8;
const limitMs = 360_000;
/** Other requests in each run; `TRAWL_TEST_SEED` repeats those of one. */
const seed = Number(process.env['TRAWL_TEST_SEED'] ?? Date.now() % 1_000_000_000);

it.skipIf('missing' in packages || !hasOpenApi)(
  'schemathesis finds no failure and no invalid answer on the documented GET paths',
  async () => {
    const emulator = await startEmulator({
      seed: { mailboxes: 8, messagesPerMailbox: 120 },
      limits: { concurrent: 1_000, requestsPerWindow: 10_000_000, windowSeconds: 600 },
    });
    await grantEverything(emulator);
    const scratch = mkdtempSync(join(tmpdir(), 'trawl-schemathesis-'));
    const filled = await fillPaths(emulator, documentedGetPaths());
    const seeded = join(scratch, 'paths.json');
    writeFileSync(seeded, JSON.stringify(Object.fromEntries(filled.map(({ template, params }) => [template, params]))));
    const env = {
      ...process.env,
      ...{
        PYTHONPATH: `${'folder' in packages ? packages.folder : ''}:${folder}`,
        SCHEMATHESIS_HOOKS: 'schemathesis_hooks',
        SEEDED_PATHS: seeded,
      },
      ...{ REQUESTS_CA_BUNDLE: emulator.caFile, SSL_CERT_FILE: emulator.caFile },
    };
    const checks = ['--checks', 'not_a_server_error,response_schema_conformance', '--include-method', 'GET'];
    const amount = [
      '--phases',
      'fuzzing',
      '--mode',
      'all',
      '--max-examples',
      String(EXAMPLES),
      '--seed',
      String(seed),
      '--max-time',
      '60',
      '--no-shrink',
      '--continue-on-failure',
    ];
    const access = [
      '--url',
      `${emulator.url}/v1.0`,
      '-H',
      `Authorization: Bearer ${await emulator.appToken()}`,
      '--tls-verify',
      emulator.caFile,
      '--no-color',
    ];
    const options = [
      '-m',
      'schemathesis.cli',
      'run',
      OPENAPI_FILE,
      ...access,
      ...checks,
      ...amount,
      '--suppress-health-check',
      'all',
      '--warnings',
      'off',
    ];
    const child = spawn('python3', options, { env, cwd: scratch, timeout: limitMs, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()));
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    process.stderr.write(`TRAWL_TEST_SEED=${seed}; schemathesis ended with ${code ?? signal}:\n${said.slice(-600)}\n`);
    rmSync(scratch, { recursive: true, force: true });
    await emulator.stop();
    expect(emulator.failures.map(String)).toEqual([]);
    expect(code, said.slice(-6_000)).toBe(0);
  },
);
