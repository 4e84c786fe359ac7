import type { DirectoryEntry } from '../data/directory-model.ts';
import { DIRECTORY_PROBLEMS } from './directory-problems.ts';
import { valuesOf, type EntityType } from './entity-types.ts';

export interface Order {
  readonly text: string;
  readonly isAdvanced: boolean;
  /** What an entry is sorted by; goes into the page token. */
  keysOf(entry: DirectoryEntry): readonly string[];
  compare(left: readonly string[], right: readonly string[]): number;
}

/** Sorting by others needs an advanced query, or is not possible: learn.microsoft.com/graph/aad-advanced-queries. */
const BASIC: Readonly<Record<string, readonly string[]>> = {
  user: ['displayName', 'userPrincipalName'],
  group: ['displayName'],
  orgContact: ['displayName'],
};
const ADVANCED: ReadonlySet<string> = new Set([
  ...[
    'displayName',
    'userPrincipalName',
    'mail',
    'createdDateTime',
    'givenName',
    'surname',
    'jobTitle',
    'department',
    'companyName',
    'city',
    'country',
  ],
  ...['employeeId', 'mailNickname', 'officeLocation', 'usageLocation', 'userType', 'renewedDateTime', 'expirationDateTime', 'id'],
]);

/** Throws Graph's 400 for unknown properties and those that nothing is sorted by. */
export function parseOrder(text: string, types: readonly EntityType[]): Order {
  const parts = text.split(',').map((part) => {
    const [wanted = '', direction = 'asc', ...rest] = part.trim().split(/\s+/);
    const name = types.flatMap((type) => type.properties).find((known) => known.toLowerCase() === wanted.toLowerCase());
    if (name === undefined) throw DIRECTORY_PROBLEMS.badUri(`Invalid orderby clause: Could not find a property named '${wanted}'.`);
    if (!/^(asc|desc)$/i.test(direction) || rest.length > 0)
      throw DIRECTORY_PROBLEMS.badUri(`Invalid orderby clause: Syntax error in '${part}'.`);
    if (!ADVANCED.has(name)) throw DIRECTORY_PROBLEMS.unsupported('Sorting not supported for current query.');
    return { name, sign: direction.toLowerCase() === 'desc' ? -1 : 1 };
  });
  const basic = types.length === 1 ? (BASIC[types[0]!.kind] ?? []) : [];
  return {
    text,
    isAdvanced: parts.length > 1 || parts.some(({ name }) => !basic.includes(name)),
    keysOf: (entry) => {
      const values = valuesOf(
        entry,
        parts.map(({ name }) => name),
      );
      return parts.map(({ name }) => textOf(values[name]));
    },
    compare: (left, right) => {
      for (const [index, { sign }] of parts.entries()) {
        const [a, b] = [left[index] ?? '', right[index] ?? ''];
        if (a !== b) return a < b ? -sign : sign;
      }
      return 0;
    },
  };
}

const sortedLists = new WeakMap<readonly DirectoryEntry[], Map<string, readonly DirectoryEntry[]>>();
const ORDERS_KEPT = 4;

/** Lists of the directory stay the same objects until something changes, so that a page need not sort again. */
export function inOrderOf(entries: readonly DirectoryEntry[], order: Order): readonly DirectoryEntry[] {
  const known = sortedLists.get(entries) ?? new Map<string, readonly DirectoryEntry[]>();
  sortedLists.set(entries, known);
  const held = known.get(order.text);
  if (held) return held;
  const keyed = entries.map((entry) => ({ entry, keys: order.keysOf(entry) }));
  const sorted = keyed.toSorted((a, b) => order.compare(a.keys, b.keys) || a.entry.ordinal - b.entry.ordinal).map(({ entry }) => entry);
  if (known.size >= ORDERS_KEPT) known.clear();
  known.set(order.text, sorted);
  return sorted;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : '';
}
