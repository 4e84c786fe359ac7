import { directoryRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import type { ObjectKind } from '../data/directory-model.ts';
import { READERS } from './access.ts';
import { ENTITY_TYPES } from './entity-types.ts';
import { answerCount, answerList, type ListScope } from './list.ts';
import { objectOfPath } from './relations.ts';
import { answerEntity } from './single.ts';

interface Collection {
  readonly kind: ObjectKind;
  readonly parameter: string;
}

const COLLECTIONS: readonly Collection[] = [
  { kind: 'group', parameter: 'group-id' },
  { kind: 'orgContact', parameter: 'orgContact-id' },
  { kind: 'device', parameter: 'device-id' },
  { kind: 'servicePrincipal', parameter: 'servicePrincipal-id' },
];

/** /groups, /contacts, /devices, /servicePrincipals: list, count, one. */
export const collectionRoutes: readonly GraphRoute[] = COLLECTIONS.flatMap(({ kind, parameter }) => {
  const { set } = ENTITY_TYPES[kind];
  const roles = READERS[kind];
  return [
    directoryRoute(`/${set}`, { kind: `${set}.list`, roles, handle: (context) => answerList(context, scopeOf(context, kind)) }),
    directoryRoute(`/${set}/$count`, { kind: `${set}.count`, roles, handle: (context) => answerCount(context, scopeOf(context, kind)) }),
    directoryRoute(`/${set}/{${parameter}}`, {
      kind: `${set}.get`,
      roles,
      handle: (context) => answerEntity(context, objectOfPath(context, kind, context.params[parameter]!)),
    }),
  ];
});

function scopeOf({ world }: GraphContext, kind: ObjectKind): ListScope {
  return { entries: world.directory.list(kind), types: [ENTITY_TYPES[kind]], set: ENTITY_TYPES[kind].set, isRelation: false };
}
