import { randomBytes } from 'node:crypto';
import type { OutlookItem } from '../data/outlook-state.ts';
import { created, json, noContent, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { contextUrl } from '../http/odata.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import { findFolder } from '../mail/mail-ids.ts';
import { writtenJson } from '../mail/writing/read-body.ts';
import { ruleIn, type RuleFields } from './rule-input.ts';

const READERS = ['MailboxSettings.Read', 'MailboxSettings.ReadWrite'];
const WRITERS = ['MailboxSettings.ReadWrite'];
const LIST = '/users/{user-id}/mailFolders/{mailFolder-id}/messageRules';
const ONE = `${LIST}/{messageRule-id}`;

export const messageRuleRoutes: readonly GraphRoute[] = [
  mailboxRoute(LIST, { kind: 'messageRules.list', roles: READERS, handle: listRules }),
  mailboxRoute(LIST, { method: 'POST', kind: 'messageRules.create', roles: WRITERS, handle: createRule }),
  mailboxRoute(ONE, { kind: 'messageRules.get', roles: READERS, handle: (context) => ruleAnswer(context, oneRule(context)) }),
  mailboxRoute(ONE, { method: 'PATCH', kind: 'messageRules.update', roles: WRITERS, handle: updateRule }),
  mailboxRoute(ONE, { method: 'DELETE', kind: 'messageRules.delete', roles: WRITERS, handle: deleteRule }),
];

/** Rules are the Inbox's: learn.microsoft.com/graph/api/resources/messagerule. */
function rulesOf({ world, user, mailbox, params }: MailboxContext): readonly OutlookItem[] {
  if (findFolder(mailbox, params['mailFolder-id']!).wellKnown !== 'inbox') return [];
  const rules = world.outlook.of(user.id).list('rule');
  return rules.toSorted((a, b) => Number(a.fields['sequence']) - Number(b.fields['sequence']) || a.createdSeq - b.createdSeq);
}

function idOf(key: string): string {
  return Buffer.from(`\u0001\u0000\u0000${key}`, 'latin1').toString('base64');
}

function render({ key, fields }: Pick<OutlookItem, 'key' | 'fields'>): Record<string, unknown> {
  return { id: idOf(key), isEnabled: true, hasError: false, isReadOnly: false, ...fields };
}

function fragment({ user }: MailboxContext): string {
  return `users('${user.id}')/mailFolders('inbox')/messageRules`;
}

function listRules(context: MailboxContext): Answer {
  return json({ '@odata.context': contextUrl(context.request, fragment(context)), value: rulesOf(context).map(render) });
}

function oneRule(context: MailboxContext): OutlookItem {
  const found = rulesOf(context).find(({ key }) => idOf(key) === context.params['messageRule-id']);
  if (!found) throw PROBLEMS.itemNotFound();
  return found;
}

function ruleAnswer(context: MailboxContext, rule: Pick<OutlookItem, 'key' | 'fields'>): Answer {
  return json({ '@odata.context': contextUrl(context.request, `${fragment(context)}/$entity`), ...render(rule) });
}

async function createRule(context: MailboxContext): Promise<Answer> {
  const { world, user, mailbox, params, request } = context;
  if (findFolder(mailbox, params['mailFolder-id']!).wellKnown !== 'inbox') {
    throw problem(400, 'ErrorInvalidRequest', 'Rules can be made for the Inbox only.');
  }
  const fields = ruleIn(await writtenJson(request), mailbox);
  checkComplete(fields);
  const key = randomBytes(5).toString('hex');
  await world.commit([{ op: 'outlook.set', userId: user.id, kind: 'rule', key, fields }]);
  return created({ '@odata.context': contextUrl(request, `${fragment(context)}/$entity`), ...render({ key, fields }) });
}

/** learn.microsoft.com/graph/api/mailfolder-post-messagerules: displayName, sequence and actions are required. */
function checkComplete(fields: RuleFields): void {
  const missing = ['displayName', 'sequence', 'actions'].find((name) => fields[name] === undefined || fields[name] === '');
  if (missing !== undefined) throw problem(400, 'ErrorRequiredPropertyMissing', `Required property is missing: ${missing}.`);
}

async function updateRule(context: MailboxContext): Promise<Answer> {
  const { world, user, mailbox, request } = context;
  const rule = oneRule(context);
  const fields = { ...rule.fields, ...ruleIn(await writtenJson(request), mailbox) };
  checkComplete(fields);
  await world.commit([{ op: 'outlook.set', userId: user.id, kind: 'rule', key: rule.key, fields }]);
  return ruleAnswer(context, { key: rule.key, fields });
}

async function deleteRule(context: MailboxContext): Promise<Answer> {
  const { key } = oneRule(context);
  await context.world.commit([{ op: 'outlook.delete', userId: context.user.id, kind: 'rule', key }]);
  return noContent();
}
