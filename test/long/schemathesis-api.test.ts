import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeBasics, sourceBody, startApiHost } from '../api/api-host.ts';
import { pythonPackages } from './python-packages.ts';

const packages = await pythonPackages(join(import.meta.dirname, 'python', 'schemathesis-requirements.txt'));
if ('missing' in packages) process.stderr.write(`schemathesis is not tried: ${packages.missing}\n`);

/** Requests for each route. */
const examples = 25;
const limitMs = 240_000;
/** Other requests in each run; `TRAWL_TEST_SEED` repeats those of one. */
const seed = Number(process.env['TRAWL_TEST_SEED'] ?? Date.now() % 1_000_000_000);

/** What a worker would have to answer: none runs here, and 503 says so. */
const needsWorker = '/(test|start|stop|pause|resume|run-now|confirm-retirement|retry)$';

it.skipIf('missing' in packages)('schemathesis finds no failure and no answer outside the OpenAPI document of the API', async () => {
  const host = await startApiHost({ commandTimeoutMs: 100, callTimeoutMs: 2000 });
  const scratch = mkdtempSync(join(tmpdir(), 'trawl-schemathesis-'));
  try {
    await host.call('POST', '/v1/sources', { body: sourceBody(await makeBasics(host)) });
    await host.app.listen({ host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${(host.app.server.address() as AddressInfo).port}`;
    const what = ['--checks', 'not_a_server_error,response_schema_conformance,status_code_conformance,content_type_conformance'];
    const amount = ['--phases', 'examples,fuzzing', '--mode', 'all', '--max-examples', String(examples), '--seed', String(seed)];
    const limits = ['--max-time', '80', '--no-shrink', '--continue-on-failure', '--suppress-health-check', 'all', '--warnings', 'off'];
    const access = ['-H', `Authorization: Bearer ${host.keys.admin}`, '--exclude-path-regex', needsWorker, '--no-color'];
    const options = ['-m', 'schemathesis.cli', 'run', `${url}/docs/json`, '--url', url, ...access, ...what, ...amount, ...limits];
    const env = { ...process.env, PYTHONPATH: 'folder' in packages ? packages.folder : '' };
    const child = spawn('python3', options, { env, cwd: scratch, timeout: limitMs, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()));
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    process.stderr.write(`TRAWL_TEST_SEED=${seed}; schemathesis ended with ${code ?? signal}:\n${said.slice(-600)}\n`);
    // Some requests are kilobytes of nothing that a person could read.
    const shown = said.split('\n').map((line) => line.slice(0, 300));
    expect(code, shown.slice(-150).join('\n')).toBe(0);
    expect(host.logLines.filter((line) => line.includes('Request failed'))).toEqual([]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    await host.close();
  }
});
