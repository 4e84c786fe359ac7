import type { DirectoryChange } from './changes.ts';
import { changedProperties, createDirectoryLog, type DirectoryLog } from './directory-log.ts';
import type { DirectoryEntry, GraphProperties, Group, ObjectKind, ValueOf } from './directory-model.ts';
import { createDirectoryStore, type DirectoryBase, type DirectoryStore } from './directory-store.ts';
import { createMembership, type Membership } from './membership.ts';
import type { AppRegistration, Organisation, User } from './model.ts';

/** The directory as readers see it. */
export interface Directory extends Pick<DirectoryStore, 'get' | 'list' | 'userNamed' | 'areNamesUnique' | 'version'> {
  readonly membership: Membership;
  readonly log: Pick<DirectoryLog, 'sequence' | 'between'>;
  /** Deleted users and groups that can be restored still: learn.microsoft.com/graph/api/directory-deleteditems-list. */
  deleted(nowMs: number): readonly DirectoryEntry[];
  /** What a domain has other than usual, and domains that were added. */
  domains(): ReadonlyMap<string, GraphProperties>;
}

export interface DirectoryState {
  readonly directory: Directory;
  users(): readonly User[];
  /** By object id, user principal name or any SMTP address, without regard to case. */
  findUser(idOrAddress: string): User | undefined;
  apps(): readonly AppRegistration[];
  findApp(clientId: string): AppRegistration | undefined;
  apply(change: AppliedChange): void;
}

const KEPT_DELETED_MS = 30 * 24 * 3_600_000;

/** Users, groups, contacts, devices and app registrations as they are now. */
export function createDirectoryState(base: DirectoryBase & Pick<Organisation, 'domainProperties'>): DirectoryState {
  const store = createDirectoryStore(base);
  const membership = createMembership(store);
  const log = createDirectoryLog();
  const domains = new Map((base.domainProperties ?? []).map((domain) => [domain.name, domain.properties]));
  const apps = new Map(base.apps.map((app) => [app.clientId, app]));
  let userList: { version: number; users: readonly User[] } | undefined;
  const users = () => {
    if (userList?.version !== store.version()) userList = { version: store.version(), users: store.list('user').map(({ value }) => value) };
    return userList.users;
  };
  const apply = createApply({ store, membership, log, domains });
  return {
    directory: {
      ...{ areNamesUnique: store.areNamesUnique },
      ...{ get: store.get, list: store.list, userNamed: store.userNamed, version: store.version, membership, log, domains: () => domains },
      deleted: (nowMs) => store.deleted().filter(({ deletedMs }) => nowMs - deletedMs! < KEPT_DELETED_MS),
    },
    users,
    findUser: (idOrAddress) => {
      const entry = store.get(idOrAddress);
      return entry?.kind === 'user' ? entry.value : store.userNamed(idOrAddress)?.value;
    },
    apps: () => [...apps.values()],
    findApp: (clientId) => apps.get(clientId.toLowerCase()),
    apply: (change) => {
      if (change.op === 'app.set') apps.set(change.app.clientId, change.app);
      if (change.op === 'app.remove') return void apps.delete(change.clientId);
      apply(change);
    },
  };
}

type AppliedChange = { readonly atMs: number } & DirectoryChange;

type ObjectChange = Exclude<AppliedChange, { op: 'app.remove' }>;

interface Parts {
  readonly store: DirectoryStore;
  readonly membership: Membership;
  readonly log: DirectoryLog;
  readonly domains: Map<string, GraphProperties>;
}

function createApply(parts: Parts): (change: ObjectChange) => void {
  const { store, domains } = parts;
  return (change) => {
    switch (change.op) {
      case 'user.add':
      case 'user.set':
        return put(parts, 'user', change.user);
      case 'group.set':
        return put(parts, 'group', change.group);
      case 'contact.set':
        return put(parts, 'orgContact', change.contact);
      case 'device.set':
        return put(parts, 'device', change.device);
      case 'app.set':
        return put(parts, 'servicePrincipal', change.app);
      case 'group.members':
        return changeMembers(parts, change);
      case 'user.remove':
        return remove(parts, { id: change.userId, hard: change.hard ?? false, atMs: change.atMs });
      case 'object.remove':
        return remove(parts, change);
      case 'object.restore':
        return restore(parts, change.id);
      case 'domain.set':
        domains.set(change.domain.name, change.domain.properties);
        return store.touch();
    }
  };
}

function put<Kind extends ObjectKind>(parts: Parts, kind: Kind, value: ValueOf<Kind>): void {
  const { store, log } = parts;
  const id = kind === 'servicePrincipal' ? (value as AppRegistration).objectId : (value as User).id;
  const before = store.get(id);
  const wasIn = before?.kind === 'user' ? ruledGroupsOf(parts, id) : new Set<string>();
  const members = before?.kind === 'group' ? membersAndOwners(parts, before.value) : undefined;
  store.put(kind, value);
  const properties = before === undefined ? undefined : changedProperties(kind, before.value, value);
  if (properties?.length !== 0) log.add({ kind, id, ...(properties === undefined ? {} : { properties }) });
  if (kind === 'user') logRuledGroups(parts, { id, wasIn });
  if (kind === 'group')
    logLinks(parts, { group: value as Group, before: members ?? { members: new Map(), owners: new Map() }, isNew: before === undefined });
}

function remove(parts: Parts, what: { id: string; hard: boolean; atMs: number }): void {
  const { store, log, membership } = parts;
  const entry = store.get(what.id) ?? store.deleted().find(({ id }) => id === what.id);
  if (!entry) return;
  const isRestorable = !what.hard && (entry.kind === 'user' || entry.kind === 'group');
  if (entry.deletedMs === undefined) {
    for (const group of membership.groupsOf(what.id)) {
      log.add({ kind: 'group', id: group.id, link: { relation: 'members', id: what.id, kind: entry.kind, isIn: false } });
    }
  }
  store.remove(what.id, { atMs: what.atMs, hard: !isRestorable });
  log.add({ kind: entry.kind, id: what.id, removed: isRestorable ? 'changed' : 'deleted' });
}

function restore(parts: Parts, id: string): void {
  parts.store.restore(id);
  const entry = parts.store.get(id);
  if (!entry) return;
  parts.log.add({ kind: entry.kind, id });
  for (const group of parts.membership.groupsOf(id)) {
    parts.log.add({ kind: 'group', id: group.id, link: { relation: 'members', id, kind: entry.kind, isIn: true } });
  }
}

function changeMembers(parts: Parts, change: { groupId: string; add: readonly string[]; remove: readonly string[] }): void {
  const entry = parts.store.get(change.groupId);
  if (entry?.kind !== 'group') return;
  const removed = new Set(change.remove);
  const kept = entry.value.memberIds.filter((id) => !removed.has(id));
  put(parts, 'group', { ...entry.value, memberIds: [...new Set([...kept, ...change.add])] });
}

type Links = { readonly members: ReadonlyMap<string, ObjectKind>; readonly owners: ReadonlyMap<string, ObjectKind> };

function membersAndOwners({ store, membership }: Parts, group: Group): Links {
  const kinds = (entries: readonly DirectoryEntry[]) => new Map(entries.map(({ id, kind }) => [id, kind]));
  return { members: kinds(membership.direct(group)), owners: kinds(group.ownerIds.flatMap((id) => store.get(id) ?? [])) };
}

/** A new group's members come with it; only later ones are changes. */
function logLinks(parts: Parts, what: { group: Group; before: Links; isNew: boolean }): void {
  if (what.isNew) return;
  const after = membersAndOwners(parts, what.group);
  for (const relation of ['members', 'owners'] as const) {
    const [old, now] = [what.before[relation], after[relation]];
    const add = (id: string, kind: ObjectKind, isIn: boolean) =>
      parts.log.add({ kind: 'group', id: what.group.id, link: { relation, id, kind, isIn } });
    for (const [id, kind] of old) if (!now.has(id)) add(id, kind, false);
    for (const [id, kind] of now) if (!old.has(id)) add(id, kind, true);
  }
}

function ruledGroupsOf({ store, membership }: Parts, userId: string): Set<string> {
  const ruled = store.list('group').filter(({ value }) => value.membershipRule !== null && membership.has(value, userId));
  return new Set(ruled.map(({ id }) => id));
}

/** A change of a user moves them into and out of dynamic groups. */
function logRuledGroups(parts: Parts, what: { id: string; wasIn: ReadonlySet<string> }): void {
  const isIn = ruledGroupsOf(parts, what.id);
  const add = (groupId: string, is: boolean) =>
    parts.log.add({ kind: 'group', id: groupId, link: { relation: 'members', id: what.id, kind: 'user', isIn: is } });
  for (const group of what.wasIn) if (!isIn.has(group)) add(group, false);
  for (const group of isIn) if (!what.wasIn.has(group)) add(group, true);
}
