import type { SecurityGroup } from '../contract/security-group.ts';
import { bodyFault, type FieldFault } from './problem.ts';

/** Ids as they are kept and compared: Entra takes them in any case, and shows them in small letters. */
export function toGroupIds(given: readonly string[]): string[] {
  return [...new Set(given.map((id) => id.toLowerCase()))];
}

export function toGroups(given: readonly SecurityGroup[]): SecurityGroup[] {
  return given.map((group) => ({ ...group, id: group.id.toLowerCase() }));
}

/** Groups that are named twice, perhaps under two names: a schema compares whole entries. `at` points to their list. */
export function groupFaults(given: readonly SecurityGroup[] | undefined, at: string): FieldFault[] {
  const ids = toGroups(given ?? []).map(({ id }) => id);
  return ids.flatMap((id, index) => {
    if (ids.indexOf(id) === index) return [];
    return [bodyFault(`${at}/${index}/id`, { reason: 'names a group that is in the list already', remedy: 'Name each group once.' })];
  });
}
