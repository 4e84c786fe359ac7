import { uuidOf } from '../data/random.ts';
import type { OutlookItem } from '../data/outlook-state.ts';
import { created, json, noContent, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { contextUrl, selection, project } from '../http/odata.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { choiceIn, readProperties, textIn } from '../mail/writing/input-values.ts';
import { writtenJson } from '../mail/writing/read-body.ts';

const READERS = ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'];
const WRITERS = ['MailboxSettings.ReadWrite'];
const LIST = '/users/{user-id}/outlook/masterCategories';
const ONE = `${LIST}/{outlookCategory-id}`;
const COLORS = ['none', ...Array.from({ length: 25 }, (_, index) => `preset${index}`)];
const TYPE = { name: 'Microsoft.OutlookServices.OutlookCategory', properties: ['id', 'displayName', 'color'] };

export const masterCategoryRoutes: readonly GraphRoute[] = [
  mailboxRoute(LIST, { kind: 'masterCategories.list', roles: READERS, handle: listCategories }),
  mailboxRoute(LIST, { method: 'POST', kind: 'masterCategories.create', roles: WRITERS, handle: createCategory }),
  mailboxRoute(ONE, { kind: 'masterCategories.get', roles: READERS, handle: (context) => entityAnswer(context, oneCategory(context)) }),
  mailboxRoute(ONE, { method: 'PATCH', kind: 'masterCategories.update', roles: WRITERS, handle: updateCategory }),
  mailboxRoute(ONE, { method: 'DELETE', kind: 'masterCategories.delete', roles: WRITERS, handle: deleteCategory }),
];

function fragment({ user }: MailboxContext): string {
  return `users('${user.id}')/outlook/masterCategories`;
}

function categoriesOf({ world, user }: MailboxContext): readonly OutlookItem[] {
  return world.outlook.of(user.id).list('category');
}

function listCategories(context: MailboxContext): Answer {
  const selected = selection(context.request, TYPE);
  const value = categoriesOf(context).map(({ key, fields }) => project({ id: key, ...fields }, selected));
  return json({ '@odata.context': contextUrl(context.request, fragment(context)), value });
}

function oneCategory(context: MailboxContext): OutlookItem {
  const found = context.world.outlook.of(context.user.id).get('category', context.params['outlookCategory-id']!.toLowerCase());
  if (!found) throw PROBLEMS.itemNotFound();
  return found;
}

function entityAnswer(context: MailboxContext, { key, fields }: Pick<OutlookItem, 'key' | 'fields'>): Answer {
  return json({ '@odata.context': contextUrl(context.request, `${fragment(context)}/$entity`), id: key, ...fields });
}

function categoryIn(fields: Readonly<Record<string, unknown>>): { displayName?: string; color?: string } {
  return readProperties<{ displayName: string; color: string }>(fields, {
    name: 'microsoft.graph.outlookCategory',
    readers: {
      displayName: (value) => ({ displayName: textIn(value).trim() }),
      color: (value) => ({ color: value === null ? 'none' : choiceIn(value, COLORS) }),
    },
    ignored: ['id'],
  });
}

/** learn.microsoft.com/graph/api/outlookuser-post-mastercategories: names are unique in a mailbox. */
async function createCategory(context: MailboxContext): Promise<Answer> {
  const { world, user, request } = context;
  const { displayName = '', color = 'none' } = categoryIn(await writtenJson(request));
  if (displayName === '') throw problem(400, 'ErrorInvalidRequest', 'The property displayName is missing or empty.');
  const isTaken = categoriesOf(context).some(({ fields }) => String(fields['displayName']).toLowerCase() === displayName.toLowerCase());
  if (isTaken) throw problem(409, 'CategoryNameDuplicate', 'A category with the specified name already exists.');
  const key = uuidOf(`category:${user.id}:${world.outlook.of(user.id).seq}:${displayName}`);
  const fields = { displayName, color };
  await world.commit([{ op: 'outlook.set', userId: user.id, kind: 'category', key, fields }]);
  return created({ '@odata.context': contextUrl(request, `${fragment(context)}/$entity`), id: key, ...fields });
}

/** Only the colour can be changed: learn.microsoft.com/graph/api/outlookcategory-update. */
async function updateCategory(context: MailboxContext): Promise<Answer> {
  const { world, user, request } = context;
  const known = oneCategory(context);
  const { displayName, color } = categoryIn(await writtenJson(request));
  if (displayName !== undefined && displayName !== known.fields['displayName']) {
    throw problem(400, 'ErrorInvalidPropertySet', "The property 'displayName' cannot be set once the category was made.");
  }
  const fields = { ...known.fields, ...(color === undefined ? {} : { color }) };
  await world.commit([{ op: 'outlook.set', userId: user.id, kind: 'category', key: known.key, fields }]);
  return entityAnswer(context, { key: known.key, fields });
}

async function deleteCategory(context: MailboxContext): Promise<Answer> {
  const { key } = oneCategory(context);
  await context.world.commit([{ op: 'outlook.delete', userId: context.user.id, kind: 'category', key }]);
  return noContent();
}
