import { rowsOf, type ErrorRow } from './error-row.ts';
import { scopeCodes } from './workflow/scope-codes.ts';

const wrong = { class: 'badRequest', retry: false, leadsTo: 'sourceBlocked' } as const;
const denied = { class: 'forbidden', retry: false, leadsTo: 'sourceBlocked' } as const;

/** Why a scope is not taken as it resolves: the source is blocked and the scope resolved again by itself; nothing is retired meanwhile. */
export const scopeRows: readonly ErrorRow[] = [
  ...rowsOf(
    {
      ...wrong,
      remedy: 'Change the scope to one of the verified domains, which the scope report of the source lists, or verify the domain',
    },
    { [scopeCodes.domainNotVerified]: 'The domain is not a verified domain of the tenant' },
  ),
  ...rowsOf(
    {
      ...wrong,
      remedy:
        'Correct the address in scope or narrowing; Graph does not show dynamic distribution lists: take a group with the same members, or a domain or user scope',
    },
    { [scopeCodes.groupNotFound]: 'Graph knows no group with the address that the scope report of the source names' },
  ),
  ...rowsOf(
    { ...wrong, remedy: 'Correct the address in the scope, or restore the user' },
    { [scopeCodes.userNotFound]: 'The directory knows no user with the address of the scope' },
  ),
  ...rowsOf(
    { ...denied, remedy: 'Grant the application permission Domain.Read.All and have an administrator consent to it' },
    { [scopeCodes.domainsDenied]: 'The application may not read the domains of the tenant' },
  ),
  ...rowsOf(
    { ...denied, remedy: 'Grant the application permission GroupMember.Read.All and have an administrator consent to it' },
    { [scopeCodes.groupsDenied]: 'The application may not read groups and their members' },
  ),
  ...rowsOf(
    { ...denied, remedy: 'Grant the application permission Member.Read.Hidden and have an administrator consent to it' },
    { [scopeCodes.membersHidden]: 'The membership of a group is hidden from the application' },
  ),
  ...rowsOf(
    {
      ...denied,
      remedy:
        'Grant the application permission Member.Read.Hidden and have an administrator consent to it; when the group is really empty, confirm by POST /v1/sources/{id}/confirm-retirement',
    },
    { [scopeCodes.hiddenGroupEmpty]: 'A group with hidden membership shows no member, which is doubtful' },
  ),
  ...rowsOf(
    {
      ...wrong,
      remedy:
        'Look whether a group was emptied or a domain moved by mistake, and put it right; when they really left, confirm by POST /v1/sources/{id}/confirm-retirement',
    },
    { [scopeCodes.mailboxesVanished]: 'So many mailboxes vanished from the scope at once that it may be a mistake; none was retired' },
  ),
];
