import { randomBytes } from 'node:crypto';
import type { Db } from 'mongodb';
import { ulid } from 'ulid';
import type { DataKey } from '../contract/data-key.ts';
import { collectionsOf } from './collections.ts';
import { SealError } from './seal-error.ts';
import type { SealingKey, SealingKeys } from './sealing-keys.ts';

/** A key in a vault that wraps other keys and never leaves it. All throw where the vault refuses or does not answer. */
export interface KeyWrapper {
  /** Id of its current version. */
  currentId(): Promise<string>;
  /** Wraps by the version of this id. */
  wrap(id: string, key: Uint8Array): Promise<Uint8Array>;
  unwrap(id: string, wrapped: Uint8Array): Promise<Uint8Array>;
}

/** How soon a new version of the vault's key is noticed. */
const lookEveryMs = 10 * 60_000;
const prefix = 'vault-';

/**
 * Sealing keys by envelope: this process makes a key of its own, has the vault wrap it, and keeps it wrapped in MongoDB, where
 * other processes find it to open with. None seals by a key that it has read there: whoever can write to MongoDB could have
 * put one there that he knows (wrapping needs the public key alone). `others` are keys of the environment, which open what they
 * have sealed before.
 */
export function createVaultKeys(given: { db: Db; wrapper: KeyWrapper; others: SealingKeys | null }): SealingKeys {
  const { wrapper, others } = given;
  const { dataKeys } = collectionsOf(given.db);
  const opened = new Map<string, Uint8Array>();
  const vaultKeyOf = new Map<string, string>();
  let own: { vaultKeyId: string; made: Promise<SealingKey> } | null = null;
  let seen: { id: string; untilMs: number } | null = null;

  async function currentId(): Promise<string> {
    if (seen !== null && Date.now() < seen.untilMs) return seen.id;
    try {
      seen = { id: await wrapper.currentId(), untilMs: Date.now() + lookEveryMs };
    } catch (error) {
      // A version that was current a while ago seals as well.
      if (seen === null) throw unavailable(error);
    }
    return seen.id;
  }

  async function makeKey(vaultKeyId: string): Promise<SealingKey> {
    const made = { kid: `${prefix}${ulid()}`, key: new Uint8Array(randomBytes(32)) };
    const wrapped = await wrapper.wrap(vaultKeyId, made.key).catch((error: unknown) => Promise.reject(unavailable(error)));
    const record: DataKey = { _id: made.kid, vaultKeyId, wrapped: Buffer.from(wrapped).toString('base64url'), createdAt: new Date() };
    await dataKeys.insertOne(record);
    opened.set(made.kid, made.key);
    vaultKeyOf.set(made.kid, vaultKeyId);
    return made;
  }

  return {
    async first() {
      const id = await currentId();
      if (own?.vaultKeyId === id) return own.made;
      const making = { vaultKeyId: id, made: makeKey(id) };
      own = making;
      making.made.catch(() => {
        if (own === making) own = null;
      });
      return making.made;
    },

    async find(kid) {
      if (!kid.startsWith(prefix)) return (await others?.find(kid)) ?? null;
      const known = opened.get(kid);
      if (known !== undefined) return known;
      const record = await dataKeys.findOne({ _id: kid });
      if (record === null) return null;
      const wrapped = Buffer.from(record.wrapped, 'base64url');
      const key = await wrapper.unwrap(record.vaultKeyId, wrapped).catch((error: unknown) => Promise.reject(unavailable(error)));
      opened.set(kid, key);
      return key;
    },

    async isCurrent(kid) {
      if (!kid.startsWith(prefix)) return false;
      const vaultKeyId = vaultKeyOf.get(kid) ?? (await dataKeys.findOne({ _id: kid }))?.vaultKeyId;
      if (vaultKeyId !== undefined) vaultKeyOf.set(kid, vaultKeyId);
      return vaultKeyId === (await currentId());
    },
  };
}

/** The words of a vault may name keys and callers, and stay behind. */
function unavailable(error: unknown): SealError {
  const { statusCode, code } = error as { statusCode?: unknown; code?: unknown };
  const told = [typeof statusCode === 'number' ? `HTTP ${statusCode}` : null, typeof code === 'string' ? code : null].filter(Boolean);
  const words = told.length === 0 ? '' : ` (${told.join(', ')})`;
  return new SealError(
    `Azure Key Vault did not wrap or unwrap a key${words}; check TRAWL_KEY_VAULT_KEY, the network to the vault, and that the identity of this process may get, wrapKey and unwrapKey`,
    { code: 'TrawlKeyVaultUnavailable' },
  );
}
