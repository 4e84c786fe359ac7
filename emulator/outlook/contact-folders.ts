import { randomBytes } from 'node:crypto';
import type { Change } from '../data/changes.ts';
import { CONTACTS_FOLDER, type OutlookItem } from '../data/outlook-state.ts';
import { json, noContent, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { contextUrl, pageSize, parseSelect, project, selection, skipPage } from '../http/odata.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { readProperties, textIn } from '../mail/writing/input-values.ts';
import { writtenJson } from '../mail/writing/read-body.ts';
import { CONTACT_FOLDER_TYPE, contactFolderKey, renderContactFolder } from './contact-ids.ts';
import { CONTACT_READERS, CONTACT_WRITERS } from './contacts.ts';

const LIST = '/users/{user-id}/contactFolders';
const ONE = `${LIST}/{contactFolder-id}`;

export const contactFolderRoutes: readonly GraphRoute[] = [
  ...[LIST, `${ONE}/childFolders`].flatMap((path) => [
    mailboxRoute(path, { kind: 'contactFolders.list', roles: CONTACT_READERS, handle: listFolders }),
    mailboxRoute(path, { method: 'POST', kind: 'contactFolders.create', roles: CONTACT_WRITERS, handle: createFolder }),
  ]),
  mailboxRoute(ONE, { kind: 'contactFolders.get', roles: CONTACT_READERS, handle: getFolder }),
  mailboxRoute(ONE, { method: 'PATCH', kind: 'contactFolders.update', roles: CONTACT_WRITERS, handle: renameFolder }),
  mailboxRoute(ONE, { method: 'DELETE', kind: 'contactFolders.delete', roles: CONTACT_WRITERS, handle: deleteFolder }),
];

/** The default folder itself is not among them: learn.microsoft.com/graph/api/user-list-contactfolders. */
function parentOf(context: MailboxContext): string {
  const given = context.params['contactFolder-id'];
  return given === undefined ? CONTACTS_FOLDER : contactFolderKey(context, given);
}

function childrenOf({ world, user }: MailboxContext, parent: string): readonly OutlookItem[] {
  return world.outlook
    .of(user.id)
    .list('contactFolder')
    .filter((item) => item.parent === parent);
}

function listFolders(context: MailboxContext): Answer {
  const { request, mailbox, user } = context;
  const selected = selection(request, CONTACT_FOLDER_TYPE);
  const folders = childrenOf(context, parentOf(context));
  const size = pageSize(request, { fallback: 10, maximum: 1_000 });
  const item = (position: number) => project(renderContactFolder(mailbox, folders[position]!), selected);
  return json(skipPage(request, { count: folders.length, size, fragment: `users('${user.id}')/contactFolders`, item, endsEarly: false }));
}

function itemOf(context: MailboxContext): Pick<OutlookItem, 'key' | 'parent' | 'fields'> {
  const key = parentOf(context);
  if (key === CONTACTS_FOLDER) return { key, parent: null, fields: { displayName: 'Contacts' } };
  return context.world.outlook.of(context.user.id).get('contactFolder', key)!;
}

function folderAnswer(context: MailboxContext, item: Pick<OutlookItem, 'key' | 'parent' | 'fields'>): Answer {
  const { request, user, mailbox } = context;
  const selected = parseSelect(request.query.get('$select'), CONTACT_FOLDER_TYPE);
  const context_ = contextUrl(request, `users('${user.id}')/contactFolders/$entity`);
  return json({ '@odata.context': context_, ...project(renderContactFolder(mailbox, item), selected) });
}

function getFolder(context: MailboxContext): Answer {
  return folderAnswer(context, itemOf(context));
}

async function nameIn(context: MailboxContext): Promise<string> {
  const { displayName = '' } = readProperties<{ displayName: string }>(await writtenJson(context.request), {
    name: 'microsoft.graph.contactFolder',
    readers: { displayName: (value) => ({ displayName: textIn(value).trim() }) },
    ignored: ['id', 'parentFolderId', 'contacts', 'childFolders'],
  });
  if (displayName === '') throw problem(400, 'ErrorInvalidRequest', 'The property displayName is missing or empty.');
  return displayName;
}

function checkFree(context: MailboxContext, parent: string, displayName: string): void {
  const isTaken = childrenOf(context, parent).some(
    ({ fields }) => String(fields['displayName']).toLowerCase() === displayName.toLowerCase(),
  );
  if (isTaken) throw problem(409, 'ErrorFolderExists', 'A folder with the specified name already exists.');
}

async function createFolder(context: MailboxContext): Promise<Answer> {
  const { world, user } = context;
  const parent = parentOf(context);
  const displayName = await nameIn(context);
  checkFree(context, parent, displayName);
  const key = randomBytes(6).toString('hex');
  await world.commit([{ op: 'outlook.set', userId: user.id, kind: 'contactFolder', key, parent, fields: { displayName } }]);
  return { ...folderAnswer(context, world.outlook.of(user.id).get('contactFolder', key)!), status: 201 };
}

function ownItem(context: MailboxContext): OutlookItem {
  const key = parentOf(context);
  if (key === CONTACTS_FOLDER) throw problem(400, 'ErrorDeleteDistinguishedFolder', 'Distinguished folders cannot be changed or deleted.');
  const item = context.world.outlook.of(context.user.id).get('contactFolder', key);
  if (!item) throw PROBLEMS.itemNotFound();
  return item;
}

async function renameFolder(context: MailboxContext): Promise<Answer> {
  const { world, user } = context;
  const item = ownItem(context);
  const displayName = await nameIn(context);
  if (displayName !== item.fields['displayName']) checkFree(context, item.parent!, displayName);
  await world.commit([{ op: 'outlook.set', userId: user.id, kind: 'contactFolder', key: item.key, fields: { displayName } }]);
  return folderAnswer(context, world.outlook.of(user.id).get('contactFolder', item.key)!);
}

/** With the folders and contacts in it. */
async function deleteFolder(context: MailboxContext): Promise<Answer> {
  const { world, user } = context;
  await world.commit(
    removals(context, ownItem(context).key).map((change) => ({ op: 'outlook.delete' as const, userId: user.id, ...change })),
  );
  return noContent();
}

function removals(context: MailboxContext, key: string): Pick<Extract<Change, { op: 'outlook.delete' }>, 'kind' | 'key'>[] {
  const contacts = context.world.outlook
    .of(context.user.id)
    .list('contact')
    .filter((item) => item.parent === key);
  return [
    ...childrenOf(context, key).flatMap((child) => removals(context, child.key)),
    ...contacts.map((item) => ({ kind: 'contact' as const, key: item.key })),
    { kind: 'contactFolder', key },
  ];
}
