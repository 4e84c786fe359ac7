/** One version of a key in the tenant's key vault: learn.microsoft.com/rest/api/keyvault/keys/get-key/get-key. */
export interface VaultKeyVersion {
  readonly name: string;
  readonly version: string;
  /** RSA, as PKCS#8 in PEM. */
  readonly privateKey: string;
  readonly enabled: boolean;
  readonly createdMs: number;
}

export const VAULT_OPERATIONS = ['get', 'wrapKey', 'unwrapKey'] as const;
export type VaultOperation = (typeof VAULT_OPERATIONS)[number];

export type VaultChange =
  | { readonly op: 'vault.key'; readonly key: VaultKeyVersion }
  | { readonly op: 'vault.grant'; readonly clientId: string; readonly operations: readonly VaultOperation[] };

export interface VaultState {
  /** The version, or the newest one without it. */
  key(name: string, version?: string): VaultKeyVersion | undefined;
  keys(): readonly VaultKeyVersion[];
  /** What the access policy of the vault lets an app do. */
  grantOf(clientId: string): readonly VaultOperation[];
  apply(change: VaultChange): void;
}

export function createVaultState(): VaultState {
  const versions = new Map<string, VaultKeyVersion>();
  const grants = new Map<string, readonly VaultOperation[]>();
  const keys = () => [...versions.values()];
  return {
    keys,
    key: (name, version) =>
      keys().findLast((key) => key.name.toLowerCase() === name.toLowerCase() && (version === undefined || key.version === version)),
    grantOf: (clientId) => grants.get(clientId.toLowerCase()) ?? [],
    apply: (change) => {
      if (change.op === 'vault.grant') grants.set(change.clientId.toLowerCase(), change.operations);
      else versions.set(`${change.key.name}/${change.key.version}`, change.key);
    },
  };
}
