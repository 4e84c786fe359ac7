import type { DirectoryEntry } from '../data/directory-model.ts';
import type { GraphContext } from '../http/graph-context.ts';
import { sightOf } from './access.ts';
import { ENTITY_TYPES, valuesOf, type Selection } from './entity-types.ts';
import { BASIC_USER_PROPERTIES } from './user-properties.ts';

const CSDL_NAMES = { user: 'User', group: 'Group', orgContact: 'Contact', device: 'Device', servicePrincipal: 'ServicePrincipal' } as const;

/** The address in the directory's own store, as learn.microsoft.com/graph/api/group-get shows it. */
export function directoryId(context: GraphContext, entry: DirectoryEntry): string {
  return `${context.request.origin}/v2/${context.world.tenant.id}/directoryObjects/${entry.id}/Microsoft.DirectoryServices.${CSDL_NAMES[entry.kind]}`;
}

export interface RenderOptions {
  readonly selection: Selection | undefined;
  /** The list may hold several types, so that each element tells its own. */
  readonly isMixed: boolean;
  /** Besides the type's defaults, where nothing is selected. */
  readonly more?: readonly string[];
}

/** An object as far as the caller may see it: learn.microsoft.com/graph/permissions-reference, limited information for inaccessible members. */
export function renderEntry(context: GraphContext, entry: DirectoryEntry, options: RenderOptions): Record<string, unknown> {
  const type = ENTITY_TYPES[entry.kind];
  const sight = sightOf(context, entry);
  const annotation = options.isMixed || sight === 'none' ? { '@odata.type': `#${type.name}` } : {};
  if (sight === 'none') return { ...annotation, id: entry.id };
  const wanted = options.selection?.names.filter((name) => type.properties.includes(name)) ?? [
    ...type.defaults,
    ...(options.more ?? []),
    ...(entry.deletedMs === undefined ? [] : ['deletedDateTime']),
  ];
  const names = new Set(['id', ...wanted]);
  const seen = sight === 'basic' ? [...names].filter((name) => BASIC_USER_PROPERTIES.has(name)) : names;
  const address = entry.kind === 'group' && !options.isMixed ? { '@odata.id': directoryId(context, entry) } : {};
  return { ...annotation, ...address, ...valuesOf(entry, seen) };
}
