import { connectionRows } from './error-rows-connection.ts';
import { scopeRows } from './error-rows-scope.ts';
import { testRows } from './error-rows-test.ts';
import { rowsOf, type ErrorRow } from './error-row.ts';

const network = { class: 'transient', retry: true, leadsTo: 'sourceBlocked' } as const;
const fault = {
  class: 'transient',
  retry: true,
  leadsTo: 'mailboxBlocked',
  remedy: 'Nothing at first: Trawl repeats it; when it lasts, see the Microsoft 365 service health',
} as const;

const noMailbox = { class: 'ineligible', retry: false, leadsTo: 'mailboxIneligible' } as const;

/** Why a user has no mailbox to read, found out with the directory's help. */
const classRows: readonly ErrorRow[] = [
  ...rowsOf(
    { ...noMailbox, remedy: 'Nothing: the mail of a guest is in the home tenant' },
    { TrawlGuest: 'The user is a guest, without a mailbox here' },
  ),
  ...rowsOf(
    { ...noMailbox, remedy: 'Nothing when that is meant; else assign a licence with Exchange Online: the next cycle finds the mailbox' },
    { TrawlUnlicensed: 'The user has no licence with Exchange Online, so that there is no mailbox' },
  ),
  ...rowsOf(
    { ...noMailbox, remedy: 'Nothing, or move the mailbox to Exchange Online: the next cycle finds it there' },
    { TrawlOnPremises: 'The mailbox is in an Exchange on premises, which Graph does not reach' },
  ),
  ...rowsOf(
    {
      ...noMailbox,
      remedy: 'Nothing, or give its licence back within 30 days, or restore the mailbox in Exchange: the next cycle finds it',
    },
    { TrawlSoftDeleted: 'The mailbox is inactive or soft-deleted' },
  ),
  ...rowsOf(
    {
      ...noMailbox,
      remedy: 'Nothing at first: Exchange makes a mailbox some time after the licence; when it lasts, look it up in Exchange',
    },
    { TrawlNotStarted: 'The user has a licence, and Exchange has not made the mailbox yet' },
  ),
  ...rowsOf(
    {
      class: 'badRequest',
      retry: false,
      leadsTo: 'mailboxBlocked',
      remedy: 'Read that part of the archive by an export from Microsoft Purview',
    },
    { TrawlAuxiliaryArchive: 'This part of an archive has outgrown it into an auxiliary mailbox, where Trawl does not follow' },
  ),
];

const noted = { class: 'badRequest', retry: false, leadsTo: 'noted' } as const;

/** What is said beside a mailbox's state. */
const noteRows: readonly ErrorRow[] = [
  ...rowsOf(
    { ...noted, remedy: 'Grant MailboxSettings.Read when you want to know; the mailbox is crawled without it' },
    { TrawlClassUnknown: 'Neither Exchange nor the directory says what kind of mailbox it is' },
  ),
  ...rowsOf(
    { ...noted, remedy: 'Look the mailbox up in Exchange; everything else of it is crawled' },
    { TrawlNoRecoverableItems: 'The source reads Recoverable Items, and those of this mailbox cannot be read' },
  ),
  ...rowsOf(
    { ...noted, remedy: 'Check that User.Read.All is granted and that the cloud has the beta of Graph; the mailbox itself is crawled' },
    { TrawlArchiveUnknown: 'The source reads in-place archives, and Graph does not say whether this mailbox has one' },
  ),
];

/** Our own codes: where neither Graph nor Entra gave one. */
export const trawlRows: readonly ErrorRow[] = [
  ...classRows,
  ...noteRows,
  ...rowsOf(
    { ...network, remedy: 'Check DNS, proxy and firewall between the worker and the hosts of the cloud' },
    { TrawlUnreachable: 'The host could not be reached, or the connection broke' },
  ),
  ...rowsOf(
    { ...network, remedy: 'Nothing at first: Trawl repeats it; when it lasts, check the network of the worker' },
    { TrawlTimeout: 'The answer did not come in time' },
  ),
  ...rowsOf(
    { ...network, remedy: 'When a proxy inspects TLS, name its authority in TRAWL_EXTRA_CA_FILE; otherwise somebody may be in between' },
    { TrawlCertificateRefused: 'The certificate of the host is not one that Trawl trusts' },
  ),
  ...rowsOf(
    { ...network, remedy: 'Nothing: Trawl asks again by itself; test the credential when it lasts' },
    { TrawlTokenUnavailable: 'Entra gave no token and no reason that Trawl can read' },
  ),
  ...rowsOf(
    { ...network, remedy: 'Check that no proxy answers in place of the host; Trawl follows no redirect' },
    {
      TrawlRedirected: 'The host answered with a redirect',
      TrawlUnreadableAnswer: 'The answer is not what Graph documents',
    },
  ),
  ...rowsOf(
    {
      class: 'malformedItem',
      retry: false,
      leadsTo: 'itemSkipped',
      remedy: 'Nothing at first: Trawl reads smaller pages, then single items; open the item in Outlook',
    },
    {
      TrawlTruncatedAnswer: 'The answer ends in the middle: Graph could not render an item of it',
      TrawlAnswerTooLarge: 'The answer is larger than Trawl reads at once',
      TrawlMalformedItem: 'The item does not have the shape that Graph documents',
      TrawlMimeBrokenOff: 'The MIME form of the message breaks off: Exchange does not send large ones whole',
      TrawlRefusedDocument: 'The store refuses the document that was made of the item',
    },
  ),
  ...rowsOf(
    {
      class: 'resync',
      retry: false,
      leadsTo: 'streamRestarts',
      remedy: 'Nothing: Trawl reads the stream anew; it happens when the Graph address of a credential changed',
    },
    {
      TrawlForeignLink: 'A stored link names another host than the Graph of the credential',
      TrawlHttp410: 'Graph says that the link is dead',
    },
  ),
  ...rowsOf(
    { class: 'throttled', retry: true, leadsTo: 'waits', remedy: 'Nothing: Trawl waits as long as Graph asks' },
    { TrawlHttp429: 'More requests than Graph allows' },
  ),
  ...rowsOf(fault, {
    TrawlHttp404: 'Not found, and nothing says what: an intermediary may have answered',
    TrawlHttp500: 'Graph has a fault of its own',
    TrawlHttp502: 'A gateway before Graph got no answer',
    TrawlHttp503: 'Graph is overloaded or took too long, and says no more',
    TrawlHttp504: 'A gateway before Graph waited too long',
  }),
  ...rowsOf(
    { class: 'unauthorised', retry: false, leadsTo: 'sourceBlocked', remedy: 'Check the credential: test it, and save a valid secret' },
    { TrawlHttp401: 'The caller is not accepted, and nothing says why' },
  ),
  ...rowsOf(
    {
      class: 'forbidden',
      retry: false,
      leadsTo: 'mailboxBlocked',
      remedy: 'Check the permissions of the application, and proxies between the worker and Graph',
    },
    { TrawlHttp403: 'The request is refused, and nothing says why' },
  ),
  ...rowsOf(
    { class: 'badRequest', retry: false, leadsTo: 'itemSkipped', remedy: 'Nothing: the content is kept elsewhere, and its link is stored' },
    { TrawlHttp405: 'There is no content to read here, as with an attachment that is only a link' },
  ),
  ...rowsOf(
    {
      ...fault,
      remedy:
        'Nothing at first: the mailbox is crawled again in the next cycle; when it lasts, look it up in the log of the worker and report it',
    },
    {
      TrawlInterrupted: 'The crawl of the mailbox was ended before it was through',
      TrawlLostWorkflow: 'The workflow of the mailbox ended without a word, by a fault or by a hand in the Temporal Web UI',
      TrawlInternalError: 'The crawl of the mailbox stopped at a fault of Trawl itself',
    },
  ),
  ...scopeRows,
  ...testRows,
  ...connectionRows,
  ...rowsOf(
    {
      class: 'badRequest',
      retry: false,
      leadsTo: 'waits',
      remedy: 'Nothing: Trawl lists the folders and compares; it costs more requests, and delta is tried again each day',
    },
    { TrawlNoDelta: 'This cloud offers no delta of mail' },
  ),
  ...rowsOf(
    {
      class: 'transient',
      retry: true,
      leadsTo: 'waits',
      remedy: 'Nothing at first: Trawl counts again in the next cycle; when it lasts, look at the folder in Outlook and report it',
    },
    { TrawlCountDiffers: 'Graph counts other messages or events in a folder or calendar than it lists' },
  ),
  ...rowsOf(
    { ...fault, remedy: 'Look the code up in the documentation of Microsoft Graph, and report it: Trawl repeats it for a bounded time' },
    { TrawlUnknown: 'A code that Trawl does not know' },
  ),
];
