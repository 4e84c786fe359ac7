import { bool } from 'envalid';
import type { Environment } from './read-environment.ts';
import { encryptionKeys, keyVaultKey } from './validators.ts';

/** With what secrets are sealed and opened; API and workers must be told the same. */
export interface SealingSettings {
  /** `kid:base64` pairs as they were given; null where a vault's key alone is used. */
  encryptionKeys: string | null;
  /** Null where no vault is used. */
  keyVault: { address: string; seals: boolean } | null;
}

/** Specs of the variables. Keys of the environment are needed unless a vault's key seals. */
export function sealingSpecs(environment: Environment) {
  const isGiven = (name: string) => (environment[name] ?? '').trim() !== '';
  const vaultSeals = isGiven('TRAWL_KEY_VAULT_KEY') && environment['TRAWL_KEY_VAULT_SEALS']?.trim() !== 'false';
  const desc = 'keys that seal secrets, the same for API and workers; make one with: echo "k1:$(openssl rand -base64 32)"';
  return {
    TRAWL_ENCRYPTION_KEYS: vaultSeals ? encryptionKeys({ default: '' }) : encryptionKeys({ desc }),
    TRAWL_KEY_VAULT_KEY: keyVaultKey({ default: '' }),
    TRAWL_KEY_VAULT_SEALS: bool({ default: true }),
  };
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
