/** What happened at Entra ID since the start of the journal. */

export interface EntraSettings {
  /** Every token gets this lifetime; null draws it at random, as Entra does. */
  readonly tokenLifetimeSeconds: number | null;
  /** No subscription of the tenant is alive: tokens for Microsoft's resources are refused. */
  readonly subscriptionLapsed: boolean;
}

export type EntraChange =
  | { readonly op: 'entra.settings'; readonly settings: EntraSettings }
  | { readonly op: 'entra.consent'; readonly appId: string; readonly userId: string; readonly scopes: readonly string[] }
  | { readonly op: 'entra.codeUsed'; readonly id: string; readonly expiresMs: number };

export interface EntraState {
  settings(): EntraSettings;
  /** Delegated permissions that this person has consented to. */
  consentOf(appId: string, userId: string): readonly string[];
  isCodeUsed(id: string): boolean;
  apply(change: EntraChange, atMs: number): void;
}

export function isEntraChange<T extends { readonly op: string }>(change: T): change is Extract<T, EntraChange> {
  return change.op.startsWith('entra.');
}

export function createEntraState(): EntraState {
  let settings: EntraSettings = { tokenLifetimeSeconds: null, subscriptionLapsed: false };
  const consents = new Map<string, readonly string[]>();
  const usedCodes = new Map<string, number>();
  const consentOf = (appId: string, userId: string) => consents.get(`${appId}/${userId}`) ?? [];
  return {
    settings: () => settings,
    consentOf,
    isCodeUsed: (id) => usedCodes.has(id),
    apply: (change, atMs) => {
      if (change.op === 'entra.settings') settings = change.settings;
      else if (change.op === 'entra.consent') {
        const all = new Set([...consentOf(change.appId, change.userId), ...change.scopes]);
        consents.set(`${change.appId}/${change.userId}`, [...all]);
      } else {
        // Oldest first; what has expired needs no memory.
        for (const [id, expiresMs] of usedCodes) {
          if (expiresMs > atMs) break;
          usedCodes.delete(id);
        }
        usedCodes.set(change.id, change.expiresMs);
      }
    },
  };
}
