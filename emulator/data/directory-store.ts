import type { DirectoryEntry, ObjectKind, ValueOf } from './directory-model.ts';
import type { AppRegistration, Organisation, User } from './model.ts';

/** All objects of the directory by id and in the order in which they came. */
export interface DirectoryStore {
  /** Counts every change; what was worked out from an older state is stale. */
  version(): number;
  /** Living objects only. Ids in any case. */
  get(id: string): DirectoryEntry | undefined;
  list<Kind extends ObjectKind>(kind: Kind): readonly DirectoryEntry<Kind>[];
  /** A user by principal name or any SMTP address. */
  userNamed(name: string): DirectoryEntry<'user'> | undefined;
  /** Does every name and address belong to one user only, so that a name finds all who have it? */
  areNamesUnique(): boolean;
  /** Deleted users and groups that can be restored. */
  deleted(): readonly DirectoryEntry[];
  put<Kind extends ObjectKind>(kind: Kind, value: ValueOf<Kind>): void;
  /** Into the deleted items, or out of the directory for good. */
  remove(id: string, how: { readonly atMs: number; readonly hard: boolean }): void;
  restore(id: string): void;
  touch(): void;
}

export type DirectoryBase = Pick<Organisation, 'users' | 'apps' | 'groups' | 'contacts' | 'devices'>;

const idOf = (kind: ObjectKind, value: ValueOf<ObjectKind>) =>
  (kind === 'servicePrincipal' ? (value as AppRegistration).objectId : (value as User).id).toLowerCase();

export function createDirectoryStore(base: DirectoryBase): DirectoryStore {
  const entries = new Map<string, DirectoryEntry>();
  const bin = new Map<string, DirectoryEntry>();
  const users = new Map<string, string>();
  const lists = new Map<ObjectKind, readonly DirectoryEntry[]>();
  let version = 0;
  let areNamesUnique = true;
  let nextOrdinal = 1;

  const store = (entry: DirectoryEntry) => {
    const known = entries.get(entry.id);
    if (known?.kind === 'user') forgetNames(users, known.value);
    entries.set(entry.id, entry);
    if (entry.kind === 'user' && !setNames(users, entry.value, entry.id)) areNamesUnique = false;
    lists.delete(entry.kind);
    version++;
  };
  const put: DirectoryStore['put'] = (kind, value) => {
    const id = idOf(kind, value);
    bin.delete(id);
    store({ kind, id, ordinal: entries.get(id)?.ordinal ?? nextOrdinal++, value } as DirectoryEntry);
  };
  putAll(base, put);

  return {
    version: () => version,
    get: (id) => entries.get(id.toLowerCase()),
    list: <Kind extends ObjectKind>(kind: Kind) => {
      const known = lists.get(kind) ?? inOrder(entries, kind);
      lists.set(kind, known);
      return known as readonly DirectoryEntry<Kind>[];
    },
    userNamed: (name) => {
      const id = users.get(name.toLowerCase());
      return id === undefined ? undefined : (entries.get(id) as DirectoryEntry<'user'> | undefined);
    },
    areNamesUnique: () => areNamesUnique,
    deleted: () => [...bin.values()],
    put,
    remove: (id, { atMs, hard }) => {
      const entry = entries.get(id) ?? bin.get(id);
      if (!entry) return;
      entries.delete(id);
      bin.delete(id);
      if (entry.kind === 'user') forgetNames(users, entry.value);
      if (!hard) bin.set(id, { ...entry, deletedMs: atMs });
      lists.delete(entry.kind);
      version++;
    },
    restore: (id) => {
      const entry = bin.get(id);
      if (!entry) return;
      bin.delete(id);
      const { kind, ordinal, value } = entry;
      store({ kind, id, ordinal, value } as DirectoryEntry);
    },
    touch: () => void version++,
  };
}

function putAll(base: DirectoryBase, put: DirectoryStore['put']): void {
  for (const user of base.users) put('user', user);
  for (const group of base.groups ?? []) put('group', group);
  for (const contact of base.contacts ?? []) put('orgContact', contact);
  for (const device of base.devices ?? []) put('device', device);
  for (const app of base.apps) put('servicePrincipal', app);
}

function inOrder(entries: ReadonlyMap<string, DirectoryEntry>, kind: ObjectKind): readonly DirectoryEntry[] {
  return [...entries.values()].filter((entry) => entry.kind === kind).toSorted((a, b) => a.ordinal - b.ordinal);
}

/** False when a name was another's. */
function setNames(names: Map<string, string>, user: User, id: string): boolean {
  let isFree = true;
  for (const name of namesOf(user)) {
    isFree &&= (names.get(name) ?? id) === id;
    names.set(name, id);
  }
  return isFree;
}

function forgetNames(names: Map<string, string>, user: User): void {
  for (const name of namesOf(user)) if (names.get(name) === user.id) names.delete(name);
}

function namesOf(user: User): string[] {
  return [user.upn, ...(user.mail ? [user.mail] : []), ...user.aliases].map((name) => name.toLowerCase());
}
