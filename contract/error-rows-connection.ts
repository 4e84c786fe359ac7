import { rowsOf, type ErrorRow } from './error-row.ts';

const noted = { class: 'badRequest', retry: false, leadsTo: 'noted' } as const;

/** What a test of a connection says of a scope beside the codes that block a source. */
export const connectionRows: readonly ErrorRow[] = [
  ...rowsOf(
    { ...noted, remedy: 'Look whether it is the scope that was meant; who joins it later is crawled from the next cycle on' },
    { TrawlScopeEmpty: 'The scope holds no mailbox' },
  ),
  ...rowsOf(
    { ...noted, remedy: 'Nothing when that is meant: contacts, devices and guests are in a group without a mailbox of the tenant' },
    { TrawlMembersWithoutMailbox: 'Some members of the group have no mailbox in the tenant' },
  ),
  ...rowsOf(
    {
      ...noted,
      remedy: 'Nothing: the mailboxes of its members are read; what is in the group itself Graph does not give to applications as mail',
    },
    { TrawlGroupMailboxNotRead: 'The mailbox and the calendar of the Microsoft 365 group itself are not read' },
  ),
  ...rowsOf(
    {
      ...noted,
      remedy: 'Look at the class of each: licence it, move it, or leave it out by narrowing; it is looked at again in each cycle',
    },
    {
      TrawlMailboxesAbsent: 'Some of the mailboxes that were tried are not there',
      TrawlNoMailboxThere: 'None of the mailboxes that were tried is there',
    },
  ),
  ...rowsOf(
    { ...noted, remedy: 'Widen the policy of Exchange that keeps the application out, or leave these mailboxes out by narrowing' },
    { TrawlMailboxesRefused: 'Some of the mailboxes that were tried keep the application out' },
  ),
  ...rowsOf(
    { ...noted, remedy: 'Nothing: the crawl reads the whole scope, however long it takes' },
    { TrawlScopeNotCounted: 'The scope holds more mailboxes than were counted in the time of a test' },
  ),
  ...rowsOf(
    { ...noted, remedy: 'Nothing at first: while it lasts, nobody is retired from the scope; Microsoft support can mend such entries' },
    { TrawlEntriesUnreadable: 'Some entries of the directory have not the form that Graph documents' },
  ),
  ...rowsOf(
    { ...noted, remedy: 'Start a worker, then test the source with POST /v1/sources/{id}/test' },
    { TrawlNotTested: 'No worker took the test in time, so that nothing is known of the scope' },
  ),
];
