import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { choosePorts, usualPorts } from './choose-ports.ts';
import { freePort, isFree } from './free-ports.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function occupied(port = 0): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ port, host: '127.0.0.1' }, resolve));
  return (server.address() as AddressInfo).port;
}

test('a port that something listens on is not free', async () => {
  expect(await isFree(await occupied())).toBe(false);
});

test('the first wished port that is free is taken, else any', async () => {
  const taken = await occupied();
  const free = await freePort();
  expect(await freePort([taken, free])).toBe(free);
  expect(await freePort([taken])).not.toBe(taken);
});

test('a remembered port is taken again', async () => {
  const api = await freePort();
  const ports = await choosePorts({ remembered: { api }, env: {}, say: () => {} });
  expect(ports.api).toBe(api);
});

test('when a usual port is taken, another is used and said', async () => {
  await occupied(usualPorts.api).catch(() => {});
  const said: string[] = [];
  const ports = await choosePorts({ remembered: {}, env: {}, say: (line) => said.push(line) });
  expect(ports.api).not.toBe(usualPorts.api);
  expect(said).toContain(`port ${usualPorts.api} (api) is taken; using ${ports.api}`);
  expect(new Set(Object.values(ports)).size).toBe(Object.keys(usualPorts).length);
});

test('a port that the user names is had or refused', async () => {
  const taken = await occupied();
  const free = await freePort();
  expect((await choosePorts({ remembered: {}, env: { TRAWL_API_PORT: String(free) }, say: () => {} })).api).toBe(free);
  const refused = choosePorts({ remembered: {}, env: { TRAWL_API_PORT: String(taken) }, say: () => {} });
  await expect(refused).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('TRAWL_API_PORT') });
});

test('the emulator does not move to another port once it was crawled', async () => {
  const taken = await occupied();
  const moved = choosePorts({ remembered: { emulator: taken }, env: {}, say: () => {} });
  await expect(moved).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining('--reset') });
});
