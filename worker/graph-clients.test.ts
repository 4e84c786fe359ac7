import { expect, test } from 'vitest';
import type { Credential } from '../contract/credential.ts';
import type { LastingGraph } from '../graph/create-graph.ts';
import { createGraphClients } from './graph-clients.ts';

const credential = (revision: number, change: Partial<Credential> = {}) =>
  ({ _id: 'c1', cloud: 'global', endpoints: null, tenantId: 't', clientId: 'a', revision, ...change }) as Credential;

function clients() {
  const told: string[] = [];
  let stored = credential(1);
  let faults = 0;
  const made = createGraphClients({
    make: async ({ revision }) =>
      ({
        useLogin: (login: { secret: string }) => void told.push(`use ${login.secret}`),
        close: async () => void told.push(`close ${revision}`),
      }) as unknown as LastingGraph,
    loginOf: async ({ revision }) => {
      if (faults > 0 && (faults -= 1) >= 0) throw new Error('sealed');
      return { kind: 'secret', secret: `of ${revision}` };
    },
    get: async () => stored,
    log: { info: () => undefined, warn: () => undefined },
  });
  return { made, told, store: (next: Credential) => (stored = next), failOnce: () => (faults = 1) };
}

test('work under way goes on with a new login by the client that it has', async () => {
  const { made, told, store } = clients();
  const graph = await made.graphFor(credential(1));
  await made.lookAgain();
  expect(told).toEqual([]);
  store(credential(2));
  await made.lookAgain();
  expect(told).toEqual(['use of 2']);
  expect(await made.graphFor(credential(2))).toBe(graph);
  expect(await made.graphFor(credential(1))).toBe(graph);
  expect(told).toEqual(['use of 2']);
});

test('another app gets a client of its own, and that of before ends', async () => {
  const { made, told } = clients();
  const graph = await made.graphFor(credential(1));
  expect(await made.graphFor(credential(2, { clientId: 'b' }))).not.toBe(graph);
  expect(told).toEqual(['close 1']);
});

test('a login that cannot be opened ends the client, and the next who asks tries again', async () => {
  const { made, told, failOnce } = clients();
  await made.graphFor(credential(1));
  failOnce();
  await expect(made.graphFor(credential(2))).rejects.toThrow('sealed');
  expect(told).toEqual(['close 1']);
  expect(await made.graphFor(credential(2))).toBeDefined();
});
