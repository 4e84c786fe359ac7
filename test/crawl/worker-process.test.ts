import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, inject, test } from 'vitest';
import { waitFor } from '../support/wait-for.ts';

const main = fileURLToPath(new URL('../../worker/main.ts', import.meta.url));

function runWorker(env: Record<string, string>) {
  const given = { PATH: process.env['PATH'] ?? '', ...env };
  return execa(process.execPath, [main], { env: given, extendEnv: false, reject: false, all: true, timeout: 30_000 });
}

test('wrong settings end a worker with every problem at once and exit code 2, without repeating values', async () => {
  const { exitCode, all } = await runWorker({
    MONGODB_URI: 'http://user:hidden-1@x',
    TRAWL_ENCRYPTION_KEYS: 'k1:hidden-2',
    TRAWL_SLOTS_HIGH: '0',
    TRAWL_MESSAGE_PAGE_SIZE: 'many',
    TRAWL_METRICS_PORT: '70000',
  });
  expect(exitCode).toBe(2);
  for (const name of ['MONGODB_URI', 'TRAWL_ENCRYPTION_KEYS', 'TRAWL_SLOTS_HIGH', 'TRAWL_MESSAGE_PAGE_SIZE', 'TRAWL_METRICS_PORT'])
    expect(all).toContain(name);
  expect(all).not.toMatch(/hidden-\d/);
});

test('a metrics port in use ends a worker with words and exit code 2', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await waitFor('the port', () => blocker.listening);
  const { port } = blocker.address() as AddressInfo;
  const { exitCode, all } = await runWorker({
    MONGODB_URI: inject('mongodbUri'),
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TRAWL_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
    TRAWL_METRICS_PORT: String(port),
  });
  blocker.close();
  expect(exitCode).toBe(2);
  expect(all).toContain('TRAWL_METRICS_PORT');
});
