import type { ItemView } from '../data/mailbox-state.ts';
import { bytes, json, plainCount, type Answer } from '../http/answer.ts';
import { mailboxRoute, type GraphRoute, type MailboxContext } from '../http/graph-context.ts';
import { contextUrl } from '../http/odata.ts';
import { problem, PROBLEMS } from '../http/problem.ts';
import type { GraphRequest } from '../http/request.ts';
import { failOnItem, failOnMime } from './item-faults.ts';
import { MAIL_READERS, selectedNames } from './folders.ts';
import { messagePage } from './list-page.ts';
import { messageInFolder, preferenceHeader } from './message-in-folder.ts';
import { messageExpander } from './message-expand.ts';
import { isBasicReader, itemsOf, refuseHidden } from './message-query.ts';
import { renderMessage, selectMessage } from './render-message.ts';
import { mimeOf } from './to-mime.ts';

const FULL_READERS = ['Mail.Read', 'Mail.ReadWrite'];
const MESSAGE_PATHS = ['/users/{user-id}/messages/{message-id}', '/users/{user-id}/mailFolders/{mailFolder-id}/messages/{message-id}'];
const LIST_PATHS = ['/users/{user-id}/messages', '/users/{user-id}/mailFolders/{mailFolder-id}/messages'];

export const messageRoutes: readonly GraphRoute[] = [
  ...LIST_PATHS.flatMap((path, index) => [
    mailboxRoute(path, {
      kind: index === 0 ? 'messages.listAll' : 'messages.list',
      kindOf: withAttachments,
      roles: MAIL_READERS,
      handle: listMessages,
    }),
    mailboxRoute(`${path}/$count`, {
      kind: index === 0 ? 'messages.countAll' : 'messages.count',
      roles: MAIL_READERS,
      handle: countMessages,
    }),
  ]),
  ...MESSAGE_PATHS.flatMap((path) => [
    mailboxRoute(path, { kind: 'messages.get', roles: MAIL_READERS, handle: getMessage }),
    mailboxRoute(`${path}/$value`, { kind: 'messages.mime', roles: FULL_READERS, handle: getMime }),
    mailboxRoute(`${path}/extensions`, { kind: 'extensions.list', roles: FULL_READERS, handle: listExtensions }),
    mailboxRoute(`${path}/extensions/{extension-id}`, { kind: 'extensions.get', roles: FULL_READERS, handle: getExtension }),
  ]),
];

/** The contents of many messages' attachments in one answer weigh otherwise than a list does. */
function withAttachments({ query }: GraphRequest): string | undefined {
  return /\battachments\b/i.test(query.get('$expand') ?? '') ? 'messages.listWithAttachments' : undefined;
}

/** How the request wants messages to look. */
function renderer(context: MailboxContext): { selected: ReadonlySet<string> | undefined; render(item: ItemView): Record<string, unknown> } {
  const { request, mailbox } = context;
  const selected = selectMessage(request.query.get('$select'));
  const isBasic = isBasicReader(context);
  if (isBasic) refuseHidden([...(selected ?? [])]);
  const expand = messageExpander(context);
  const render = (item: ItemView) => ({ ...renderMessage(mailbox, item, { prefer: request.prefer, selected, isBasic }), ...expand(item) });
  return { selected, render };
}

async function listMessages(context: MailboxContext): Promise<Answer> {
  const { selected, render } = renderer(context);
  return messagePage(context, { list: itemsOf(context), fragment: fragmentOf(context), selected, render });
}

async function countMessages(context: MailboxContext): Promise<Answer> {
  return plainCount(await itemsOf(context).count());
}

function getMessage(context: MailboxContext): Answer {
  const { request } = context;
  const item = messageInFolder(context);
  failOnItem(context.mailbox, item);
  const entity = renderer(context).render(item);
  return json({ '@odata.context': contextUrl(request, `${fragmentOf(context)}/$entity`), ...entity }, preferenceHeader(context));
}

/** The fragment names the set and what was selected of it. */
function fragmentOf({ user, params, request }: MailboxContext): string {
  const folder = params['mailFolder-id'] === undefined ? '' : `/mailFolders('${encodeURIComponent(params['mailFolder-id'])}')`;
  return `users('${user.id}')${folder}/messages${selectedNames(request)}`;
}

function getMime(context: MailboxContext): Answer {
  const item = messageInFolder(context);
  failOnMime(context.mailbox, item);
  return bytes('text/plain', mimeOf(item.load()));
}

/** Nothing here makes open extensions, so there are none. */
function listExtensions(context: MailboxContext): Answer {
  const { user, params, request } = context;
  failOnItem(context.mailbox, messageInFolder(context));
  const fragment = `users('${user.id}')/messages('${encodeURIComponent(params['message-id']!)}')/extensions`;
  return json({ '@odata.context': contextUrl(request, fragment), value: [] });
}

function getExtension(context: MailboxContext): Answer {
  messageInFolder(context);
  if (context.params['extension-id'] === '') throw PROBLEMS.malformedId();
  throw problem(404, 'ErrorItemNotFound', 'The specified object was not found in the store., The extension was not found.');
}
