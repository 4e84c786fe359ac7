import { randomBytes } from 'node:crypto';
import { CONTACTS_FOLDER, type OutlookItem } from '../data/outlook-state.ts';
import { json, noContent, plainCount, type Answer } from '../http/answer.ts';
import { passes } from '../http/filter.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { checkedFilter, contextUrl, pageSize, parseSelect, project, selection, skipPage } from '../http/odata.ts';
import { PROBLEMS } from '../http/problem.ts';
import { checkUnchanged } from '../mail/writing/precondition.ts';
import { writtenJson } from '../mail/writing/read-body.ts';
import { contactFolderKey, findContact, renderContact } from './contact-ids.ts';
import { CONTACT_TYPE, contactIn, withNames } from './contact-input.ts';

export const CONTACT_READERS = ['Contacts.Read', 'Contacts.ReadWrite'];
export const CONTACT_WRITERS = ['Contacts.ReadWrite'];

const LISTS = ['/users/{user-id}/contacts', '/users/{user-id}/contactFolders/{contactFolder-id}/contacts'];

export const contactRoutes: readonly GraphRoute[] = LISTS.flatMap((path) => [
  mailboxRoute(path, { kind: 'contacts.list', roles: CONTACT_READERS, handle: listContacts }),
  mailboxRoute(`${path}/$count`, {
    kind: 'contacts.count',
    roles: CONTACT_READERS,
    handle: (context) => plainCount(matching(context).length),
  }),
  mailboxRoute(path, { method: 'POST', kind: 'contacts.create', roles: CONTACT_WRITERS, handle: createContact }),
  mailboxRoute(`${path}/{contact-id}`, { kind: 'contacts.get', roles: CONTACT_READERS, handle: getContact }),
  mailboxRoute(`${path}/{contact-id}`, { method: 'PATCH', kind: 'contacts.update', roles: CONTACT_WRITERS, handle: updateContact }),
  mailboxRoute(`${path}/{contact-id}`, { method: 'DELETE', kind: 'contacts.delete', roles: CONTACT_WRITERS, handle: deleteContact }),
]);

/** /contacts are those of the default folder: learn.microsoft.com/graph/api/user-list-contacts. */
function folderOf(context: MailboxContext): string {
  const given = context.params['contactFolder-id'];
  return given === undefined ? CONTACTS_FOLDER : contactFolderKey(context, given);
}

function fragmentOf({ user, params }: MailboxContext): string {
  const folder = params['contactFolder-id'];
  return `users('${user.id}')${folder === undefined ? '' : `/contactFolders('${encodeURIComponent(folder)}')`}/contacts`;
}

function matching(context: MailboxContext): readonly OutlookItem[] {
  const { world, user, request } = context;
  const folder = folderOf(context);
  const contacts = world.outlook
    .of(user.id)
    .list('contact')
    .filter((item) => item.parent === folder);
  const text = request.query.get('$filter');
  if (text === undefined) return contacts;
  const filter = checkedFilter(text, CONTACT_TYPE);
  return contacts.filter((item) => passes(filter, renderContact(context, item)));
}

function listContacts(context: MailboxContext): Answer {
  const { request } = context;
  const selected = selection(request, CONTACT_TYPE);
  const contacts = sorted(context, matching(context));
  const size = pageSize(request, { fallback: 10, maximum: 1_000 });
  const item = (position: number) => project(renderContact(context, contacts[position]!), selected);
  return json(skipPage(request, { count: contacts.length, size, fragment: fragmentOf(context), item, endsEarly: false }));
}

function sorted(context: MailboxContext, contacts: readonly OutlookItem[]): readonly OutlookItem[] {
  const text = context.request.query.get('$orderby');
  if (text === undefined) return contacts;
  const [property = '', direction = 'asc'] = text.trim().split(/\s+/);
  if (!CONTACT_TYPE.properties.includes(property)) throw PROBLEMS.unknownProperty(property, CONTACT_TYPE.name);
  const keyOf = (item: OutlookItem) => JSON.stringify(renderContact(context, item)[property] ?? '').toLowerCase();
  const ordered = contacts.map((item) => ({ item, key: keyOf(item) })).toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const items = ordered.map(({ item }) => item);
  return direction.toLowerCase() === 'desc' ? items.toReversed() : items;
}

function inFolder(context: MailboxContext): OutlookItem {
  const item = findContact(context, context.params['contact-id']!);
  if (context.params['contactFolder-id'] !== undefined && folderOf(context) !== item.parent) throw PROBLEMS.itemNotFound();
  return item;
}

function getContact(context: MailboxContext): Answer {
  const selected = parseSelect(context.request.query.get('$select'), CONTACT_TYPE);
  return contactAnswer(context, inFolder(context), selected);
}

function contactAnswer(context: MailboxContext, item: OutlookItem, selected?: ReadonlySet<string>): Answer {
  const entity = project(renderContact(context, item), selected);
  return json({ '@odata.context': contextUrl(context.request, `${fragmentOf(context)}/$entity`), ...entity });
}

async function createContact(context: MailboxContext): Promise<Answer> {
  const { world, user, request } = context;
  const parent = folderOf(context);
  const fields = withNames(contactIn(await writtenJson(request)));
  const key = randomBytes(6).toString('hex');
  await world.commit([{ op: 'outlook.set', userId: user.id, kind: 'contact', key, parent, fields }]);
  return { ...contactAnswer(context, world.outlook.of(user.id).get('contact', key)!), status: 201 };
}

async function updateContact(context: MailboxContext): Promise<Answer> {
  const { world, user, request } = context;
  const item = inFolder(context);
  checkUnchanged(context, item);
  const fields = { ...item.fields, ...contactIn(await writtenJson(request)) };
  await world.commit([{ op: 'outlook.set', userId: user.id, kind: 'contact', key: item.key, fields }]);
  return contactAnswer(context, world.outlook.of(user.id).get('contact', item.key)!);
}

async function deleteContact(context: MailboxContext): Promise<Answer> {
  const { key } = inFolder(context);
  await context.world.commit([{ op: 'outlook.delete', userId: context.user.id, kind: 'contact', key }]);
  return noContent();
}
