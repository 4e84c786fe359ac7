import { isSecurityEnabled, OBJECT_KINDS, type DirectoryEntry, type ObjectKind } from '../data/directory-model.ts';
import { json, type Answer } from '../http/answer.ts';
import { directoryRoute, type GraphContext, type GraphRoute } from '../http/graph-context.ts';
import { jsonBody, type JsonObject } from '../http/json-body.ts';
import { contextUrl } from '../http/odata.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { DIRECTORY_READERS, OWN_READERS, READERS, hasOneOf, isOwn } from './access.ts';
import { DIRECTORY_PROBLEMS } from './directory-problems.ts';
import { ENTITY_TYPES, parseSelection } from './entity-types.ts';
import { answerList } from './list.ts';
import { objectOfPath, related } from './relations.ts';
import { renderEntry } from './render.ts';
import { answerDirectoryObject } from './single.ts';

/** learn.microsoft.com/graph/api/directoryobject-getbyids and …-checkmembergroups, …-getmembergroups. */
const MOST_IDS = 1_000;
const MOST_CHECKED = 20;
const MOST_GROUPS = 11_000;
const ANY_READERS = [...new Set(Object.values(READERS).flat())];

const MEMBERSHIP_READERS = [...new Set([...READERS.user, ...READERS.group, ...OWN_READERS])];
const SUBJECTS = [
  { kind: 'directoryObject', path: 'directoryObjects', parameter: 'directoryObject-id' },
  { kind: 'user', path: 'users', parameter: 'user-id' },
  { kind: 'group', path: 'groups', parameter: 'group-id' },
] as const;

export const directoryObjectRoutes: readonly GraphRoute[] = [
  directoryRoute('/directoryObjects', { kind: 'directoryObjects.list', roles: DIRECTORY_READERS, handle: listObjects }),
  directoryRoute('/directoryObjects/{directoryObject-id}', { kind: 'directoryObjects.get', roles: ANY_READERS, handle: getObject }),
  directoryRoute('/directoryObjects/getByIds', {
    kind: 'directoryObjects.getByIds',
    roles: DIRECTORY_READERS,
    method: 'POST',
    handle: getByIds,
  }),
  ...SUBJECTS.flatMap((subject) => {
    const functions = {
      getMemberGroups: memberGroups,
      getMemberObjects: memberGroups,
      checkMemberGroups: checkGroups,
      checkMemberObjects: checkGroups,
    };
    return Object.entries(functions).map(([name, answer]) =>
      directoryRoute(`/${subject.path}/{${subject.parameter}}/${name}`, {
        ...{ kind: `${subject.path}.${name}`, roles: MEMBERSHIP_READERS, method: 'POST' },
        handle: async (context) => answer(context, { entry: subjectOf(context, subject), body: await jsonBody(context.request) }),
      }),
    );
  }),
];

function listObjects(context: GraphContext): Answer {
  const { directory } = context.world;
  const entries = OBJECT_KINDS.flatMap((kind): readonly DirectoryEntry[] => directory.list(kind)).toSorted((a, b) => a.ordinal - b.ordinal);
  return answerList(context, { entries, types: Object.values(ENTITY_TYPES), set: 'directoryObjects', isRelation: true });
}

function getObject(context: GraphContext): Answer {
  const entry = objectOfPath(context, 'directoryObject', context.params['directoryObject-id']!);
  if (!hasOneOf(context, READERS[entry.kind])) throw PROBLEMS.directoryDenied();
  return answerDirectoryObject(context, entry);
}

/** The page's example shows accountEnabled besides what a list gives. */
const MORE_BY_ID = ['accountEnabled'];

async function getByIds(context: GraphContext): Promise<Answer> {
  const body = await jsonBody(context.request);
  const ids = textsOf(body, 'ids');
  if (ids.length === 0 || ids.length > MOST_IDS)
    throw DIRECTORY_PROBLEMS.badRequest(`The collection of ids must hold 1 to ${MOST_IDS} items, not ${ids.length}.`);
  const types = kindsOf(body);
  const { directory } = context.world;
  const found = [...new Set(ids.map((id) => id.toLowerCase()))].flatMap((id) => directory.get(id) ?? []);
  const selection = parseSelection(context.request.query.get('$select'), Object.values(ENTITY_TYPES));
  const set = selection?.text === undefined ? 'directoryObjects' : `directoryObjects(${selection.text})`;
  const wanted = found.filter(({ kind }) => types === undefined || types.includes(kind));
  const more = (entry: DirectoryEntry) => (entry.kind === 'user' ? { more: MORE_BY_ID } : {});
  return json({
    '@odata.context': contextUrl(context.request, set),
    value: wanted.map((entry) => renderEntry(context, entry, { selection, isMixed: true, ...more(entry) })),
  });
}

function kindsOf(body: JsonObject): readonly ObjectKind[] | undefined {
  if (body['types'] === undefined || body['types'] === null) return undefined;
  const names = textsOf(body, 'types').map((name) => name.toLowerCase());
  if (names.length === 0 || names.includes('directoryobject')) return undefined;
  const known = [
    'application',
    'administrativeunit',
    'directoryrole',
    'directorysettingtemplate',
    ...OBJECT_KINDS.map((kind) => kind.toLowerCase()),
  ];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw DIRECTORY_PROBLEMS.badRequest(`Invalid type '${unknown}' in the collection of types.`);
  return OBJECT_KINDS.filter((kind) => names.includes(kind.toLowerCase()));
}

function subjectOf(context: GraphContext, subject: (typeof SUBJECTS)[number]): DirectoryEntry {
  const entry = objectOfPath(context, subject.kind, context.params[subject.parameter]!);
  const readers = entry.kind === 'user' || entry.kind === 'group' ? MEMBERSHIP_READERS : [...READERS[entry.kind], ...DIRECTORY_READERS];
  const others = readers.filter((role) => !OWN_READERS.includes(role));
  if (!hasOneOf(context, isOwn(context, entry.id) ? readers : others)) throw PROBLEMS.directoryDenied();
  return entry;
}

interface Asked {
  readonly entry: DirectoryEntry;
  readonly body: JsonObject;
}

function memberGroups(context: GraphContext, { entry, body }: Asked): Answer {
  const only = body['securityEnabledOnly'] ?? false;
  if (typeof only !== 'boolean') throw DIRECTORY_PROBLEMS.badRequest("The parameter 'securityEnabledOnly' must be true or false.");
  if (only && entry.kind !== 'user' && entry.kind !== 'servicePrincipal') {
    throw DIRECTORY_PROBLEMS.badRequest('securityEnabledOnly can be true for users and service principals only.');
  }
  const ids = groupsOf(context, entry).flatMap((group) => (!only || isSecurityEnabled(group.value) ? [group.id] : []));
  if (ids.length > MOST_GROUPS)
    throw problem(400, 'Directory_ResultSizeLimitExceeded', 'The directory object is a member of too many groups.');
  return idList(context, ids);
}

function checkGroups(context: GraphContext, { entry, body }: Asked): Answer {
  const wanted = textsOf(body, body['groupIds'] === undefined && body['ids'] !== undefined ? 'ids' : 'groupIds');
  if (wanted.length > MOST_CHECKED) throw DIRECTORY_PROBLEMS.badRequest(`At most ${MOST_CHECKED} groups can be checked in one request.`);
  const held = new Set(groupsOf(context, entry).map(({ id }) => id));
  return idList(
    context,
    wanted.map((id) => id.toLowerCase()).filter((id) => held.has(id)),
  );
}

function groupsOf(context: GraphContext, entry: DirectoryEntry): readonly DirectoryEntry<'group'>[] {
  return related(context, entry, 'transitiveMemberOf') as readonly DirectoryEntry<'group'>[];
}

function idList(context: GraphContext, value: readonly string[]): Answer {
  return json({ '@odata.context': contextUrl(context.request, 'Collection(Edm.String)'), value });
}

function textsOf(body: JsonObject, name: string): readonly string[] {
  const value = body[name];
  if (!Array.isArray(value) || !value.every((item): item is string => typeof item === 'string')) {
    throw DIRECTORY_PROBLEMS.badRequest(`The parameter '${name}' must be a collection of strings.`);
  }
  return value;
}
