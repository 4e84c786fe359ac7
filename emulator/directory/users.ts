import type { DirectoryEntry } from '../data/directory-model.ts';
import type { Answer } from '../http/answer.ts';
import type { Filter } from '../http/filter.ts';
import { directoryRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { PROBLEMS } from '../http/problem.ts';
import { settingsOfUser } from '../outlook/mailbox-settings.ts';
import { BASIC_READERS, OWN_READERS, READERS, sightOf } from './access.ts';
import { DIRECTORY_PROBLEMS } from './directory-problems.ts';
import { ENTITY_TYPES } from './entity-types.ts';
import { answerCount, answerList, type ListScope } from './list.ts';
import { objectOfPath, related } from './relations.ts';
import { answerDirectoryObject, answerEntity } from './single.ts';

const LISTERS = [...READERS.user, ...BASIC_READERS];
const GETTERS = [...LISTERS, ...OWN_READERS];

export const userRoutes: readonly GraphRoute[] = [
  directoryRoute('/users', { kind: 'users.list', roles: LISTERS, handle: (context) => answerList(context, scopeOf(context)) }),
  directoryRoute('/users/$count', { kind: 'users.count', roles: LISTERS, handle: (context) => answerCount(context, scopeOf(context)) }),
  directoryRoute('/users/{user-id}', { kind: 'users.get', roles: GETTERS, handle: getUser }),
  directoryRoute('/users/{user-id}/manager', { kind: 'users.manager', roles: GETTERS, handle: getManager }),
  directoryRoute('/users/{user-id}/directReports', { kind: 'users.directReports', roles: GETTERS, handle: listReports }),
];

function scopeOf({ world }: GraphContext): ListScope {
  const entries = world.directory.list('user');
  return {
    entries,
    types: [ENTITY_TYPES.user],
    set: 'users',
    isRelation: false,
    lookup: (filter) => (world.directory.areNamesUnique() ? lookup(filter, world.directory) : undefined),
  };
}

/** Comparisons with an id or an address need not look at everybody. */
function lookup(filter: Filter, directory: GraphContext['world']['directory']): readonly DirectoryEntry[] | undefined {
  if (filter.type === 'and') {
    for (const part of filter.parts) {
      const found = lookup(part, directory);
      if (found) return found;
    }
  }
  const find = (value: unknown) => {
    if (typeof value !== 'string') return [];
    const entry = directory.get(value) ?? directory.userNamed(value.replace(/^smtp:/i, ''));
    return entry?.kind === 'user' ? [entry] : [];
  };
  if (filter.type === 'compare' && filter.operator === 'eq') return isIndexed(filter.property) ? find(filter.value) : undefined;
  if (filter.type === 'in' && isIndexed(filter.property)) {
    return [...new Set(filter.values.flatMap(find))].toSorted((a, b) => a.ordinal - b.ordinal);
  }
  const isAddress = filter.type === 'any' && filter.property === 'proxyAddresses' && filter.part.type === 'compare';
  if (!isAddress) return undefined;
  const { part, variable } = filter as { part: Extract<Filter, { type: 'compare' }>; variable: string };
  return part.operator === 'eq' && part.property === variable && /^smtp:/i.test(String(part.value)) ? find(part.value) : undefined;
}

function isIndexed(property: string): boolean {
  return property === 'id' || property === 'mail' || property === 'userPrincipalName';
}

/** The user of the path, if the caller may read that one. */
export function readableUser(context: GraphContext): DirectoryEntry<'user'> {
  const entry = objectOfPath(context, 'user', context.params['user-id']!) as DirectoryEntry<'user'>;
  if (sightOf(context, entry) === 'none') throw PROBLEMS.directoryDenied();
  return entry;
}

function getUser(context: GraphContext): Answer {
  const entry = readableUser(context);
  const answer = answerEntity(context, entry);
  // They lie in the mailbox, not in the directory.
  const body = answer.body as Record<string, unknown>;
  if (!('mailboxSettings' in body)) return answer;
  return { ...answer, body: { ...body, mailboxSettings: settingsOfUser(context, entry.value) } };
}

function getManager(context: GraphContext): Answer {
  const [manager] = related(context, readableUser(context), 'manager');
  if (!manager) throw DIRECTORY_PROBLEMS.notFound('manager');
  return answerDirectoryObject(context, manager);
}

function listReports(context: GraphContext): Answer {
  const entries = related(context, readableUser(context), 'directReports');
  return answerList(context, { entries, types: Object.values(ENTITY_TYPES), set: 'directoryObjects', isRelation: true });
}
