import type { Group, ObjectKind } from './directory-model.ts';
import type { User } from './model.ts';

/** One change of one object, for delta queries. */
export interface DirectoryEvent {
  readonly kind: ObjectKind;
  readonly id: string;
  /** Graph names of what changed; undefined when all of it is new. */
  readonly properties?: readonly string[];
  /** Restorable from the deleted items, or gone for good. */
  readonly removed?: 'changed' | 'deleted';
  /** Who came into a group or left it; `relation` is members or owners. */
  readonly link?: { readonly relation: 'members' | 'owners'; readonly id: string; readonly kind: ObjectKind; readonly isIn: boolean };
}

export interface DirectoryLog {
  /** The number of events so far; an event's number is its place, from 1. */
  sequence(): number;
  add(event: DirectoryEvent): void;
  /** Events with numbers of (after, until], oldest first. */
  between(after: number, until: number): readonly DirectoryEvent[];
}

export function createDirectoryLog(): DirectoryLog {
  const events: DirectoryEvent[] = [];
  return {
    sequence: () => events.length,
    add: (event) => void events.push(event),
    between: (after, until) => events.slice(after, until),
  };
}

const USER_NAMES: Readonly<Record<string, readonly string[]>> = {
  upn: ['userPrincipalName', 'mailNickname', 'identities', 'imAddresses'],
  mail: ['mail', 'proxyAddresses'],
  aliases: ['proxyAddresses'],
  class: [
    'accountEnabled',
    'assignedLicenses',
    'assignedPlans',
    'provisionedPlans',
    'userType',
    'onPremisesSyncEnabled',
    'showInAddressList',
  ],
  country: ['country', 'usageLocation'],
  language: ['preferredLanguage'],
  managerId: ['manager'],
};

const GROUP_NAMES: Readonly<Record<string, readonly string[]>> = {
  kind: ['groupTypes', 'mailEnabled', 'securityEnabled'],
  mail: ['mail', 'proxyAddresses', 'mailNickname'],
  hidden: ['visibility'],
  membershipRule: ['membershipRule', 'groupTypes'],
  memberIds: [],
  ownerIds: [],
  acceptedSenderIds: ['acceptedSenders'],
  rejectedSenderIds: ['rejectedSenders'],
};

/** Graph names of the properties in which two states of an object differ. */
export function changedProperties(kind: ObjectKind, before: object, after: object): string[] {
  const names = kind === 'user' ? USER_NAMES : kind === 'group' ? GROUP_NAMES : {};
  const changed = changedKeys(before, after).filter((key) => key !== 'extra');
  const extra = changedKeys((before as User | Group).extra ?? {}, (after as User | Group).extra ?? {});
  return [...new Set([...changed.flatMap((key) => names[key] ?? [key]), ...extra])];
}

function changedKeys(before: object, after: object): string[] {
  const [old, now] = [before as Record<string, unknown>, after as Record<string, unknown>];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]));
}
