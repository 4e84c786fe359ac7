import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { DefaultAzureCredential } from '@azure/identity';
import { CryptographyClient, KeyClient } from '@azure/keyvault-keys';

/** A key in Azure Key Vault that wraps other keys and never leaves it. All throw the RestError of the vault, or of the network. */
export interface VaultKey {
  /** Address of the key's current version. */
  currentId(): Promise<string>;
  /** Wraps by the version of this address. */
  wrap(id: string, key: Uint8Array): Promise<Uint8Array>;
  unwrap(id: string, wrapped: Uint8Array): Promise<Uint8Array>;
}

/** What Microsoft advises for RSA keys: learn.microsoft.com/azure/key-vault/keys/about-keys-details. */
const algorithm = 'RSA-OAEP-256';
const timeoutMs = 10_000;
const mostRetries = 2;

/** learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates, Vault URL for all clouds. */
const microsoftVaults = /\.(vault|managedhsm)\.(azure\.net|azure\.cn|usgovcloudapi\.net|microsoftazure\.de)$/;
const microsoftLogins = /^https:\/\/login\.(microsoftonline\.com|microsoftonline\.us|partner\.microsoftonline\.cn|chinacloudapi\.cn)(\/|$)/;

/**
 * The key at an address without a version, such as `https://contoso.vault.azure.net/keys/trawl`. Nothing is sent before it is
 * used. Versions are taken from this vault and key alone. Throws Error for an authorities' file that cannot be read.
 */
export function createVaultKey(given: { address: string; extraCaFile: string | null }): VaultKey {
  const { origin, hostname, pathname } = new URL(given.address);
  const [, , name = ''] = pathname.split('/');
  const trust = given.extraCaFile === null ? {} : { tlsOptions: { ca: [...rootCertificates, readFileSync(given.extraCaFile, 'utf8')] } };
  const authority = process.env['AZURE_AUTHORITY_HOST'];
  const credential = new DefaultAzureCredential({
    ...trust,
    disableInstanceDiscovery: authority !== undefined && !microsoftLogins.test(authority),
    retryOptions: { maxRetries: mostRetries },
  });
  const options = {
    ...trust,
    retryOptions: { maxRetries: mostRetries },
    // The library makes sure that the vault asks for a token for itself, by Microsoft's names of vaults.
    disableChallengeResourceVerification: !microsoftVaults.test(hostname),
  };
  const keys = new KeyClient(origin, credential, options);
  const versions = new Map<string, CryptographyClient>();
  const limited = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });

  function versionOf(id: string): CryptographyClient {
    if (!id.startsWith(`${origin}/keys/${name}/`)) throw new Error('A wrapped key names another key of a vault than TRAWL_KEY_VAULT_KEY');
    const known = versions.get(id) ?? new CryptographyClient(id, credential, options);
    versions.set(id, known);
    return known;
  }

  return {
    async currentId() {
      const { id } = await keys.getKey(name, limited());
      if (id === undefined) throw new Error('The vault gave a key without an address');
      return id;
    },
    wrap: async (id, key) => (await versionOf(id).wrapKey(algorithm, key, limited())).result,
    unwrap: async (id, wrapped) => (await versionOf(id).unwrapKey(algorithm, wrapped, limited())).result,
  };
}
