import type { DirectoryEntry } from '../data/directory-model.ts';
import { json, type Answer } from '../http/answer.ts';
import type { GraphContext } from '../http/graph-context.ts';
import { contextUrl } from '../http/odata.ts';
import { ENTITY_TYPES, parseSelection } from './entity-types.ts';
import { parseExpansion } from './expand.ts';
import { directoryId, renderEntry } from './render.ts';

/** One object under the name of its type's set. */
export function answerEntity(context: GraphContext, entry: DirectoryEntry): Answer {
  const type = ENTITY_TYPES[entry.kind];
  const selection = parseSelection(context.request.query.get('$select'), [type]);
  const expand = parseExpansion(context, [type]);
  const set = selection?.text === undefined ? type.set : `${type.set}(${selection.text})`;
  return json({
    '@odata.context': contextUrl(context.request, `${set}/$entity`),
    ...renderEntry(context, entry, { selection, isMixed: false }),
    ...expand(entry),
  });
}

/** One object of whatever type: /directoryObjects/{id}, an element of a membership. */
export function answerDirectoryObject(context: GraphContext, entry: DirectoryEntry): Answer {
  const type = ENTITY_TYPES[entry.kind];
  const selection = parseSelection(context.request.query.get('$select'), [type]);
  const expand = parseExpansion(context, [type]);
  return json({
    '@odata.context': contextUrl(context.request, 'directoryObjects/$entity'),
    '@odata.id': directoryId(context, entry),
    ...renderEntry(context, entry, { selection, isMixed: true }),
    ...expand(entry),
  });
}
