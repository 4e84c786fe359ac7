import type { DirectoryEvent } from '../data/directory-log.ts';
import type { DirectoryEntry, ObjectKind } from '../data/directory-model.ts';
import type { GraphContext } from '../http/graph-context.ts';
import { maySeeMembers } from './access.ts';
import { related } from './relations.ts';

export const LINK_RELATIONS = ['members', 'owners'] as const;
export type LinkRelation = (typeof LINK_RELATIONS)[number];

/** A group with more comes again on the next page with the rest: learn.microsoft.com/graph/delta-query-groups, large groups. */
const LINKS_PER_PAGE = 500;

export interface LinkPage {
  readonly properties: Readonly<Record<string, readonly object[]>>;
  /** Ordinal of the last member given when there are more. */
  readonly last?: number;
}

/** Who is in a group, after the member of this ordinal; a group without members has no annotation. */
export function firstLinks(
  context: GraphContext,
  of: { entry: DirectoryEntry; relations: readonly LinkRelation[]; after: number | undefined; isWhole?: boolean },
): LinkPage {
  const { entry } = of;
  if (entry.kind !== 'group') return { properties: {} };
  const properties: Record<string, readonly object[]> = {};
  let last: number | undefined;
  for (const relation of of.relations) {
    if (relation === 'owners' && of.after !== undefined) continue;
    if (relation === 'members' && !maySeeMembers(context, entry.value)) continue;
    const all = related(context, entry, relation);
    const rest = of.after === undefined || relation === 'owners' ? all : all.filter(({ ordinal }) => ordinal > of.after!);
    const given = relation === 'owners' || of.isWhole ? rest : rest.slice(0, LINKS_PER_PAGE);
    if (given.length < rest.length) last = given.at(-1)!.ordinal;
    if (given.length > 0) properties[`${relation}@delta`] = given.map(({ id, kind }) => linkOf(kind, id));
  }
  return { properties, ...(last === undefined ? {} : { last }) };
}

/** Who came and who left, the last word on each; nothing of a membership that is hidden from the caller. */
export function changedLinks(context: GraphContext, entry: DirectoryEntry, events: readonly DirectoryEvent[]): LinkPage['properties'] {
  const properties: Record<string, readonly object[]> = {};
  for (const relation of LINK_RELATIONS) {
    if (relation === 'members' && entry.kind === 'group' && !maySeeMembers(context, entry.value)) continue;
    const links = new Map(events.flatMap(({ link }) => (link?.relation === relation ? [[link.id, link] as const] : [])));
    if (links.size === 0) continue;
    properties[`${relation}@delta`] = [...links.values()].map(({ id, kind, isIn }) => ({
      ...linkOf(kind, id),
      ...(isIn ? {} : { '@removed': { reason: 'deleted' } }),
    }));
  }
  return properties;
}

function linkOf(kind: ObjectKind, id: string): Record<string, string> {
  return { '@odata.type': `#microsoft.graph.${kind}`, id };
}
