import { OBJECT_KINDS, type DirectoryEntry, type ObjectKind } from '../data/directory-model.ts';
import type { Answer } from '../http/answer.ts';
import { directoryRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { DIRECTORY_READERS, OWN_READERS, READERS, mayListGroupsOf } from './access.ts';
import { DIRECTORY_PROBLEMS } from './directory-problems.ts';
import { ENTITY_TYPES } from './entity-types.ts';
import { answerCount, answerList, type ListScope } from './list.ts';
import { objectOfPath, related, type Relation } from './relations.ts';
import { answerDirectoryObject, answerEntity } from './single.ts';
import { PROBLEMS } from '../http/problem.ts';

interface Source {
  readonly kind: ObjectKind | 'directoryObject';
  readonly path: string;
  readonly parameter: string;
  readonly relations: readonly Relation[];
  readonly roles: readonly string[];
}

const UPWARDS: readonly Relation[] = ['memberOf', 'transitiveMemberOf'];

/** Permissions are those of …/user-list-memberof, group-list-members, orgcontact-list-memberof of learn.microsoft.com/graph/api. */
const SOURCES: readonly Source[] = [
  { kind: 'user', path: 'users', parameter: 'user-id', relations: UPWARDS, roles: [...DIRECTORY_READERS, ...OWN_READERS] },
  {
    ...{ kind: 'group', path: 'groups', parameter: 'group-id', roles: READERS.group },
    relations: ['members', 'transitiveMembers', 'owners', ...UPWARDS],
  },
  { kind: 'orgContact', path: 'contacts', parameter: 'orgContact-id', relations: UPWARDS, roles: READERS.orgContact },
  { kind: 'device', path: 'devices', parameter: 'device-id', relations: UPWARDS, roles: READERS.device },
  {
    kind: 'servicePrincipal',
    path: 'servicePrincipals',
    parameter: 'servicePrincipal-id',
    relations: UPWARDS,
    roles: READERS.servicePrincipal,
  },
];

export const membershipRoutes: readonly GraphRoute[] = [
  ...SOURCES.flatMap((source) => source.relations.flatMap((relation) => routesOf(source, relation))),
  ...(['acceptedSenders', 'rejectedSenders'] as const).map((relation) =>
    directoryRoute(`/groups/{group-id}/${relation}`, {
      ...{ kind: `groups.${relation}`, roles: READERS.group },
      handle: (context) =>
        answerList(context, mixedScope(related(context, objectOfPath(context, 'group', context.params['group-id']!), relation))),
    }),
  ),
];

function routesOf(source: Source, relation: Relation): GraphRoute[] {
  const base = `/${source.path}/{${source.parameter}}/${relation}`;
  const common = { kind: `${source.path}.${relation}`, roles: source.roles };
  const all = (context: GraphContext) => entriesOf(context, source, relation);
  const one = (context: GraphContext) => oneOf(context, all(context));
  const plain = [
    directoryRoute(base, { ...common, handle: (context) => answerList(context, mixedScope(all(context))) }),
    directoryRoute(`${base}/$count`, { ...common, handle: (context) => answerCount(context, mixedScope(all(context))) }),
    directoryRoute(`${base}/{directoryObject-id}`, { ...common, handle: (context) => answerDirectoryObject(context, one(context)) }),
  ];
  const casts = OBJECT_KINDS.flatMap((kind) => [
    directoryRoute(`${base}/graph.${kind}`, { ...common, handle: (context) => answerList(context, castScope(all(context), kind)) }),
    directoryRoute(`${base}/graph.${kind}/$count`, { ...common, handle: (context) => answerCount(context, castScope(all(context), kind)) }),
    directoryRoute(`${base}/{directoryObject-id}/graph.${kind}`, { ...common, handle: (context) => castOne(context, one(context), kind) }),
  ]);
  return [...plain, ...casts];
}

function entriesOf(context: GraphContext, source: Source, relation: Relation): readonly DirectoryEntry[] {
  const entry = objectOfPath(context, source.kind, context.params[source.parameter]!);
  if (!mayListGroupsOf(context, entry)) throw PROBLEMS.directoryDenied();
  return related(context, entry, relation);
}

function mixedScope(entries: readonly DirectoryEntry[]): ListScope {
  return { entries, types: Object.values(ENTITY_TYPES), set: 'directoryObjects', isRelation: true };
}

const castLists = new WeakMap<readonly DirectoryEntry[], Map<ObjectKind, readonly DirectoryEntry[]>>();

/** The same array for the same list, so that what was sorted once stays sorted. */
function castScope(entries: readonly DirectoryEntry[], kind: ObjectKind): ListScope {
  const known = castLists.get(entries) ?? new Map<ObjectKind, readonly DirectoryEntry[]>();
  castLists.set(entries, known);
  const cast = known.get(kind) ?? entries.filter((entry) => entry.kind === kind);
  known.set(kind, cast);
  return { entries: cast, types: [ENTITY_TYPES[kind]], set: ENTITY_TYPES[kind].set, isRelation: true, isCast: true };
}

function oneOf(context: GraphContext, entries: readonly DirectoryEntry[]): DirectoryEntry {
  const id = context.params['directoryObject-id']!;
  const entry = entries.find((candidate) => candidate.id === id.toLowerCase());
  if (!entry) throw DIRECTORY_PROBLEMS.notFound(id);
  return entry;
}

function castOne(context: GraphContext, entry: DirectoryEntry, kind: ObjectKind): Answer {
  if (entry.kind !== kind) throw DIRECTORY_PROBLEMS.notFound(entry.id);
  return answerEntity(context, entry);
}
