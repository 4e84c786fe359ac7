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
      remedy: 'Give the worker the key that sealed it (TRAWL_ENCRYPTION_KEYS, the same for API and workers), or save the secret again',
    },
    { TrawlSecretSealed: 'The worker has no key that opens the stored secret' },
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
