import type { ScopeKind } from './source.ts';

/** Services that capabilities belong to; what the directory gives, all of them need. */
export const capabilityServices = ['directory', 'exchange', 'oneDrive', 'sharePoint'] as const;
export type CapabilityService = (typeof capabilityServices)[number];

/** What an app registration may be able to do for Trawl. */
export const capabilities = [
  ...(['users', 'groups', 'hiddenMembership', 'domains'] as const),
  ...(['mail', 'mailBodies', 'attachments', 'calendars', 'mailboxSettings', 'archive', 'notifications'] as const),
  ...(['drives', 'sites'] as const),
] as const;
export type Capability = (typeof capabilities)[number];

export interface CapabilityRow {
  capability: Capability;
  service: CapabilityService;
  /** What it is, for people. */
  words: string;
  /** Application permissions, the least first: any one of them gives it. */
  permissions: readonly [string, ...string[]];
  /** Another capability that it is worth nothing without. */
  needs?: Capability;
  /** Scopes of a source that are not possible without it. */
  scopes: readonly ScopeKind[];
  /** Settings of a source (`policy`, `narrowing`) that want it. */
  settings: readonly string[];
}

const everyScope = ['everything', 'domain', 'group', 'user'] as const;
const directoryWide = ['Directory.Read.All', 'Directory.ReadWrite.All'] as const;
const readMail = ['Mail.Read', 'Mail.ReadWrite'] as const;
const readUsers = ['User.Read.All', 'User.ReadWrite.All', ...directoryWide] as const;
const readGroups = ['GroupMember.Read.All', 'GroupMember.ReadWrite.All', 'Group.Read.All', 'Group.ReadWrite.All'] as const;
const readSites = ['Sites.Read.All', 'Sites.ReadWrite.All', 'Sites.Manage.All', 'Sites.FullControl.All'] as const;

const inDirectory = { service: 'directory' } as const;
const inExchange = { service: 'exchange' } as const;

/**
 * What each capability takes and what it is for (learn.microsoft.com/graph/permissions-reference, and the pages of the
 * operations). docs/azure-setup.md tells administrators the same.
 */
export const capabilityRows: readonly CapabilityRow[] = [
  { ...inDirectory, capability: 'users', words: 'List users', permissions: readUsers, scopes: everyScope, settings: [] },
  {
    ...{ ...inDirectory, capability: 'groups', words: 'Read groups and their members' },
    ...{
      permissions: [...readGroups, ...directoryWide],
      scopes: ['group'],
      settings: ['narrowing.include.groups', 'narrowing.exclude.groups'],
    },
  },
  {
    ...{ ...inDirectory, capability: 'hiddenMembership', needs: 'groups', words: 'See members of groups whose membership is hidden' },
    ...{ permissions: ['Member.Read.Hidden'], scopes: [], settings: [] },
  },
  {
    ...{ ...inDirectory, capability: 'domains', words: 'Know which domains are verified' },
    ...{ permissions: ['Domain.Read.All', 'Domain.ReadWrite.All', ...directoryWide], scopes: ['domain'], settings: [] },
  },
  {
    ...{ ...inExchange, capability: 'mail', words: 'List folders and messages' },
    ...{ permissions: ['Mail.ReadBasic.All', 'Mail.ReadBasic', ...readMail], scopes: everyScope, settings: [] },
  },
  {
    ...{ ...inExchange, capability: 'mailBodies', words: 'Read the words of messages' },
    ...{ permissions: readMail, scopes: everyScope, settings: ['policy.originalMime'] },
  },
  {
    ...{ ...inExchange, capability: 'attachments', words: 'Read attachments of messages' },
    ...{ permissions: readMail, scopes: [], settings: ['policy.attachments.read'] },
  },
  {
    ...{ ...inExchange, capability: 'calendars', words: 'Read calendars and events' },
    ...{ permissions: ['Calendars.Read', 'Calendars.ReadWrite'], scopes: everyScope, settings: [] },
  },
  {
    ...{ ...inExchange, capability: 'mailboxSettings', words: 'Know what kind of mailbox each is' },
    ...{ permissions: ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'], scopes: [], settings: [] },
  },
  {
    ...{ ...inExchange, capability: 'archive', needs: 'mail', words: 'Find in-place archives, and read them' },
    ...{ permissions: readUsers, scopes: [], settings: ['policy.archive'] },
  },
  {
    // A permission to write does not replace the one to read (learn.microsoft.com/graph/api/subscription-post-subscriptions).
    ...{ ...inExchange, capability: 'notifications', words: 'Be told of new mail and events' },
    ...{ permissions: ['Mail.Read', 'Calendars.Read'], scopes: [], settings: [] },
  },
  {
    ...{ service: 'oneDrive', capability: 'drives', words: 'Read files in OneDrive' },
    ...{ permissions: ['Files.Read.All', 'Files.ReadWrite.All', ...readSites], scopes: [], settings: [] },
  },
  {
    ...{ service: 'sharePoint', capability: 'sites', words: 'Read sites and their lists' },
    ...{ permissions: readSites, scopes: [], settings: [] },
  },
];

const byName = new Map(capabilityRows.map((row) => [row.capability, row]));

/** The row of a capability. */
export function capabilityRow(capability: Capability): CapabilityRow {
  return byName.get(capability)!;
}

/** The permission of these that gives a capability, the least of them; null when none does. */
export function grantOf(capability: Capability, granted: readonly string[]): string | null {
  return capabilityRow(capability).permissions.find((permission) => granted.includes(permission)) ?? null;
}
