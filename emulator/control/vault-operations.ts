import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { VAULT_OPERATIONS, type VaultKeyVersion, type VaultOperation } from '../data/vault-state.ts';
import { uuidOf } from '../data/random.ts';
import type { World } from '../data/world.ts';
import { problem } from '../http/problem.ts';
import type { ControlRoute } from './control-server.ts';
import { badInput, optionalBoolean, optionalTexts, textOf, type Fields } from './input.ts';

const generate = promisify(generateKeyPair);

function publicOf({ name, version, enabled, createdMs }: VaultKeyVersion): object {
  return { name, version, enabled, created: new Date(createdMs).toISOString() };
}

/** A key, or a new version of one that is there: what rotating it does. */
async function addKey(world: World, fields: Fields): Promise<object> {
  const name = textOf(fields, 'name');
  if (!/^[A-Za-z0-9-]{1,127}$/.test(name)) throw badInput('name must be 1 to 127 letters, digits and hyphens');
  const { privateKey } = await generate('rsa', { modulusLength: 2048 });
  const version = uuidOf(`${world.tenant.id}:vault:${name}:${world.vault.keys().length}`).replaceAll('-', '');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const key = { name, version, privateKey: pem, enabled: true, createdMs: world.clock.nowMs() };
  await world.commit([{ op: 'vault.key', key }]);
  return publicOf(key);
}

async function editKey(world: World, params: readonly string[], fields: Fields): Promise<object> {
  const found = world.vault.key(params[0]!, params[1]!);
  if (!found) throw problem(404, 'NoKey', `The vault has no key '${params[0]}' of version '${params[1]}'`);
  const key = { ...found, enabled: optionalBoolean(fields, 'enabled') ?? found.enabled };
  await world.commit([{ op: 'vault.key', key }]);
  return publicOf(key);
}

async function grant(world: World, clientId: string, fields: Fields): Promise<object> {
  const operations = optionalTexts(fields, 'keys') ?? [];
  const isKnown = (name: string): name is VaultOperation => (VAULT_OPERATIONS as readonly string[]).includes(name);
  if (!operations.every(isKnown)) throw badInput(`keys must be some of ${VAULT_OPERATIONS.join(', ')}`);
  await world.commit([{ op: 'vault.grant', clientId, operations }]);
  return { clientId, keys: operations };
}

export const vaultRoutes: readonly ControlRoute[] = [
  { method: 'GET', path: '/vault/keys', handle: ({ world }) => ({ keys: world.vault.keys().map(publicOf) }) },
  { method: 'POST', path: '/vault/keys', handle: async (request) => addKey(request.world, await request.fields()) },
  { method: 'PATCH', path: '/vault/keys/*/*', handle: async (request) => editKey(request.world, request.params, await request.fields()) },
  {
    method: 'PUT',
    path: '/vault/access/*',
    handle: async (request) => grant(request.world, request.params[0]!, await request.fields()),
  },
];
