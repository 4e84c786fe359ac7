import { constants, createPrivateKey, createPublicKey, privateDecrypt, publicEncrypt, randomUUID } from 'node:crypto';
import type { VaultKeyVersion, VaultOperation } from '../data/vault-state.ts';
import type { World } from '../data/world.ts';
import type { Caller } from '../entra/access.ts';
import type { Answer } from '../http/answer.ts';
import type { PlainRequest } from '../http/plain-request.ts';
import { isProblem } from '../http/problem.ts';
import { isVaultRefusal, VAULT_REFUSALS, type VaultRefusal } from './vault-refusals.ts';

export interface VaultDeps {
  readonly world: World;
  readonly checkAccess: (authorization: string | undefined) => Caller;
  count(kind: string, status: number): void;
}

/** Tokens are for this audience, under whatever name the vault was asked: learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses. */
const VAULT_AUDIENCE = 'https://vault.azure.net';

export function isVaultAudience(audience: unknown): boolean {
  return audience === VAULT_AUDIENCE;
}

/** Paddings of the RSA algorithms that wrap: learn.microsoft.com/azure/key-vault/keys/about-keys-details. */
const PADDINGS: Readonly<Record<string, { readonly padding: number; readonly oaepHash?: string }>> = {
  'RSA-OAEP': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
  'RSA-OAEP-256': { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
  RSA1_5: { padding: constants.RSA_PKCS1_PADDING },
};

interface Asked {
  readonly request: PlainRequest;
  readonly world: World;
  readonly name: string;
  readonly version: string | undefined;
}

/** The tenant's key vault: reads keys, wraps and unwraps by them. Undefined for a path that is none of its. */
export function createVaultApp(deps: VaultDeps): (request: PlainRequest) => Promise<Answer | undefined> {
  return async (request) => {
    const [first = '', name, second, third, ...rest] = request.path.toLowerCase() === '/keys' ? ['keys'] : request.path.split('/').slice(1);
    if (first.toLowerCase() !== 'keys') return undefined;
    const answer = await answerOf(deps, request, { name, version: second === '' ? undefined : second, action: third?.toLowerCase(), rest });
    deps.count('vault', answer.status);
    const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-cache', 'x-ms-request-id': randomUUID() };
    return { ...answer, headers: { ...headers, 'x-ms-keyvault-service-version': '1.9.0.0', ...answer.headers } };
  };
}

interface Place {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly action: string | undefined;
  readonly rest: readonly string[];
}

async function answerOf(deps: VaultDeps, request: PlainRequest, place: Place): Promise<Answer> {
  try {
    const caller = callerOf(deps, request);
    const apiVersion = new URLSearchParams(request.search).get('api-version') ?? '';
    // Since 2025 versions are dates: learn.microsoft.com/rest/api/keyvault.
    if (!/^(\d+\.\d+|20\d\d-\d\d-\d\d)(-preview(\.\d+)?)?$/.test(apiVersion))
      throw VAULT_REFUSALS.badParameter('The api-version is missing or not supported.');
    const { name, version, action, rest } = place;
    const operation = operationOf(request.method, action);
    if (name === undefined || name === '' || rest.length > 0 || operation === undefined) throw VAULT_REFUSALS.notAllowed(request.method);
    if (!deps.world.vault.grantOf(caller.appId).includes(operation)) throw VAULT_REFUSALS.denied(caller.appId, operation);
    const asked = { request, world: deps.world, name, version };
    return { status: 200, body: operation === 'get' ? shown(keyOf(asked), asked) : await wrapped(operation, asked) };
  } catch (error) {
    if (!isVaultRefusal(error)) throw error;
    return refusalAnswer(error.vaultRefusal);
  }
}

function operationOf(method: string, action: string | undefined): VaultOperation | undefined {
  if (method === 'GET' && action === undefined) return 'get';
  if (method !== 'POST') return undefined;
  return action === 'wrapkey' ? 'wrapKey' : action === 'unwrapkey' ? 'unwrapKey' : undefined;
}

/** Without a token that it takes, a vault says where one comes from. */
function callerOf({ world, checkAccess }: VaultDeps, request: PlainRequest): Caller {
  const authorization = request.header('authorization');
  const challenge = `Bearer authorization="${request.origin}/${world.tenant.id}", resource="${VAULT_AUDIENCE}"`;
  if (authorization === undefined) throw VAULT_REFUSALS.noToken(challenge);
  try {
    return checkAccess(authorization);
  } catch (error) {
    if (!isProblem(error)) throw error;
    throw VAULT_REFUSALS.badToken(error.message, challenge);
  }
}

function keyOf({ world, name, version }: Asked): VaultKeyVersion {
  const key = world.vault.key(name, version);
  if (!key) throw VAULT_REFUSALS.noKey(version === undefined ? name : `${name}/${version}`);
  return key;
}

function idOf(key: VaultKeyVersion, { request }: Asked): string {
  return `${request.origin}/keys/${key.name}/${key.version}`;
}

function shown(key: VaultKeyVersion, asked: Asked): object {
  const { n, e } = createPublicKey(key.privateKey).export({ format: 'jwk' });
  const seconds = Math.floor(key.createdMs / 1_000);
  return {
    key: { kid: idOf(key, asked), kty: 'RSA', key_ops: ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey'], n, e },
    attributes: { enabled: key.enabled, created: seconds, updated: seconds, recoveryLevel: 'Recoverable+Purgeable', recoverableDays: 90 },
  };
}

async function wrapped(operation: 'wrapKey' | 'unwrapKey', asked: Asked): Promise<object> {
  const { alg, value } = await parametersOf(asked.request);
  const key = keyOf(asked);
  if (!key.enabled) throw VAULT_REFUSALS.disabled(operation);
  const padding = PADDINGS[alg];
  if (padding === undefined) throw VAULT_REFUSALS.badParameter(`Key and signature type mismatch: ${alg.slice(0, 64)}`);
  const bytes = Buffer.from(value, 'base64url');
  try {
    const result =
      operation === 'wrapKey'
        ? publicEncrypt({ key: createPublicKey(key.privateKey), ...padding }, bytes)
        : privateDecrypt({ key: createPrivateKey(key.privateKey), ...padding }, bytes);
    return { kid: idOf(key, asked), value: result.toString('base64url') };
  } catch {
    throw VAULT_REFUSALS.badParameter('The parameter is incorrect.');
  }
}

async function parametersOf(request: PlainRequest): Promise<{ alg: string; value: string }> {
  let fields: unknown;
  try {
    fields = JSON.parse((await request.body()).toString('utf8'));
  } catch {
    throw VAULT_REFUSALS.badParameter('The request body is not valid JSON.');
  }
  const { alg, value } = (fields ?? {}) as { alg?: unknown; value?: unknown };
  if (typeof alg !== 'string' || alg === '') throw VAULT_REFUSALS.badParameter('Property alg has no value.');
  if (typeof value !== 'string' || !/^[\w-]+={0,2}$/.test(value)) throw VAULT_REFUSALS.badParameter('Property value is not base64url.');
  return { alg, value };
}

function refusalAnswer({ status, code, message, inner, challenge }: VaultRefusal): Answer {
  const headers: Record<string, string> = challenge === undefined ? {} : { 'WWW-Authenticate': challenge };
  return { status, headers, body: { error: { code, message, ...(inner === undefined ? {} : { innererror: { code: inner } }) } } };
}
