import type { DirectoryEntry, ObjectKind } from '../data/directory-model.ts';
import type { Answer } from '../http/answer.ts';
import { directoryRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { PROBLEMS } from '../http/problem.ts';
import { DIRECTORY_READERS, READERS, hasOneOf } from './access.ts';
import { DIRECTORY_PROBLEMS } from './directory-problems.ts';
import { ENTITY_TYPES } from './entity-types.ts';
import { answerCount, answerList, type ListScope } from './list.ts';
import { answerDirectoryObject } from './single.ts';

const BASE = '/directory/deletedItems';
const KINDS: readonly ObjectKind[] = ['user', 'group'];
const ANY_READERS = [...new Set([...READERS.user, ...READERS.group])];

/** Users and groups of the last 30 days that can be restored: learn.microsoft.com/graph/api/directory-deleteditems-list. */
export const deletedItemRoutes: readonly GraphRoute[] = [
  directoryRoute(BASE, {
    ...{ kind: 'directory.deletedItems', roles: DIRECTORY_READERS },
    handle: (context) =>
      answerList(context, { entries: deletedOf(context), types: Object.values(ENTITY_TYPES), set: 'directoryObjects', isRelation: true }),
  }),
  directoryRoute(`${BASE}/{directoryObject-id}`, { kind: 'directory.deletedItems', roles: ANY_READERS, handle: getDeleted }),
  ...KINDS.flatMap((kind) => [
    directoryRoute(`${BASE}/graph.${kind}`, {
      ...{ kind: 'directory.deletedItems', roles: READERS[kind] },
      handle: (context) => answerList(context, scopeOf(context, kind)),
    }),
    directoryRoute(`${BASE}/graph.${kind}/$count`, {
      ...{ kind: 'directory.deletedItems', roles: READERS[kind] },
      handle: (context) => answerCount(context, scopeOf(context, kind)),
    }),
  ]),
];

function deletedOf({ world }: GraphContext): readonly DirectoryEntry[] {
  return world.directory.deleted(world.clock.nowMs()).toSorted((a, b) => a.ordinal - b.ordinal);
}

function scopeOf(context: GraphContext, kind: ObjectKind): ListScope {
  const type = ENTITY_TYPES[kind];
  return { entries: deletedOf(context).filter((entry) => entry.kind === kind), types: [type], set: type.set, isRelation: false };
}

function getDeleted(context: GraphContext): Answer {
  const id = context.params['directoryObject-id']!;
  const entry = deletedOf(context).find((candidate) => candidate.id === id.toLowerCase());
  if (!entry) throw DIRECTORY_PROBLEMS.notFound(id);
  if (!hasOneOf(context, READERS[entry.kind])) throw PROBLEMS.directoryDenied();
  return answerDirectoryObject(context, entry);
}
