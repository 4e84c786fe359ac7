import { rowsOf, type ErrorRow } from './error-row.ts';

const noted = { class: 'badRequest', retry: false, leadsTo: 'noted' } as const;

/** What a test of a credential says beside the codes of Entra and Graph. */
export const testRows: readonly ErrorRow[] = [
  ...rowsOf(
    {
      class: 'unauthorised',
      retry: false,
      leadsTo: 'sourceBlocked',
      remedy: 'Make a new client secret and save its Value, which Entra shows only once; the Secret ID beside it opens nothing',
    },
    { TrawlSecretIdPasted: 'The client secret is wrong, and looks like the Secret ID instead of the Value' },
  ),
  ...rowsOf(
    {
      class: 'unauthorised',
      retry: false,
      leadsTo: 'sourceBlocked',
      remedy:
        'Give the worker the key that sealed it (TRAWL_ENCRYPTION_KEYS or TRAWL_KEY_VAULT_KEY, the same for API and workers), or save the secret again',
    },
    { TrawlSecretSealed: 'The worker has no key that opens the stored secret' },
  ),
  ...rowsOf(
    {
      class: 'transient',
      retry: true,
      leadsTo: 'sourceBlocked',
      remedy: 'Check TRAWL_KEY_VAULT_KEY, the network from the worker to the vault, and that its identity may get, wrapKey and unwrapKey',
    },
    { TrawlKeyVaultUnavailable: 'Azure Key Vault does not open the key that sealed the stored secret' },
  ),
  ...rowsOf(
    {
      class: 'unauthorised',
      retry: false,
      leadsTo: 'sourceBlocked',
      remedy: 'Make a new certificate, upload it to the app registration, and save it in the credential with its private key',
    },
    { TrawlCertificateExpired: 'The certificate of the credential has expired' },
  ),
  ...rowsOf(
    {
      class: 'unauthorised',
      retry: false,
      leadsTo: 'sourceBlocked',
      remedy: 'Name a file in a folder of TRAWL_FEDERATED_TOKEN_FOLDERS, and set that alike on the API and every worker',
    },
    { TrawlTokenFileForbidden: 'The token file lies outside of the folders that the worker may read tokens from' },
  ),
  ...rowsOf(
    {
      class: 'unauthorised',
      retry: false,
      leadsTo: 'sourceBlocked',
      remedy: 'Check the path, that the file is mounted on every worker, and that the worker may read it',
    },
    { TrawlTokenFileUnreadable: 'The worker cannot read the token file' },
  ),
  ...rowsOf(
    {
      class: 'unauthorised',
      retry: false,
      leadsTo: 'sourceBlocked',
      remedy: 'Name the file that the identity provider writes its token (a JWT) to, and nothing else',
    },
    { TrawlTokenFileMalformed: 'The token file holds no token' },
  ),
  ...rowsOf(
    {
      class: 'unauthorised',
      retry: false,
      leadsTo: 'sourceBlocked',
      remedy: 'Look why the identity provider (on Kubernetes the kubelet) no longer renews the file',
    },
    { TrawlTokenFileExpired: 'The token in the file has expired' },
  ),
  ...rowsOf(
    {
      class: 'unauthorised',
      retry: false,
      leadsTo: 'sourceBlocked',
      remedy: 'Compare the key id of the token with the keys that its issuer publishes (jwks_uri of its OpenID configuration)',
    },
    { TrawlTokenFileForeign: 'The key that signed the token in the file is not among those of its issuer' },
  ),
  ...rowsOf(
    { ...noted, remedy: 'Add application permissions (not delegated ones) to the app registration, and grant admin consent to them' },
    { TrawlNoPermissions: 'Entra signs the app in, and nobody has consented to any permission of it' },
  ),
  ...rowsOf(
    { ...noted, remedy: 'Add the permission to the app registration, and grant admin consent to it' },
    { TrawlNotGranted: 'The token does not hold the permission' },
  ),
  ...rowsOf(
    { ...noted, remedy: 'Grant the permission that reads the whole, Mail.Read or Calendars.Read, beside or instead of the basic one' },
    { TrawlBasicOnly: 'Graph lists it, and keeps the words back: the permission reads the basics only' },
  ),
  ...rowsOf(
    { ...noted, remedy: 'Name a mailbox that the app should read, and test again' },
    {
      TrawlNothingToTry: 'Nothing was found on which it could be tried',
      TrawlMailboxBusy: 'Crawls are using all places at the mailboxes that could be tried',
    },
  ),
];
