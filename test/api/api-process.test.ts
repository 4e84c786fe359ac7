import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, type ResultPromise } from 'execa';
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import { openTestDatabase } from '../support/database.ts';

const main = fileURLToPath(new URL('../../api/main.ts', import.meta.url));
const running = new Set<ResultPromise>();
let folder: string;
let database: Awaited<ReturnType<typeof openTestDatabase>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trawl-api-'));
  database = await openTestDatabase();
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await Promise.allSettled(running);
  running.clear();
});

function goodEnv(changes: Record<string, string> = {}): Record<string, string> {
  return {
    MONGODB_URI: inject('mongodbUri'),
    TRAWL_MONGODB_DATABASE: database.name,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TRAWL_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
    TRAWL_API_PORT: '0',
    ...changes,
  };
}

function start(env: Record<string, string>): ResultPromise<{ reject: false; all: true }> {
  const child = execa(process.execPath, [main], {
    env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '', ...env },
    extendEnv: false,
    reject: false,
    all: true,
  });
  running.add(child as ResultPromise);
  return child as ResultPromise<{ reject: false; all: true }>;
}

/** The address that a started API tells in its log, and all that it says. */
function listen(child: ReturnType<typeof start>): { lines: string[]; address: () => Promise<string> } {
  const lines: string[] = [];
  child.all.on('data', (chunk: Buffer) => lines.push(String(chunk)));
  const find = () => /"address":"(http:[^"]+)"/.exec(lines.join(''))?.[1];
  return { lines, address: () => waitFor('the address of the API', find) };
}

const isReady = async (address: string): Promise<boolean> => (await fetch(`${address}/health/ready`)).status === 200;

test('wrong settings end the start with every problem at once and exit code 2, without repeating values', async () => {
  const child = start({
    MONGODB_URI: 'http://user:hidden-1@x',
    TRAWL_API_PORT: '99999',
    TRAWL_ENCRYPTION_KEYS: 'k1:hidden-2',
    TRAWL_LOG_LEVEL: 'loud',
    TRAWL_CUSTOM_ENDPOINTS: 'http://x',
  });
  const { exitCode, all } = await child;
  expect(exitCode).toBe(2);
  for (const name of ['MONGODB_URI', 'TRAWL_API_PORT', 'TRAWL_ENCRYPTION_KEYS', 'TRAWL_LOG_LEVEL', 'TRAWL_CUSTOM_ENDPOINTS'])
    expect(all).toContain(name);
  expect(all).not.toMatch(/hidden-\d/);
  const empty = await start({});
  expect(empty.exitCode).toBe(2);
  expect(empty.all).toContain('MONGODB_URI is missing');
  expect(empty.all).toContain('TRAWL_ENCRYPTION_KEYS is missing');
});

test('a port in use ends the start with words and exit code 2', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await waitFor('the port', () => blocker.listening);
  const { port } = blocker.address() as AddressInfo;
  const { exitCode, all } = await start(goodEnv({ TRAWL_API_PORT: String(port) }));
  blocker.close();
  expect(exitCode).toBe(2);
  expect(all).toContain(`port ${port} of 127.0.0.1 is in use`);
});

test('the first start makes an admin key in a file of its owner alone; a second start makes none; SIGTERM ends with 0', async () => {
  const file = join(folder, 'admin-key');
  const first = start(goodEnv({ TRAWL_FIRST_KEY_FILE: file }));
  const { lines, address } = listen(first);
  const url = await address();
  await waitFor('readiness', () => isReady(url));
  const key = (await readFile(file, 'utf8')).trim();
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(lines.join('')).not.toContain(key);
  expect((await fetch(`${url}/v1/api-keys`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
  first.kill('SIGTERM');
  expect((await first).exitCode).toBe(0);

  const second = start(goodEnv());
  const again = listen(second);
  const secondUrl = await again.address();
  await waitFor('readiness', () => isReady(secondUrl));
  expect(again.lines.join('')).not.toContain('First admin key');
  expect((await fetch(`${secondUrl}/v1/api-keys`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
});

test('without a file the first key is printed once, and of two processes that start together one makes it', async () => {
  const env = goodEnv({ TRAWL_MONGODB_DATABASE: `test-${randomUUID().slice(0, 13)}` });
  const both = [start(env), start(env)].map((child) => listen(child));
  for (const { address } of both) {
    const url = await address();
    await waitFor('readiness', () => isReady(url));
  }
  const said = both.flatMap(({ lines }) => lines).join('');
  expect(said.match(/First admin key, shown this once: trawl_/g)).toHaveLength(1);
  await database.client.db(env['TRAWL_MONGODB_DATABASE']).dropDatabase();
});

test('a start sets how long the audit log is kept, whatever an earlier one has set', async () => {
  for (const days of [30, 7]) {
    const child = start(goodEnv({ TRAWL_AUDIT_DAYS: String(days) }));
    const url = await listen(child).address();
    await waitFor('readiness', () => isReady(url));
    const kept = (await database.client.db(database.name).collection('audit').indexes()).find(({ name }) => name === 'kept');
    expect(kept?.['expireAfterSeconds']).toBe(days * 86_400);
    child.kill('SIGTERM');
    await child;
  }
});

test('with MongoDB and Temporal away the API lives, says what it waits for, and starts by itself when they come', async () => {
  const [mongoPort, temporalPort] = [await freePort(), await freePort()];
  const child = start(
    goodEnv({
      MONGODB_URI: `mongodb://127.0.0.1:${mongoPort}/?directConnection=true`,
      TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`,
      TRAWL_LOG_LEVEL: 'info',
    }),
  );
  const { lines, address } = listen(child);
  const url = await address();
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
  const ready = await waitFor('both to be named', async () => {
    const answer = await fetch(`${url}/health/ready`);
    const body = (await answer.json()) as { mongodb: { detail: string }; temporal: { detail: string } };
    return answer.status === 503 && body.mongodb.detail.includes('MONGODB_URI') && body.temporal.detail.includes('TEMPORAL_ADDRESS')
      ? body
      : null;
  });
  expect(ready).toMatchObject({ ready: false, mongodb: { ok: false }, temporal: { ok: false } });
  const refused = await fetch(`${url}/v1/sources`);
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ type: 'urn:trawl:problem:starting' });
  expect(lines.join('')).toContain('Trying again');

  const mongo = new URL(inject('mongodbUri').replace('mongodb:', 'http:'));
  const proxies = [
    await forward(mongoPort, { host: mongo.hostname, port: Number(mongo.port) }),
    await forward(temporalPort, addressOf(inject('temporalAddress'))),
  ];
  await waitFor('readiness', () => isReady(url), { timeoutMs: 60_000 });
  child.kill('SIGTERM');
  expect((await child).exitCode).toBe(0);
  for (const close of proxies) close();
});

test('a signal ends the API at once while it still waits for its servers', async () => {
  const child = start(goodEnv({ MONGODB_URI: 'mongodb://someone:hidden-3@127.0.0.1:1', TEMPORAL_ADDRESS: '127.0.0.1:1' }));
  const { lines, address } = listen(child);
  await address();
  await waitFor('a failure to be told', () => lines.join('').includes('Trying again'));
  child.kill('SIGTERM');
  expect((await child).exitCode).toBe(0);
  expect(lines.join('')).not.toContain('hidden-3');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await waitFor('a port', () => server.listening);
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function addressOf(text: string): { host: string; port: number } {
  const [host = '', port = ''] = text.split(':');
  return { host, port: Number(port) };
}

/** Passes connections on to another server: a server that comes late. Returns what ends it. */
async function forward(port: number, to: { host: string; port: number }): Promise<() => void> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = connect(to);
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => [incoming, outgoing].map((other) => other.destroy()));
    }
    incoming.pipe(outgoing).pipe(incoming);
  }).listen(port, '127.0.0.1');
  await waitFor('the proxy', () => server.listening);
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}
