import type { DirectoryEntry, ObjectKind } from '../data/directory-model.ts';
import { problem } from '../http/problem.ts';
import { DEFAULT_GROUP_PROPERTIES, GROUP_PROPERTIES, SINGLE_ONLY_GROUP_PROPERTIES } from './group-properties.ts';
import { CONTACT_PROPERTIES, DEVICE_PROPERTIES, SERVICE_PRINCIPAL_PROPERTIES } from './other-properties.ts';
import type { PropertyTable } from './property-table.ts';
import { DEFAULT_USER_PROPERTIES, SINGLE_ONLY_PROPERTIES, USER_PROPERTIES } from './user-properties.ts';

export interface EntityType {
  readonly kind: ObjectKind;
  /** microsoft.graph.user */
  readonly name: string;
  /** The entity set that @odata.context names. */
  readonly set: string;
  readonly table: PropertyTable<never>;
  readonly defaults: readonly string[];
  readonly singleOnly: ReadonlySet<string>;
  /** Relations that $expand takes, and $select in delta queries. */
  readonly relations: readonly string[];
  readonly properties: readonly string[];
}

function typeOf(
  kind: ObjectKind,
  parts: Pick<EntityType, 'set' | 'relations'> & { table: object; defaults?: readonly string[]; singleOnly?: readonly string[] },
): EntityType {
  const properties = Object.keys(parts.table);
  return {
    ...{
      kind,
      name: `microsoft.graph.${kind}`,
      set: parts.set,
      table: parts.table as PropertyTable<never>,
      relations: parts.relations,
      properties,
    },
    ...{ defaults: parts.defaults ?? properties, singleOnly: new Set(parts.singleOnly ?? []) },
  };
}

const MEMBERSHIPS = ['memberOf', 'transitiveMemberOf'];

export const ENTITY_TYPES: Readonly<Record<ObjectKind, EntityType>> = {
  user: typeOf('user', {
    ...{ set: 'users', table: USER_PROPERTIES, defaults: DEFAULT_USER_PROPERTIES, singleOnly: SINGLE_ONLY_PROPERTIES },
    relations: ['manager', 'directReports', ...MEMBERSHIPS],
  }),
  group: typeOf('group', {
    ...{ set: 'groups', table: GROUP_PROPERTIES, defaults: DEFAULT_GROUP_PROPERTIES, singleOnly: SINGLE_ONLY_GROUP_PROPERTIES },
    relations: ['members', 'owners', 'transitiveMembers', 'acceptedSenders', 'rejectedSenders', ...MEMBERSHIPS],
  }),
  orgContact: typeOf('orgContact', { set: 'contacts', table: CONTACT_PROPERTIES, relations: MEMBERSHIPS }),
  device: typeOf('device', { set: 'devices', table: DEVICE_PROPERTIES, relations: MEMBERSHIPS }),
  servicePrincipal: typeOf('servicePrincipal', { set: 'servicePrincipals', table: SERVICE_PRINCIPAL_PROPERTIES, relations: MEMBERSHIPS }),
};

/** The properties that are asked for, worked out. What the organisation gives in Graph's form goes before what is derived. */
export function valuesOf(entry: DirectoryEntry, names: Iterable<string>): Record<string, unknown> {
  const { table } = ENTITY_TYPES[entry.kind];
  const extra = (entry.value as { extra?: Readonly<Record<string, unknown>> }).extra;
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const given = extra?.[name];
    const derive = table[name] as ((value: unknown) => unknown) | undefined;
    values[name] = given !== undefined ? given : (derive?.(entry.value) ?? null);
  }
  if ('deletedDateTime' in values && entry.deletedMs !== undefined) values['deletedDateTime'] = new Date(entry.deletedMs).toISOString();
  return values;
}

export interface Selection {
  readonly names: readonly string[];
  /** As @odata.context repeats it; undefined where nothing was selected. */
  readonly text: string | undefined;
  readonly relations: readonly string[];
}

/** `$select` over one type, or over several where members of several kinds come. Throws Graph's 400 for unknown names. */
export function parseSelection(text: string | undefined, types: readonly EntityType[]): Selection | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const names = new Set<string>();
  const relations = new Set<string>();
  for (const wanted of text.split(',').map((name) => name.trim())) {
    if (wanted === '*') return undefined;
    const is = (known: string) => known.toLowerCase() === wanted.toLowerCase();
    const property = types.flatMap((type) => type.properties).find(is);
    const relation = types.flatMap((type) => type.relations).find(is);
    if (property === undefined && relation === undefined) {
      const type = types.length === 1 ? types[0]!.name : 'microsoft.graph.directoryObject';
      throw problem(
        400,
        'BadRequest',
        `Parsing OData Select and Expand failed: Could not find a property named '${wanted}' on type '${type}'.`,
      );
    }
    if (property !== undefined) names.add(property);
    else relations.add(relation!);
  }
  return { names: [...names], text: names.size === 0 ? undefined : [...names].join(','), relations: [...relations] };
}
