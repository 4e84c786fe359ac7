/** What an app registration says about sign-in and credentials: learn.microsoft.com/entra/identity-platform/reference-microsoft-graph-app-manifest. */

/** A token of another identity provider that stands for the app: learn.microsoft.com/graph/api/resources/federatedidentitycredential. */
export interface FederatedCredential {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
  /** The issuer's keys, where it has no address of its own that the emulator could ask. */
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
}

/** `web` redeems codes with a credential, `spa` across origins with PKCE, `public` (mobile and desktop) with neither secret nor origin. */
export type RedirectPlatform = 'web' | 'spa' | 'public';

export interface RedirectUri {
  readonly uri: string;
  readonly platform: RedirectPlatform;
}

export interface AppSignIn {
  /** PEM. */
  readonly certificates?: readonly string[];
  readonly federatedCredentials?: readonly FederatedCredential[];
  readonly redirectUris?: readonly RedirectUri[];
  /** Delegated permissions that an administrator has consented to for everybody. */
  readonly delegatedScopes?: readonly string[];
  /** Application permissions that the registration asks for; an administrator's consent adds them to `roles`. */
  readonly requestedRoles?: readonly string[];
  /** Names of the app's own API besides api://<client id> and the client id. */
  readonly identifierUris?: readonly string[];
  /** Scopes of the app's own API. */
  readonly exposedScopes?: readonly string[];
  /** Manifest: groupMembershipClaims. */
  readonly groupClaims?: 'none' | 'security' | 'all';
  /** App roles given to people, by object id or address. */
  readonly userRoles?: Readonly<Record<string, readonly string[]>>;
  /** Manifest: enableIdTokenIssuance. */
  readonly implicitIdTokens?: boolean;
  readonly disabled?: boolean;
}
