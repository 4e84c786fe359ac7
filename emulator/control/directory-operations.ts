import { GROUP_KINDS, type DirectoryEntry, type Group, type GroupKind, type OrgContact } from '../data/directory-model.ts';
import { parseMembershipRule } from '../data/membership-rule.ts';
import { MAILBOX_CLASSES, type User } from '../data/model.ts';
import { uuidOf } from '../data/random.ts';
import { isUuid } from '../data/uuid.ts';
import type { World } from '../data/world.ts';
import { ENTITY_TYPES, type EntityType } from '../directory/entity-types.ts';
import { problem } from '../http/problem.ts';
import type { ControlRoute } from './control-server.ts';
import { badInput, objectOf, oneOf, optionalBoolean, optionalText, optionalTexts, textOf, type Fields } from './input.ts';

/** Groups, contacts, domains and changes of users, by id, address or name. */
export const directoryControlRoutes: readonly ControlRoute[] = [
  { method: 'PATCH', path: '/users/*', handle: async ({ world, params, fields }) => editUser(world, params[0]!, await fields()) },
  { method: 'POST', path: '/users/*/restore', handle: ({ world, params }) => restore(world, params[0]!) },
  { method: 'GET', path: '/groups', handle: ({ world }) => ({ groups: world.directory.list('group').map(({ value }) => value) }) },
  { method: 'POST', path: '/groups', handle: async ({ world, fields }) => addGroup(world, await fields()) },
  { method: 'PATCH', path: '/groups/*', handle: async ({ world, params, fields }) => editGroup(world, params[0]!, await fields()) },
  {
    method: 'DELETE',
    path: '/groups/*',
    handle: ({ world, params, query }) => remove(world, groupOf(world, params[0]!).id, query.get('hard') === 'true'),
  },
  { method: 'POST', path: '/groups/*/restore', handle: ({ world, params }) => restore(world, params[0]!) },
  {
    method: 'POST',
    path: '/groups/*/members',
    handle: async ({ world, params, fields }) => changeMembers(world, params[0]!, await fields()),
  },
  {
    method: 'DELETE',
    path: '/groups/*/members/*',
    handle: ({ world, params }) => changeMembers(world, params[0]!, { remove: [params[1]!] }),
  },
  { method: 'GET', path: '/contacts', handle: ({ world }) => ({ contacts: world.directory.list('orgContact').map(({ value }) => value) }) },
  { method: 'POST', path: '/contacts', handle: async ({ world, fields }) => setContact(world, undefined, await fields()) },
  {
    method: 'PATCH',
    path: '/contacts/*',
    handle: async ({ world, params, fields }) => setContact(world, contactOf(world, params[0]!), await fields()),
  },
  { method: 'DELETE', path: '/contacts/*', handle: ({ world, params }) => remove(world, contactOf(world, params[0]!).id, true) },
  { method: 'PATCH', path: '/domains/*', handle: async ({ world, params, fields }) => setDomain(world, params[0]!, await fields()) },
];

/** What is none of `own` must be a Graph property of the type; it stands in for what the emulator would say. */
function extraOf(fields: Fields, of: { type: EntityType; own: readonly string[]; known: object | undefined }): { extra?: Fields } {
  const given = Object.entries(fields).filter(([name]) => !of.own.includes(name));
  for (const [name] of given) {
    const isDerived = ['id', 'userPrincipalName', 'proxyAddresses', 'deletedDateTime', 'groupTypes', 'membershipRule'].includes(name);
    if (isDerived || !of.type.properties.includes(name)) {
      throw badInput(`${name} cannot be set: it is no property of ${of.type.name}, or follows from ${of.own.join(', ')}`);
    }
  }
  const extra = { ...of.known, ...Object.fromEntries(given) };
  return Object.keys(extra).length === 0 ? {} : { extra };
}

const USER_FIELDS = ['upn', 'mail', 'aliases', 'class', 'language', 'manager', 'displayName', 'givenName', 'surname', 'country', 'department', 'jobTitle', 'officeLocation'] as const; // prettier-ignore
const USER_TEXTS = ['givenName', 'surname', 'country', 'department', 'jobTitle', 'officeLocation'] as const;

async function editUser(world: World, name: string, fields: Fields): Promise<User> {
  const known = world.findUser(name);
  if (!known) throw problem(404, 'NoUser', `No user is named '${name}'`);
  const texts = Object.fromEntries(USER_TEXTS.flatMap((key) => (key in fields ? [[key, optionalText(fields, key) ?? null]] : [])));
  const upn = (optionalText(fields, 'upn') ?? known.upn).toLowerCase();
  const other = world.findUser(upn);
  if (other && other.id !== known.id) throw problem(409, 'UserExists', `A user named '${upn}' exists already`);
  const user: User = {
    ...known,
    ...texts,
    upn,
    mail: 'mail' in fields ? (optionalText(fields, 'mail') ?? null) : known.mail,
    aliases: optionalTexts(fields, 'aliases') ?? known.aliases,
    displayName: optionalText(fields, 'displayName') ?? known.displayName,
    class: oneOf(fields, 'class', MAILBOX_CLASSES) ?? known.class,
    language: optionalText(fields, 'language') ?? known.language,
    ...('manager' in fields ? managerOf(world, optionalText(fields, 'manager')) : {}),
    ...extraOf(fields, { type: ENTITY_TYPES.user, own: USER_FIELDS, known: known.extra }),
  };
  await world.commit([{ op: 'user.set', user }]);
  return user;
}

function managerOf(world: World, name: string | undefined): { managerId?: string } {
  if (name === undefined) return { managerId: '' };
  const manager = world.findUser(name);
  if (!manager) throw badInput(`manager: no user is named '${name}'`);
  return { managerId: manager.id };
}

/** By object id, by an address of a user, group or contact, or by a group's name. */
function objectNamed(world: World, name: string): DirectoryEntry | undefined {
  const { directory } = world;
  const wanted = name.toLowerCase();
  const entry = directory.get(name) ?? directory.userNamed(name);
  if (entry) return entry;
  const group = directory
    .list('group')
    .find(({ value }) => value.mail?.toLowerCase() === wanted || value.displayName.toLowerCase() === wanted);
  return group ?? directory.list('orgContact').find(({ value }) => value.mail.toLowerCase() === wanted);
}

function idsOf(world: World, names: readonly string[] | undefined, field: string): string[] {
  return (names ?? []).map((name) => {
    const entry = objectNamed(world, name);
    if (!entry) throw badInput(`${field}: nobody and nothing is named '${name}'`);
    return entry.id;
  });
}

function groupOf(world: World, name: string): Group {
  const entry = objectNamed(world, name);
  if (entry?.kind !== 'group') throw problem(404, 'NoGroup', `No group is named '${name}'`);
  return entry.value;
}

const GROUP_FIELDS = ['id', 'kind', 'displayName', 'description', 'mail', 'members', 'owners', 'acceptedSenders', 'rejectedSenders', 'hidden', 'membershipRule'] as const; // prettier-ignore

async function addGroup(world: World, fields: Fields): Promise<Group> {
  const displayName = textOf(fields, 'displayName');
  const kind = oneOf(fields, 'kind', GROUP_KINDS);
  if (kind === undefined) throw badInput(`kind must be one of ${GROUP_KINDS.join(', ')}`);
  const id = (
    optionalText(fields, 'id') ?? uuidOf(`${world.tenant.id}:added group:${displayName}:${world.directory.log.sequence()}`)
  ).toLowerCase();
  if (!isUuid(id)) throw badInput('id must be a UUID');
  if (world.directory.get(id)) throw problem(409, 'GroupExists', `An object has the id '${id}' already`);
  const base = { id, kind, displayName, description: null, mail: null, memberIds: [], ownerIds: [], hidden: false, membershipRule: null };
  return commitGroup(world, { ...base, createdMs: world.clock.nowMs() }, fields);
}

async function editGroup(world: World, name: string, fields: Fields): Promise<Group> {
  if ('id' in fields) throw badInput('id cannot be changed');
  return commitGroup(world, groupOf(world, name), fields);
}

async function commitGroup(world: World, known: Group, fields: Fields): Promise<Group> {
  const list = (field: string, ids: readonly string[] | undefined) => {
    const names = optionalTexts(fields, field);
    return names === undefined ? ids : idsOf(world, names, field);
  };
  const kind: GroupKind = oneOf(fields, 'kind', GROUP_KINDS) ?? known.kind;
  const rule = 'membershipRule' in fields ? ruleOf(fields) : known.membershipRule;
  if ((kind === 'dynamic') !== (rule !== null) && kind !== 'microsoft365') {
    throw badInput('membershipRule belongs to groups of kind dynamic, which need one, and to microsoft365');
  }
  const [accepted, rejected] = [list('acceptedSenders', known.acceptedSenderIds), list('rejectedSenders', known.rejectedSenderIds)];
  const group: Group = {
    ...known,
    kind,
    displayName: optionalText(fields, 'displayName') ?? known.displayName,
    description: 'description' in fields ? (optionalText(fields, 'description') ?? null) : known.description,
    mail: 'mail' in fields ? (optionalText(fields, 'mail') ?? null) : known.mail,
    memberIds: list('members', known.memberIds)!,
    ownerIds: list('owners', known.ownerIds)!,
    hidden: optionalBoolean(fields, 'hidden') ?? known.hidden,
    membershipRule: rule,
    ...(accepted === undefined ? {} : { acceptedSenderIds: accepted }),
    ...(rejected === undefined ? {} : { rejectedSenderIds: rejected }),
    ...extraOf(fields, { type: ENTITY_TYPES.group, own: GROUP_FIELDS, known: known.extra }),
  };
  await world.commit([{ op: 'group.set', group }]);
  return group;
}

function ruleOf(fields: Fields): string | null {
  const rule = optionalText(fields, 'membershipRule') ?? null;
  try {
    if (rule !== null) parseMembershipRule(rule);
  } catch (error) {
    throw badInput(`membershipRule: ${(error as Error).message}`);
  }
  return rule;
}

async function changeMembers(world: World, name: string, fields: Fields): Promise<object> {
  const group = groupOf(world, name);
  if (group.membershipRule !== null) throw badInput(`The members of '${group.displayName}' follow from its rule`);
  const add = idsOf(world, optionalTexts(fields, 'add'), 'add');
  const gone = idsOf(world, optionalTexts(fields, 'remove'), 'remove');
  await world.commit([{ op: 'group.members', groupId: group.id, add, remove: gone }]);
  return { members: world.directory.membership.direct(groupOf(world, group.id)).map(({ id }) => id) };
}

async function remove(world: World, id: string, hard: boolean): Promise<object> {
  await world.commit([{ op: 'object.remove', id, hard }]);
  return { removed: id };
}

async function restore(world: World, id: string): Promise<object> {
  const entry = world.directory.deleted(world.clock.nowMs()).find((deleted) => deleted.id === id.toLowerCase());
  if (!entry) throw problem(404, 'NotDeleted', `Nothing that was deleted in the last 30 days has the id '${id}'`);
  await world.commit([{ op: 'object.restore', id: entry.id }]);
  return { restored: entry.id };
}

const CONTACT_FIELDS = ['id', 'displayName', 'mail', 'givenName', 'surname', 'companyName'] as const;

function contactOf(world: World, name: string): OrgContact {
  const entry = objectNamed(world, name);
  if (entry?.kind !== 'orgContact') throw problem(404, 'NoContact', `No contact is named '${name}'`);
  return entry.value;
}

async function setContact(world: World, known: OrgContact | undefined, fields: Fields): Promise<OrgContact> {
  const mail = known ? (optionalText(fields, 'mail') ?? known.mail) : textOf(fields, 'mail');
  const id = known?.id ?? (optionalText(fields, 'id') ?? uuidOf(`${world.tenant.id}:added contact:${mail}`)).toLowerCase();
  if (!isUuid(id)) throw badInput('id must be a UUID');
  if (!known && world.directory.get(id)) throw problem(409, 'ContactExists', `An object has the id '${id}' already`);
  const text = (name: 'givenName' | 'surname' | 'companyName') => optionalText(fields, name) ?? known?.[name] ?? null;
  const contact: OrgContact = {
    ...{ id, mail, displayName: optionalText(fields, 'displayName') ?? known?.displayName ?? mail },
    ...{ givenName: text('givenName'), surname: text('surname'), companyName: text('companyName') },
    ...extraOf(fields, { type: ENTITY_TYPES.orgContact, own: CONTACT_FIELDS, known: known?.extra }),
  };
  await world.commit([{ op: 'contact.set', contact }]);
  return contact;
}

const DOMAIN_FIELDS = ['isVerified', 'authenticationType', 'availabilityStatus', 'isAdminManaged', 'supportedServices', 'state'];

/** A domain of the tenant, or a new one: one that is not verified yet, or is federated. */
async function setDomain(world: World, name: string, fields: Fields): Promise<object> {
  const unknown = Object.keys(objectOf(fields, 'The body')).find((key) => !DOMAIN_FIELDS.includes(key));
  if (unknown !== undefined) throw badInput(`${unknown} cannot be set; a domain takes ${DOMAIN_FIELDS.join(', ')}`);
  optionalBoolean(fields, 'isVerified');
  optionalBoolean(fields, 'isAdminManaged');
  optionalTexts(fields, 'supportedServices');
  const domain = { name: name.toLowerCase(), properties: { ...world.directory.domains().get(name.toLowerCase()), ...fields } };
  await world.commit([{ op: 'domain.set', domain }]);
  return domain;
}
