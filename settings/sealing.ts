import type { Environment } from './read-environment.ts';
import { encryptionKeys } from './validators.ts';

/** With what secrets are sealed and opened; API and workers must be told the same. */
export interface SealingSettings {
  /** `kid:base64` pairs as they were given; null where a vault's key alone is used. */
  encryptionKeys: string | null;
  /** Null where no vault is used. */
  keyVault: { address: string; seals: boolean } | null;
}

/** The specs of a process: keys of the environment are needed unless a vault's key seals. */
export function withVault<S extends { TRAWL_ENCRYPTION_KEYS: unknown }>(environment: Environment, specs: S): S {
  const isGiven = (environment['TRAWL_KEY_VAULT_KEY'] ?? '').trim() !== '';
  const seals = isGiven && environment['TRAWL_KEY_VAULT_SEALS']?.trim() !== 'false';
  return seals ? { ...specs, TRAWL_ENCRYPTION_KEYS: encryptionKeys({ default: '' }) } : specs;
}

export function sealingOf(values: {
  TRAWL_ENCRYPTION_KEYS: string;
  TRAWL_KEY_VAULT_KEY: string;
  TRAWL_KEY_VAULT_SEALS: boolean;
}): SealingSettings {
  const address = values.TRAWL_KEY_VAULT_KEY;
  return {
    encryptionKeys: values.TRAWL_ENCRYPTION_KEYS === '' ? null : values.TRAWL_ENCRYPTION_KEYS,
    keyVault: address === '' ? null : { address, seals: values.TRAWL_KEY_VAULT_SEALS },
  };
}
