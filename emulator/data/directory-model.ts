import type { AppRegistration, User } from './model.ts';

/** What stands in the directory besides users: groups, the contacts of the organisation, devices. */

/** Graph properties that stand in for what the emulator would say: any name of the type, in Graph's own form. */
export type GraphProperties = Readonly<Record<string, unknown>>;

/** learn.microsoft.com/graph/api/resources/groups-overview; `dynamic` is a security group whose rule names its members. */
export type GroupKind = 'microsoft365' | 'security' | 'mailEnabledSecurity' | 'distribution' | 'dynamic';

export const GROUP_KINDS: readonly GroupKind[] = ['microsoft365', 'security', 'mailEnabledSecurity', 'distribution', 'dynamic'];

export interface Group {
  readonly id: string;
  readonly kind: GroupKind;
  readonly displayName: string;
  readonly description: string | null;
  readonly mail: string | null;
  /** Object ids of users, groups, contacts, devices and service principals. Not used where there is a rule. */
  readonly memberIds: readonly string[];
  readonly ownerIds: readonly string[];
  /** A Microsoft 365 group whose members only Member.Read.Hidden sees. */
  readonly hidden: boolean;
  readonly membershipRule: string | null;
  readonly createdMs: number;
  readonly acceptedSenderIds?: readonly string[];
  readonly rejectedSenderIds?: readonly string[];
  readonly extra?: GraphProperties;
}

/** Somebody outside whose address the organisation keeps: learn.microsoft.com/graph/api/resources/orgcontact. */
export interface OrgContact {
  readonly id: string;
  readonly displayName: string;
  readonly mail: string;
  readonly givenName: string | null;
  readonly surname: string | null;
  readonly companyName: string | null;
  readonly extra?: GraphProperties;
}

export interface Device {
  readonly id: string;
  readonly displayName: string;
  readonly operatingSystem: string;
  readonly extra?: GraphProperties;
}

/** What a domain of the tenant has other than usual: isVerified, authenticationType, availabilityStatus … */
export interface DomainProperties {
  readonly name: string;
  readonly properties: GraphProperties;
}

interface Values {
  readonly user: User;
  readonly group: Group;
  readonly orgContact: OrgContact;
  readonly device: Device;
  readonly servicePrincipal: AppRegistration;
}

export type ObjectKind = keyof Values;
export type ValueOf<Kind extends ObjectKind> = Values[Kind];

export const OBJECT_KINDS: readonly ObjectKind[] = ['user', 'group', 'orgContact', 'device', 'servicePrincipal'];

/** An object of the directory. Its ordinal never changes, so that a list can be resumed after it whatever comes or goes. */
export type DirectoryEntry<Kind extends ObjectKind = ObjectKind> = {
  readonly [K in Kind]: {
    readonly kind: K;
    readonly id: string;
    readonly ordinal: number;
    readonly value: Values[K];
    readonly deletedMs?: number;
  };
}[Kind];

export function isMailEnabled(group: Group): boolean {
  return group.kind === 'microsoft365' || group.kind === 'mailEnabledSecurity' || group.kind === 'distribution';
}

export function isSecurityEnabled(group: Group): boolean {
  const given = group.extra?.['securityEnabled'];
  return typeof given === 'boolean' ? given : group.kind !== 'microsoft365' && group.kind !== 'distribution';
}

/** The accounts of shared mailboxes, rooms and equipment are disabled: learn.microsoft.com/microsoft-365/admin/email/about-shared-mailboxes. */
export function isAccountEnabled(user: User): boolean {
  const given = user.extra?.['accountEnabled'];
  return typeof given === 'boolean' ? given : !['shared', 'room', 'equipment'].includes(user.class);
}

export function userTypeOf(user: User): unknown {
  const given = user.extra?.['userType'];
  return given === undefined ? (user.class === 'guest' ? 'Guest' : 'Member') : given;
}
