/** Refusals of Key Vault: learn.microsoft.com/azure/key-vault/general/rest-error-codes; texts as recordings of Microsoft's SDKs have them. */
export interface VaultRefusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly inner?: string;
  /** Sent as WWW-Authenticate. */
  readonly challenge?: string;
}

const refuse = (refusal: VaultRefusal): Error & { readonly vaultRefusal: VaultRefusal } =>
  Object.assign(new Error(refusal.message), { vaultRefusal: refusal });

export function isVaultRefusal(error: unknown): error is Error & { readonly vaultRefusal: VaultRefusal } {
  return error instanceof Error && 'vaultRefusal' in error;
}

export const VAULT_REFUSALS = {
  noToken: (challenge: string) =>
    refuse({ status: 401, code: 'Unauthorized', message: 'AKV10000: Request is missing a Bearer or PoP token.', challenge }),
  badToken: (reason: string, challenge: string) => refuse({ status: 401, code: 'Unauthorized', message: reason, challenge }),
  denied: (appId: string, operation: string) =>
    refuse({
      ...{ status: 403, code: 'Forbidden', inner: 'AccessDenied' },
      message: `The user, group or application 'appid=${appId}' does not have keys ${operation.toLowerCase()} permission on key vault. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
    }),
  disabled: (operation: string) =>
    refuse({ status: 403, code: 'Forbidden', inner: 'KeyDisabled', message: `Operation ${operation} is not allowed on a disabled key.` }),
  noKey: (name: string) =>
    refuse({
      ...{ status: 404, code: 'KeyNotFound' },
      message: `A key with (name/id) ${name.slice(0, 256)} was not found in this key vault. If you recently deleted this key you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
    }),
  badParameter: (message: string) => refuse({ status: 400, code: 'BadParameter', message }),
  notAllowed: (method: string) =>
    refuse({ status: 405, code: 'MethodNotAllowed', message: `The method ${method} is not allowed for this resource.` }),
} as const;
