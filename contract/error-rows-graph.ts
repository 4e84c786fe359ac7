import { rowsOf, type ErrorRow } from './error-row.ts';

/** Who may ask (learn.microsoft.com/graph/errors; 401 and 403 by layer: Entra, Exchange, SharePoint). */
const accessRows: readonly ErrorRow[] = [
  ...rowsOf(
    { class: 'unauthorised', retry: false, leadsTo: 'sourceBlocked', remedy: 'Check the credential: test it, and save a valid secret' },
    {
      InvalidAuthenticationToken: 'Graph does not accept the token, not even a fresh one',
      unauthenticated: 'Graph does not accept the caller, not even with a fresh token',
      Authorization_IdentityNotFound: 'Graph does not find the application in the tenant',
    },
  ),
  ...rowsOf(
    {
      class: 'forbidden',
      retry: false,
      leadsTo: 'sourceBlocked',
      remedy:
        'Grant the application permission User.Read.All and have an administrator consent to it; a new token may take an hour to have it',
    },
    { Authorization_RequestDenied: 'The application may not read the directory' },
  ),
  ...rowsOf(
    {
      class: 'forbidden',
      retry: false,
      leadsTo: 'mailboxBlocked',
      remedy:
        'Grant Mail.Read and Calendars.Read, or add the mailbox to the scope of the application in Exchange; changes take up to 2 hours',
    },
    {
      ErrorAccessDenied: 'The application may not read this mailbox',
      accessDenied: 'The application may not read this',
      Forbidden: 'The application may not read this',
      accessRestricted: 'Access to this is restricted',
      notAllowed: 'The action is not allowed here',
    },
  ),
  ...rowsOf(
    { class: 'forbidden', retry: false, leadsTo: 'mailboxBlocked', remedy: 'Have an administrator unlock the site or the mailbox' },
    { resourceLocked: 'An administrator has locked this' },
  ),
];

/** Users who have no mailbox that Graph can read. */
const ineligibleRows: readonly ErrorRow[] = [
  ...rowsOf(
    {
      class: 'ineligible',
      retry: false,
      leadsTo: 'mailboxIneligible',
      remedy: 'Nothing when the user has no mailbox here; otherwise check licence and mailbox in Exchange',
    },
    {
      MailboxNotEnabledForRESTAPI: 'The mailbox is inactive, soft-deleted or on premises',
      ErrorInvalidUser: 'Exchange knows no mailbox of this user',
      ResourceNotFound: 'Exchange finds no mailbox for this user',
      AuthenticationError: 'The user has no licence for a mailbox',
      ErrorNonExistentMailbox: 'The mailbox does not exist',
      extensionError: 'The mailbox is on premises, or a policy keeps the application away from it',
      Request_ResourceNotFound: 'The directory knows no such user any more',
    },
  ),
];

/** What is gone, and links that have died. */
const goneRows: readonly ErrorRow[] = [
  ...rowsOf(
    { class: 'notFound', retry: false, leadsTo: 'streamEnds', remedy: 'Nothing: Trawl makes sure that it is gone and drops it' },
    {
      ErrorItemNotFound: 'The item or folder is not in the mailbox any more',
      ErrorSyncFolderNotFound: 'The folder is not in the mailbox any more',
      itemNotFound: 'The item is gone',
    },
  ),
  ...rowsOf(
    { class: 'resync', retry: false, leadsTo: 'streamRestarts', remedy: 'Nothing: Trawl reads the folder anew and compares' },
    {
      SyncStateNotFound: 'Graph has forgotten where the reading was',
      SyncStateInvalid: 'Graph does not accept where the reading was',
      resyncRequired: 'Graph asks for the folder to be read anew',
      resyncApplyDifferences: 'Graph asks for the drive to be read anew',
      resyncUploadDifferences: 'Graph asks for the drive to be read anew',
      resyncChangesApplyDifferences: 'Graph asks for the drive to be read anew',
      resyncChangesUploadDifferences: 'Graph asks for the drive to be read anew',
    },
  ),
  ...rowsOf(
    {
      class: 'overQuota',
      retry: false,
      leadsTo: 'mailboxBlocked',
      remedy: 'Raise the quota of the mailbox or have it tidied: delta keeps its state in the mailbox',
    },
    {
      ErrorQuotaExceeded: 'The mailbox is full, so Exchange cannot keep the state of a delta in it',
      quotaLimitReached: 'The store is full',
    },
  ),
];

/** Items that Exchange cannot give. */
const itemRows: readonly ErrorRow[] = [
  ...rowsOf(
    {
      class: 'malformedItem',
      retry: false,
      leadsTo: 'itemSkipped',
      remedy: 'Open the item in Outlook; repair or remove it there, then retry the skip',
    },
    {
      ErrorCorruptData: 'Exchange says that the item is damaged',
      ErrorCannotOpenFileAttachment: 'Exchange cannot open the attachment',
      ErrorInvalidRecipients: 'Exchange cannot render the recipients of the item',
      ErrorMimeContentConversionFailed: 'Exchange cannot make MIME of the item',
    },
  ),
  ...rowsOf(
    { class: 'malformedItem', retry: false, leadsTo: 'itemSkipped', remedy: 'Nothing: what is infected is not read' },
    { malwareDetected: 'Microsoft found malware in the item', virusSuspicious: 'Microsoft suspects malware in the item' },
  ),
];

/** Limits and passing faults. Without Retry-After Trawl waits longer each time. */
const passingRows: readonly ErrorRow[] = [
  ...rowsOf(
    { class: 'throttled', retry: true, leadsTo: 'waits', remedy: 'Nothing: Trawl waits as long as Graph asks' },
    {
      TooManyRequests: 'More requests than Graph allows',
      ApplicationThrottled: 'More requests to the mailbox than Exchange allows',
      activityLimitReached: 'More requests than the service allows',
      throttledRequest: 'More requests than the service allows',
    },
  ),
  ...rowsOf(
    {
      class: 'transient',
      retry: true,
      leadsTo: 'mailboxBlocked',
      remedy: 'Nothing at first: Trawl repeats it; when it lasts, see the Microsoft 365 service health',
    },
    {
      ErrorInternalServerTransientError: 'Exchange has a passing fault',
      ErrorInternalServerError: 'Exchange has a fault of its own',
      ErrorTimeoutExpired: 'Exchange took too long',
      ErrorMailboxStoreUnavailable: 'The store of the mailbox is not available for the moment',
      ErrorServerBusy: 'Exchange is busy',
      ErrorConnectionFailed: 'Exchange lost a connection within',
      ErrorMailboxMoveInProgress: 'The mailbox is being moved to another database',
      ErrorADUnavailable: 'The directory behind Exchange is not available for the moment',
      UnknownError: 'Graph has a fault that it cannot name',
      generalException: 'Graph has a fault that it cannot name',
      serviceNotAvailable: 'The service is not available for the moment',
      serviceReadOnly: 'The service is read-only for the moment',
      cannotSnapshotTree: 'The service is not ready for a consistent view',
      resourceModified: 'It changed while it was read',
    },
  ),
];

/** Requests that Graph does not take as they are. */
const requestRows: readonly ErrorRow[] = rowsOf(
  {
    class: 'badRequest',
    retry: false,
    leadsTo: 'mailboxBlocked',
    remedy: 'Report it with the request id: Trawl asked for something that this service does not take',
  },
  {
    BadRequest: 'Graph does not understand the request',
    Request_BadRequest: 'The directory does not understand the request',
    Request_UnsupportedQuery: 'The directory does not support the query',
    'RequestBroker--ParseUri': 'Graph cannot read the query',
    ExpandNotSupported: 'The service does not expand this',
    InefficientFilter: 'The filter or the order is too complex for Exchange',
    invalidRequest: 'The request is malformed',
    invalidRange: 'The byte range is not valid',
    nameAlreadyExists: 'The name is taken',
    notSupported: 'The service does not support the request',
  },
);

/** Codes of Microsoft Graph, Exchange, OneDrive and SharePoint. */
export const graphRows: readonly ErrorRow[] = [...accessRows, ...ineligibleRows, ...goneRows, ...itemRows, ...passingRows, ...requestRows];
