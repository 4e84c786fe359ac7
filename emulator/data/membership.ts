import { setBounded } from './bounded-map.ts';
import type { DirectoryEntry, Group } from './directory-model.ts';
import type { DirectoryStore } from './directory-store.ts';
import { parseMembershipRule, type MembershipRule } from './membership-rule.ts';
import type { User } from './model.ts';

/** Who is in which group, directly or through others. Lists are in the directory's order. */
export interface Membership {
  direct(group: Group): readonly DirectoryEntry[];
  /** Flat over nesting: everything within, nested groups too, the group itself not even in a loop. */
  transitive(group: Group, mayLookInto: (group: Group) => boolean): readonly DirectoryEntry[];
  has(group: Group, id: string): boolean;
  groupsOf(id: string): readonly DirectoryEntry<'group'>[];
  transitiveGroupsOf(id: string): readonly DirectoryEntry<'group'>[];
}

const CACHED = 64;

export function createMembership(store: DirectoryStore): Membership {
  const idSets = new WeakMap<readonly string[], ReadonlySet<string>>();
  const ruleOf = createRules();
  const cached = createCache(store);

  const has = (group: Group, id: string): boolean => {
    if (group.membershipRule === null) {
      const ids = idSets.get(group.memberIds) ?? new Set(group.memberIds);
      idSets.set(group.memberIds, ids);
      return ids.has(id);
    }
    const entry = store.get(id);
    return entry?.kind === 'user' && ruleOf(group)(entry.value);
  };
  const direct = (group: Group): readonly DirectoryEntry[] =>
    cached(`direct ${group.id}`, () => {
      const rule = group.membershipRule === null ? undefined : ruleOf(group);
      if (rule) return store.list('user').filter(({ value }) => rule(value));
      return inOrder(group.memberIds.flatMap((id) => store.get(id) ?? []));
    });
  const groupsOf = (id: string) => cached(`groups ${id}`, () => store.list('group').filter(({ value }) => has(value, id)));
  return {
    has,
    direct,
    groupsOf,
    transitive: (group, mayLookInto) => {
      const isOpen = (entry: DirectoryEntry) => entry.kind === 'group' && mayLookInto(entry.value);
      const walk = () => walkAll(direct(group), { skip: group.id, next: (entry) => (isOpen(entry) ? direct(entry.value as Group) : []) });
      // Callers who may look into the same groups share a list, and no others.
      const closed = store.list('group').flatMap(({ id, value }) => (mayLookInto(value) ? [] : [id]));
      return cached(`transitive ${group.id} without ${closed.join(' ')}`, walk);
    },
    transitiveGroupsOf: (id) =>
      cached(`transitiveGroups ${id}`, () => walkAll(groupsOf(id), { skip: id, next: (entry) => groupsOf(entry.id) })),
  };
}

/** Every object that can be reached, once, in the directory's order. */
function walkAll<Entry extends DirectoryEntry>(
  first: readonly Entry[],
  how: { skip: string; next(entry: Entry): readonly Entry[] },
): readonly Entry[] {
  const found = new Map<string, Entry>();
  const waiting: Entry[] = [];
  const meet = (entries: readonly Entry[]) => {
    for (const entry of entries) {
      if (entry.id === how.skip || found.has(entry.id)) continue;
      found.set(entry.id, entry);
      if (entry.kind === 'group') waiting.push(entry);
    }
  };
  meet(first);
  for (let entry = waiting.pop(); entry; entry = waiting.pop()) meet(how.next(entry));
  return inOrder([...found.values()]);
}

function inOrder<Entry extends DirectoryEntry>(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted((a, b) => a.ordinal - b.ordinal);
}

/** Lists of the present state, the most recent ones: a page of a large group does not work it out again. */
function createCache(store: DirectoryStore) {
  const lists = new Map<string, readonly DirectoryEntry[]>();
  let version = -1;
  return <Entry extends DirectoryEntry>(key: string, make: () => readonly Entry[]): readonly Entry[] => {
    if (version !== store.version()) {
      lists.clear();
      version = store.version();
    }
    const known = lists.get(key);
    if (known) return known as readonly Entry[];
    const made = make();
    setBounded(lists, { key, value: made, most: CACHED });
    return made;
  };
}

function createRules(): (group: Group) => MembershipRule {
  const rules = new Map<string, MembershipRule>();
  return ({ membershipRule, extra }) => {
    if (extra?.['membershipRuleProcessingState'] === 'Paused') return () => false;
    const text = membershipRule ?? '';
    const known = rules.get(text) ?? compiled(text);
    rules.set(text, known);
    return known;
  };
}

/** Rules are checked where they come in; an old journal's rule that is none lets nobody in. */
function compiled(text: string): MembershipRule {
  try {
    return parseMembershipRule(text);
  } catch {
    return (_user: User) => false;
  }
}
