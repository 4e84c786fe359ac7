import type { DirectoryEntry } from '../data/directory-model.ts';
import type { GraphContext } from '../http/graph-context.ts';
import { isProblem, problem } from '../http/problem.ts';
import { mayListGroupsOf, sightOf } from './access.ts';
import { DIRECTORY_PROBLEMS } from './directory-problems.ts';
import { ENTITY_TYPES, parseSelection, type EntityType, type Selection } from './entity-types.ts';
import { related, type Relation } from './relations.ts';
import { renderEntry } from './render.ts';

/** An expansion holds at most 20 objects and has no nextLink: learn.microsoft.com/graph/known-issues, query parameters. */
const MOST_EXPANDED = 20;

/** What a user has in other services; learn.microsoft.com/graph/query-parameters shows the refusal. */
const OF_OTHER_SERVICES: ReadonlySet<string> = new Set([
  ...['photo', 'photos', 'drive', 'drives', 'calendar', 'calendars', 'events', 'messages', 'mailfolders', 'contacts', 'onenote', 'planner'],
]);

function expandNotSupported(property: string): Error {
  const name = property.charAt(0).toUpperCase() + property.slice(1);
  return problem(400, 'ExpandNotSupported', `Expand is not allowed for property '${name}' according to the entity schema.`);
}

export type Expansion = (entry: DirectoryEntry) => Record<string, unknown>;

const NOTHING: Expansion = () => ({});

/** `$expand=members`, `$expand=manager($select=id,displayName)`; one relation of a request. */
export function parseExpansion(context: GraphContext, types: readonly EntityType[]): Expansion {
  const text = context.request.query.get('$expand');
  if (text === undefined || text.trim() === '') return NOTHING;
  const parts = /^([A-Za-z]+)(?:\((.*)\))?$/s.exec(text.trim());
  if (!parts) {
    if (/^[A-Za-z]+(\([^)]*\))?\s*,/.test(text.trim())) throw DIRECTORY_PROBLEMS.badRequest('Only one $expand clause is supported.');
    throw DIRECTORY_PROBLEMS.badUri(`Parsing OData Select and Expand failed: Syntax error in '${text}'.`);
  }
  // What all types have in common, directoryObject, has no relations.
  const [type, ...others] = types as [EntityType, ...EntityType[]];
  const relations = others.length > 0 ? [] : type.relations;
  const relation = relations.find((known) => known.toLowerCase() === parts[1]!.toLowerCase()) as Relation | undefined;
  if (relation === undefined && type.name === 'microsoft.graph.user' && OF_OTHER_SERVICES.has(parts[1]!.toLowerCase()))
    throw expandNotSupported(parts[1]!);
  if (relation === undefined) {
    throw problem(
      400,
      'BadRequest',
      `Parsing OData Select and Expand failed: Could not find a property named '${parts[1]}' on type '${others.length > 0 ? 'microsoft.graph.directoryObject' : type.name}'.`,
    );
  }
  const selection = innerSelection(context, parts[2]);
  const render = (related_: DirectoryEntry) => renderEntry(context, related_, { selection, isMixed: true });
  return (entry) => {
    const found = visible(context, entry, relation);
    if (relation !== 'manager') return { [relation]: found.slice(0, MOST_EXPANDED).map(render) };
    return found[0] ? { manager: render(found[0]) } : {};
  };
}

/** `$levels` and `$count` inside are advanced: learn.microsoft.com/graph/aad-advanced-queries. */
function innerSelection(context: GraphContext, options: string | undefined): Selection | undefined {
  let selection: Selection | undefined;
  for (const option of (options ?? '').split(';').filter((part) => part.trim() !== '')) {
    const [name = '', value = ''] = option.trim().split('=');
    if (name === '$select') selection = parseSelection(value, Object.values(ENTITY_TYPES));
    else if (name !== '$levels') throw DIRECTORY_PROBLEMS.badRequest(`The option '${name}' is not supported within $expand.`);
    else if (!context.request.eventual) throw DIRECTORY_PROBLEMS.needsAdvanced('$levels');
  }
  return selection;
}

/** Who may not see a relation by its own path gets the object without it. */
function visible(context: GraphContext, entry: DirectoryEntry, relation: Relation): readonly DirectoryEntry[] {
  if (sightOf(context, entry) === 'none') return [];
  if ((relation === 'memberOf' || relation === 'transitiveMemberOf') && !mayListGroupsOf(context, entry)) return [];
  try {
    return related(context, entry, relation);
  } catch (error) {
    if (isProblem(error)) return [];
    throw error;
  }
}
