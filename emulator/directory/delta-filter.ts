import { parseFilter, type Filter } from '../http/filter.ts';
import { DIRECTORY_PROBLEMS } from './directory-problems.ts';
import type { EntityType } from './entity-types.ts';

/** learn.microsoft.com/graph/api/user-delta: `id eq '…' or id eq '…'` is the only filter, of up to 50 objects. */
const MOST_IDS = 50;

export function idsOfFilter(text: string, type: EntityType): readonly string[] {
  let filter: Filter;
  try {
    filter = parseFilter(text);
  } catch (error) {
    throw DIRECTORY_PROBLEMS.badUri((error as Error).message);
  }
  const parts = filter.type === 'or' ? filter.parts : [filter];
  const ids = parts.map((part) => {
    if (part.type === 'compare' && part.operator === 'eq' && part.property.toLowerCase() === 'id' && typeof part.value === 'string')
      return part.value.toLowerCase();
    throw DIRECTORY_PROBLEMS.unsupported(`Delta queries on ${type.name} can be filtered by 'id eq' only.`);
  });
  if (ids.length > MOST_IDS) throw DIRECTORY_PROBLEMS.unsupported(`Delta queries can be filtered by at most ${MOST_IDS} ids.`);
  return ids;
}
